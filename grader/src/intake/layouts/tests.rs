//! Names as platforms make them: whose they are, and which attempt counts.

use super::*;

fn sorted(names: &[&str]) -> Sorted {
    let holds =
        |name: &str| if name.ends_with("_7") { vec!["20261129090000_lib.rs".to_owned()] } else { vec![] };
    let folder_or_file =
        |name: &&str| Named { name: name.trim_end_matches('/').to_owned(), is_folder: name.ends_with('/') };
    sort(&names.iter().map(folder_or_file).collect::<Vec<_>>(), &holds, &|user| user == "a_one")
}

/// `id (name): entry as file, …; note; …`
fn lines(sorted: &Sorted) -> Vec<String> {
    let line = |item: &Item| {
        let parts = item.parts.iter().map(|(entry, file)| format!("{entry} as {file}"));
        let parts = parts.collect::<Vec<_>>().join(", ");
        let name = item.person.name.clone().unwrap_or_default();
        let parts = [parts].iter().chain(&item.notes).cloned().collect::<Vec<_>>().join("; ");
        let late = if item.is_late { "; late" } else { "" };
        format!("{} ({name}): {parts}{late}", item.id)
    };
    sorted.items.iter().map(line).collect()
}

#[test]
fn canvas_names_tell_the_student_and_the_newest_attempt() {
    let sorted = sorted(&[
        "anon_x7Kq2_208_work.zip",
        "smithbob_LATE_341_900_work_v2-1.zip",
        "smithbob_LATE_341_850_work_v2.zip",
        "van_derberg_12_77_lib-1.rs",
        "van_derberg_12_78_pool.rs",
        "zoe_9_text.html",
    ]);
    assert_eq!(
        lines(&sorted),
        [
            "12 (van_derberg): van_derberg_12_77_lib-1.rs as lib.rs, van_derberg_12_78_pool.rs as pool.rs",
            "341 (smithbob): smithbob_LATE_341_900_work_v2-1.zip as work_v2-1.zip; the newest of 2 attempts counts: \
             `smithbob_LATE_341_900_work_v2-1.zip`, not `smithbob_LATE_341_850_work_v2.zip`; late",
            "9 (zoe): zoe_9_text.html as text.html",
            "x7Kq2 (): anon_x7Kq2_208_work.zip as work.zip",
        ]
    );
}

#[test]
fn moodle_names_tell_the_student_with_and_without_folders() {
    let sorted = sorted(&[
        "Ann-Marie O'Neil_4711_assignsubmission_file/",
        "Bob Smith_12_assignsubmission_file_/",
        "Bob Smith_12_assignsubmission_onlinetext_/",
        "Participant_99_assignsubmission_file_my_work.tar.gz",
    ]);
    assert_eq!(
        lines(&sorted),
        [
            "12 (Bob Smith): Bob Smith_12_assignsubmission_file_ as ",
            "4711 (Ann-Marie O'Neil): Ann-Marie O'Neil_4711_assignsubmission_file as ",
            "99 (): Participant_99_assignsubmission_file_my_work.tar.gz as my_work.tar.gz",
        ]
    );
}

#[test]
fn a_file_beside_an_export_leaves_it_one() {
    let sorted = sorted(&["annbee_341_900_lib.rs", "lib.rs", "src/"]);
    assert!(sorted.is_export);
    assert_eq!(sorted.items.iter().map(|item| &*item.id).collect::<Vec<_>>(), ["lib", "src", "341"]);
}

