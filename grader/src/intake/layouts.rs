//! Whose hand-in is what in a folder of hand-ins: told from names alone, which learning platforms make by fixed rules.
//!
//! - **Canvas**, "Download Submissions": a file for each attachment, `<name>[_LATE]_<user>_<attachment>_<file>`, with
//!   `anon_<code>` in place of name and user where grading is anonymous. The name is the sortable name in lower case,
//!   without spaces and commas. What was typed in is `…_text.html` or `…_link.html`, without an attachment. A file that is
//!   handed in again under its name gets `-1`, `-2` before its ending. Source: `get_filename` and `add_upload_submission` in
//!   `lib/content_zipper.rb` of instructure/canvas-lms. (Guides call the second number the submission's; it is the
//!   attachment's, so that the greater one is the newer one.)
//! - **Moodle**, "Download all submissions": `<full name>_<number>_assignsubmission_<plugin>` and in it the files as they were
//!   handed in (older releases add `_` to the folder), or, without folders, that and `_<file>`. The number stands for the
//!   student in this one assignment, also as `Participant <number>` in the grading worksheet. Source: `get_student_prefix`
//!   and `load_submissionplugin_filelist` in `mod/assign/classes/downloader.php` of moodle/moodle.
//! - **Gradescope**, "Export Submissions": `assignment_<number>_export/` with a folder `submission_<number>/` for each,
//!   unpacked, and `submission_metadata.yml` (see [`super::gradescope`]).
//! - **Brightspace**, "Download": a folder `<user>-<folder> - <full name> - <date>` for each attempt, or, flat, that and ` - <file>`.
//!   The user's number is in no list of the class: there the name tells who it is.
//! - **Blackboard**, "Assignment File Download": `<assignment>_<user name>_attempt_<date>_<file>`, and for each attempt a text
//!   without `_<file>`.
//! - **Sakai**, "Download All": a folder `<last>, <first>(<user name>)`, and in it `Submission attachment(s)`.
//! - **ILIAS**: a folder `<last>_<first>_<login>_<number>`, and in it the files with the date before their names.
//! - Anything else: a folder, an archive or a source file for each student, with the student's id as its name.

use std::collections::{BTreeMap, BTreeSet};

use super::archive::Format;
use super::moment::Moment;
use super::roster::{HANDED_IN, Person};

/// The file that tells who made the submissions of a Gradescope export.
pub(super) const METADATA: &str = "submission_metadata.yml";

/// A file or folder among hand-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// What one student handed in, as names of files and folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) person: Person,
    /// What counts, with what the student called it.
    pub(super) parts: Vec<(String, String)>,
    /// What is to be said about it.
    pub(super) notes: Vec<String>,
    /// The platform says so.
    pub(super) is_late: bool,
}

/// The names sorted by student, and those that are nobody's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    pub(super) items: Vec<Item>,
    pub(super) left_out: Vec<String>,
    /// Whether a platform's export was recognised.
    pub(super) is_export: bool,
}

/// Sorts what lies in a folder of hand-ins. The names must be in order. `holds` tells what lies in one of the folders.
pub(super) fn sort(names: &[Named], holds: &dyn Fn(&str) -> Vec<String>) -> Sorted {
    let canvas = |named: &Named| Upload::canvas(named).is_some();
    let mut those = names.iter().filter(|named| is_handed_in(named) && !is_loose(&named.name)).peekable();
    // One name such as `team_1_2_final.zip` says nothing; a folder where all names are like that is one of Canvas'.
    let is_canvas =
        those.peek().is_some() && those.all(canvas) || those.peek().is_none() && names.iter().any(canvas);
    let is_ilias = names.iter().any(|named| Upload::ilias(named, holds, false).is_some());
    let upload = |named: &Named| {
        if is_canvas { Upload::canvas(named) } else { Upload::other(named, holds, is_ilias) }
    };
    let mut sorted = Sorted::default();
    let mut uploads: BTreeMap<String, Vec<Upload>> = BTreeMap::new();
    for named in names {
        if let Some(upload) = upload(named) {
            uploads.entry(upload.id.clone()).or_default().push(upload);
        } else if is_handed_in(named) {
            let parts = vec![(named.name.clone(), named.name.clone())];
            let id = if named.is_folder { &named.name } else { stem(&named.name) };
            sorted.items.push(Item { id: id.to_owned(), parts, ..Item::default() });
        } else {
            sorted.left_out.push(named.name.clone());
        }
    }
    sorted.is_export = !uploads.is_empty();
    sorted.items.extend(uploads.into_values().map(of_uploads));
    sorted
}

/// Whether this is somebody's hand-in, if it lies in a folder of them.
pub(super) fn is_handed_in(named: &Named) -> bool {
    let name = &named.name;
    named.is_folder || Format::of(name).is_some() || Format::unreadable(name).is_some() || is_source(name)
}

/// Whether this is what lies in a hand-in, and names no student.
pub(super) fn is_loose(name: &str) -> bool {
    ["exercises", "src", "lib.rs", "tests", "solutions"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A name without the ending of an archive or a source file.
pub(super) fn stem(name: &str) -> &str {
    let archive = Format::of(name).map(|(_, stem)| stem).or_else(|| Format::unreadable(name));
    archive.or_else(|| without_rs(name)).unwrap_or(name)
}

/// Whether a name is that of a source file, also as systems change it: `LIB.RS`, `lib.rs.txt`.
pub(super) fn is_source(name: &str) -> bool {
    without_rs(name).is_some()
}

/// A source file's name without its ending.
pub(super) fn without_rs(name: &str) -> Option<&str> {
    [".rs", ".rs.txt"].iter().find_map(|ending| {
        let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0 && name.is_char_boundary(*at))?;
        name[at..].eq_ignore_ascii_case(ending).then(|| &name[..at])
    })
}

/// A file or folder in a platform's export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Upload {
    id: String,
    person: Person,
    /// What belongs together, where the platform says so: the greater, the newer.
    attempt: u64,
    /// The greater, the newer.
    attachment: u64,
    is_late: bool,
    /// When it was handed in, where the name tells.
    handed_in: Option<Moment>,
    entry: String,
    /// What the student called it.
    file: String,
}

impl Upload {
    fn canvas(named: &Named) -> Option<Self> {
        if named.is_folder && Format::of(&named.name).is_none() {
            return None;
        }
        let parts: Vec<&str> = named.name.split('_').collect();
        // The name has no `_<digits>_` in it: Canvas takes that out.
        let user = parts
            .iter()
            .enumerate()
            .skip(1)
            .find(|(at, part)| is_number(part) || (*at == 1 && parts[0] == "anon"));
        let (at, user) = user.map(|(at, user)| (at, (*user).to_owned()))?;
        let (name, is_late) = match &parts[..at] {
            ["anon"] => (None, false),
            [name @ .., "LATE"] => (Some(name.join("_")), true),
            name => (Some(name.join("_")), false),
        };
        let rest = &parts[at + 1..];
        let (attachment, file) = match rest {
            [number, file @ ..] if is_number(number) && !file.is_empty() => {
                (number.parse().ok()?, file.join("_"))
            }
            ["text.html" | "link.html"] => (0, rest[0].to_owned()),
            _ => return None,
        };
        let mut person = Person { name, ..Person::default() };
        if is_number(&user) {
            person.more.insert("canvas_id".to_owned(), user.clone());
        }
        Some(Self {
            id: user,
            person,
            attachment,
            is_late,
            file,
            entry: named.name.clone(),
            ..Self::default()
        })
    }

    /// What another platform's name tells.
    fn other(named: &Named, holds: &dyn Fn(&str) -> Vec<String>, is_ilias: bool) -> Option<Self> {
        let upload =
            Self::moodle(named).or_else(|| Self::brightspace(named)).or_else(|| Self::blackboard(named));
        let mut upload =
            upload.or_else(|| Self::sakai(named)).or_else(|| Self::ilias(named, holds, is_ilias))?;
        upload.entry.clone_from(&named.name);
        Some(upload)
    }

    fn moodle(named: &Named) -> Option<Self> {
        let (who, what) = named.name.rsplit_once("_assignsubmission_")?;
        let (name, number) =
            who.rsplit_once('_').filter(|(name, number)| is_number(number) && !name.is_empty())?;
        let file = match what.split_once('_') {
            // What was typed in is no source.
            _ if what.split('_').next() != Some("file") => "text.html",
            _ if named.is_folder && Format::of(&named.name).is_none() => "",
            Some((_, file)) => file,
            None => return None,
        };
        let name = Some(name).filter(|name| *name != "Participant").map(str::to_owned);
        let more = [("participant".to_owned(), number.to_owned())].into();
        let person = Person { name, email: None, more };
        Some(Self { id: number.to_owned(), person, file: file.to_owned(), ..Self::default() })
    }