#[test]
fn the_newest_attempt_counts_on_every_platform() {
    let brightspace = sorted(&[
        "10001-6203 - Ann Bee - 28 November, 2026 1130 AM/",
        "10001-6203 - Ann Bee - 29 November, 2026 901 AM/",
        "10002-6203 - Bob - Cee - Nov 29, 2026 1259 PM - work.zip",
    ]);
    assert_eq!(
        lines(&brightspace),
        [
            "10001 (Ann Bee): 10001-6203 - Ann Bee - 29 November, 2026 901 AM as ; the newest of 2 attempts counts: \
             `10001-6203 - Ann Bee - 29 November, 2026 901 AM`, not `10001-6203 - Ann Bee - 28 November, 2026 1130 AM`",
            "10002 (Bob - Cee): 10002-6203 - Bob - Cee - Nov 29, 2026 1259 PM - work.zip as work.zip",
        ]
    );
    let blackboard = sorted(&[
        "HW 3_ann1_attempt_2026-11-28-11-30-05.txt",
        "HW 3_ann1_attempt_2026-11-28-11-30-05_lib.rs",
        "HW 3_ann1_attempt_2026-11-28-11-30-05_util.rs",
        "HW 3_ann1_attempt_2026-11-29-09-01-00_lib.rs",
        "HW 3_bob2_attempt_2026-11-29-12-59-59.txt",
    ]);
    let ann =
        "ann1 (): HW 3_ann1_attempt_2026-11-29-09-01-00_lib.rs as lib.rs; the newest of 2 attempts counts: ";
    assert!(lines(&blackboard)[0].starts_with(ann), "{:?}", lines(&blackboard));
    assert_eq!(lines(&blackboard)[1], "bob2 (): HW 3_bob2_attempt_2026-11-29-12-59-59.txt as text.html");
}

#[test]
fn users_with_the_sign_between_parts_in_their_names_stay_two() {
    let ids =
        |names: &[&str]| sorted(names).items.iter().map(|item| item.id.clone()).collect::<Vec<_>>().join(" ");
    let blackboard =
        ["ann_one", "bob_one"].map(|user| format!("HW_3_{user}_attempt_2026-11-28-11-30-05_lib.rs"));
    assert_eq!(ids(&blackboard.each_ref().map(String::as_str)), "ann_one bob_one");
    let ilias = sorted(&["Bee_Ann_a_one_7/", "Cee_Bo_two_7/"]);
    let names = ilias.items.iter().filter_map(|item| item.person.name.as_deref());
    assert_eq!(names.collect::<Vec<_>>(), ["Ann Bee", "Bo Cee"]);
    assert_eq!(ids(&["Bee_Ann_a_one_7/", "Cee_Bo_two_7/"]), "a_one two");
}

#[test]
fn dates_in_names_say_when_what_counts_was_handed_in() {
    let at = |names: &[&str]| {
        let sorted = sorted(names);
        sorted.items[0].person.get(HANDED_IN).map(str::to_owned).unwrap_or_default()
    };
    let brightspace = [
        "10001-6203 - Ann Bee - 28 November, 2026 1130 AM/",
        "10001-6203 - Ann Bee - 29 November, 2026 901 AM/",
    ];
    assert_eq!(at(&brightspace), "2026-11-29 09:01");
    let blackboard =
        ["HW 3_ann1_attempt_2026-11-28-11-30-05_lib.rs", "HW 3_ann1_attempt_2026-11-29-09-01-00_lib.rs"];
    assert_eq!(at(&blackboard), "2026-11-29 09:01");
    assert_eq!(at(&["Bee_Ann_ann1_7/"]), "2026-11-29 09:00");
    assert_eq!(at(&["Ann Bee_11_assignsubmission_file_lib.rs"]), "");
}

#[test]
fn sakai_and_ilias_have_the_login_in_the_name() {
    let sorted = sorted(&["Bee, Ann(ann1)/", "Cee_Bo_Jim_bob2_7/", "ann (1)/", "team/"]);
    let lines = lines(&sorted);
    assert_eq!(
        lines[2..],
        ["ann1 (Bee, Ann): Bee, Ann(ann1) as ", "bob2 (Bo Jim Cee): Cee_Bo_Jim_bob2_7 as "]
    );
    assert_eq!(sorted.items.iter().map(|item| &*item.id).collect::<Vec<_>>()[..2], ["ann (1)", "team"]);
}

#[test]
fn other_names_are_the_ids() {
    let sorted = sorted(&["alice/", "bob.tar.gz", "carol_1_2_final.zip", "dave.rar", "erin.rs", "notes.txt"]);
    let ids: Vec<&str> = sorted.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["alice", "bob", "carol_1_2_final", "dave", "erin"]);
    assert_eq!(sorted.left_out, ["notes.txt"]);
}