    fn brightspace(named: &Named) -> Option<Self> {
        let parts: Vec<&str> = named.name.split(" - ").collect();
        let (user, folder) = parts[0].split_once('-')?;
        if parts.len() < 3 || !is_number(user) || !is_number(folder) {
            return None;
        }
        let date = (2..parts.len()).find(|at| Moment::read(parts[*at]).is_some());
        let date = date.or_else(|| named.is_folder.then_some(parts.len() - 1))?;
        let file = parts[date + 1..].join(" - ");
        if file.is_empty() != named.is_folder {
            return None;
        }
        let handed_in = Moment::read(parts[date]);
        let attempt = handed_in.map(Moment::order).unwrap_or_default();
        let mut person = named_so(&parts[1..date].join(" - "));
        person.more.insert("brightspace_id".to_owned(), user.to_owned());
        let id = user.to_owned();
        Some(Self { id, person, attempt, attachment: attempt, handed_in, file, ..Self::default() })
    }

    fn blackboard(named: &Named) -> Option<Self> {
        let (who, what) = named.name.rsplit_once("_attempt_")?;
        let (_, user) = who.rsplit_once('_')?;
        let date = what.get(..19)?;
        let is_date = date.split('-').map(str::len).eq([4, 2, 2, 2, 2, 2]);
        let attempt = is_date.then(|| date.replace('-', "").parse().ok())??;
        // Without a file it is what Blackboard says of the attempt.
        let file = what[19..].strip_prefix('_').unwrap_or("text.html").to_owned();
        let person = Person { more: [("username".to_owned(), user.to_owned())].into(), ..Person::default() };
        let (id, handed_in) = (user.to_owned(), Moment::read(date));
        Some(Self { id, person, attempt, attachment: attempt, handed_in, file, ..Self::default() })
    }

    fn sakai(named: &Named) -> Option<Self> {
        let (name, user) = named.name.strip_suffix(')')?.rsplit_once('(')?;
        let is_one = named.is_folder && name.contains(", ") && !name.ends_with(' ') && !user.is_empty();
        let mut person = named_so(name);
        person.more.insert("username".to_owned(), user.to_owned());
        (is_one && !user.contains(char::is_whitespace)).then(|| Self {
            id: user.to_owned(),
            person,
            ..Self::default()
        })
    }

    /// `may_be_empty`: others there are of ILIAS.
    fn ilias(named: &Named, holds: &dyn Fn(&str) -> Vec<String>, may_be_empty: bool) -> Option<Self> {
        let parts: Vec<&str> = named.name.split('_').collect();
        let [last, first @ .., login, number] = &parts[..] else { return None };
        if !named.is_folder || first.is_empty() || !is_number(number) || login.is_empty() {
            return None;
        }
        let files = holds(&named.name);
        if files.is_empty() && !may_be_empty || !files.iter().all(|file| dated(file).is_some()) {
            return None;
        }
        let mut person = named_so(&format!("{} {last}", first.join(" ")));
        person.more.insert("username".to_owned(), (*login).to_owned());
        let newest = files.iter().filter_map(|file| dated(file)).map(|(date, _)| date).max();
        let handed_in = newest.and_then(Moment::read);
        Some(Self { id: (*login).to_owned(), person, handed_in, ..Self::default() })
    }

    fn is_answer(&self) -> bool {
        self.file.is_empty() || Format::of(&self.file).is_some() || is_source(&self.file)
    }
}

fn named_so(name: &str) -> Person {
    Person { name: Some(name.to_owned()), ..Person::default() }
}

/// The name that a file had before ILIAS put the date before it, and the date.
pub(super) fn dated(file: &str) -> Option<(&str, &str)> {
    let (date, name) = file.split_once('_')?;
    (date.len() == 14 && is_number(date) && !name.is_empty()).then_some((date, name))
}

/// What counts of a student's uploads: those of the newest attempt, where there are attempts; of these the newest archive, or
/// all source files, each in its newest version.
fn of_uploads(mut uploads: Vec<Upload>) -> Item {
    uploads.sort_by_key(|upload| (upload.is_answer(), upload.attempt, upload.attachment));
    let mut item = Item::default();
    let Some(newest) = uploads.last().cloned() else { return item };
    item.id.clone_from(&newest.id);
    item.person = newest.person.clone();
    item.person.name = uploads.iter().find_map(|upload| upload.person.name.clone());
    let handed_in = newest.handed_in.map(|moment| (HANDED_IN.to_owned(), moment.to_string()));
    item.person.more.extend(handed_in);
    let (counting, older): (Vec<Upload>, Vec<Upload>) = uploads
        .into_iter()
        .filter(|upload| upload.is_answer() == newest.is_answer())
        .partition(|upload| upload.attempt == newest.attempt);
    if newest.is_answer() {
        item.notes.extend(of_attempts(&older.iter().collect::<Vec<_>>(), &newest));
    }
    let uploads = counting;
    let sources: Vec<&Upload> = uploads.iter().filter(|upload| is_source(&upload.file)).collect();
    let mut files: BTreeMap<String, Vec<&Upload>> = BTreeMap::new();
    for upload in &uploads {
        if is_source(&newest.file) && is_source(&upload.file) {
            files.entry(first_name(&upload.file, &sources)).or_default().push(upload);
        } else if !is_source(&newest.file) && !is_source(&upload.file) {
            files.entry(String::new()).or_default().push(upload);
        }
    }
    for (file, versions) in files {
        let newest = versions.last().map_or(0, |newest| newest.attachment);
        let (newest, older): (Vec<&Upload>, _) =
            versions.iter().partition(|upload| upload.attachment == newest);
        if newest.iter().all(|upload| upload.is_answer()) {
            item.notes.extend(of_attempts(&older, newest[0]));
        }
        item.is_late |= newest.iter().any(|upload| upload.is_late);
        let name = |upload: &Upload| if file.is_empty() { upload.file.clone() } else { file.clone() };
        item.parts.extend(newest.into_iter().map(|upload| (upload.entry.clone(), name(upload))));
    }
    item
}

/// Says that there are several attempts and which counts.
fn of_attempts(older: &[&Upload], newest: &Upload) -> Option<String> {
    let others: Vec<String> = older.iter().map(|upload| format!("`{}`", upload.entry)).collect();
    let others = others.join(", ");
    let attempts: BTreeSet<(u64, usize)> = older
        .iter()
        .enumerate()
        .map(|(at, upload)| (upload.attempt, if upload.attempt > 0 { 0 } else { at }))
        .collect();
    (!older.is_empty()).then(|| {
        format!("the newest of {} attempts counts: `{}`, not {others}", attempts.len() + 1, newest.entry)
    })
}

/// The name that a file had when it was handed in for the first time: `lib-2.rs` is a newer `lib.rs`, given that there is a
/// `lib.rs` or that no other file could be it.
fn first_name(file: &str, all: &[&Upload]) -> String {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let first =
        stem.rsplit_once('-').filter(|(_, number)| is_number(number)).map(|(first, _)| format!("{first}.rs"));
    let is_first = |first: &String| first == "lib.rs" || all.iter().any(|upload| upload.file == *first);
    first.filter(is_first).unwrap_or_else(|| file.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Sorted {
        let holds =
            |name: &str| if name.ends_with("_7") { vec!["20261129090000_lib.rs".to_owned()] } else { vec![] };
        let folder_or_file = |name: &&str| Named {
            name: name.trim_end_matches('/').to_owned(),
            is_folder: name.ends_with('/'),
        };
        sort(&names.iter().map(folder_or_file).collect::<Vec<_>>(), &holds)
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
        let ann = "ann1 (): HW 3_ann1_attempt_2026-11-29-09-01-00_lib.rs as lib.rs; the newest of 2 attempts counts: ";
        assert!(lines(&blackboard)[0].starts_with(ann), "{:?}", lines(&blackboard));
        assert_eq!(lines(&blackboard)[1], "bob2 (): HW 3_bob2_attempt_2026-11-29-12-59-59.txt as text.html");
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
        let sorted =
            sorted(&["alice/", "bob.tar.gz", "carol_1_2_final.zip", "dave.rar", "erin.rs", "notes.txt"]);
        let ids: Vec<&str> = sorted.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["alice", "bob", "carol_1_2_final", "dave", "erin"]);
        assert_eq!(sorted.left_out, ["notes.txt"]);
    }
}
