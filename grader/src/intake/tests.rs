//! Folders and archives as they lie there: what of them is a hand-in, and whose.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const LIB: &str = "exercises/03-ordered-map/src/lib.rs";

/// A folder with these files; of `a.zip!b/c` an archive with these entries.
fn laid_out(paths: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut archives: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        if let Some((archive, entry)) = path.split_once('!') {
            archives.entry(archive).or_default().push(entry);
        } else {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().expect("it lies in the folder")).expect("a folder can be made");
            fs::write(file, "x").expect("a file can be written");
        }
    }
    for (archive, entries) in archives {
        let file = folder.path().join(archive);
        fs::create_dir_all(file.parent().expect("it lies in the folder")).expect("a folder can be made");
        let mut zip = ZipWriter::new(fs::File::create(file).expect("a file can be made"));
        for entry in entries {
            zip.start_file(entry, SimpleFileOptions::default()).expect("a file can be begun");
            zip.write_all(b"x").expect("there is room");
        }
        zip.finish().expect("there is room");
    }
    folder
}

/// `id` of each who has an answer to 03, `id-` without one, `id!` where it is refused; and how many warnings there were.
fn found(paths: &[&str], named: &[&str], is_one: bool) -> String {
    let folder = laid_out(paths);
    let course = Course {
        known: ["02-result-queue", "03-ordered-map"].map(str::to_owned).into(),
        graded: vec!["03-ordered-map".to_owned()],
    };
    let paths: Vec<PathBuf> = named.iter().map(|path| folder.path().join(path)).collect();
    let asked = Asked { paths: &paths, is_one, ..Asked::default() };
    let intake = match find(&asked, &course) {
        Ok(intake) => intake,
        Err(why) => return format!("{why:#}").replace(&folder.path().display().to_string(), ""),
    };
    let mark = |hand_in: &HandIn| match &hand_in.place {
        Place::Found(found) if matches!(found.places.get("03-ordered-map"), Some(Ok(_))) => "",
        Place::Found(_) | Place::Nothing(_) => "-",
        Place::Refused(_) => "!",
        Place::Closed(_) => "?",
    };
    let ids = intake.hand_ins.iter().map(|hand_in| format!("{}{}", hand_in.id, mark(hand_in)));
    format!("{}; {}", ids.collect::<Vec<_>>().join(" "), intake.warnings.len())
}

fn class(paths: &[&str]) -> String {
    found(paths, &["c"], false)
}

#[test]
fn what_lies_beside_students_does_not_make_them_one() {
    let (ann, bob) = (format!("c/ann/{LIB}"), format!("c/bob/repo-main/{LIB}"));
    for stray in ["c/lib.rs", "c/src/lib.rs", &format!("c/{LIB}"), "c/03-ordered-map/src/lib.rs", "c/LIB.RS"]
    {
        assert_eq!(class(&[&ann, &bob, stray]), "ann bob; 2", "{stray}");
    }
    let zipped = [&format!("c.zip!c/ann/{LIB}"), "c.zip!c/bob/lib.rs", "c.zip!c/lib.rs", "c.zip!c/README.md"];
    assert_eq!(found(&zipped, &["c.zip"], false), "ann bob; 3");
    let archives = [&format!("c/ann.zip!{LIB}"), &format!("c/bob.zip!{LIB}"), "c/lib.rs"];
    assert_eq!(class(&archives), "ann bob; 2");
    // One alone is more likely a copy, and what has a manifest is a package: both readings are named.
    assert_eq!(class(&[&ann, "c/lib.rs"]), "c; 1");
    assert_eq!(class(&[&ann, &bob, "c/src/lib.rs", "c/Cargo.toml"]), "c; 1");
    assert_eq!(found(&[&ann, &bob, "c/lib.rs"], &["c"], true), "c; 0");
    // Nor are the kit's own folders, in the kit that a student has and hands in as it is.
    let kit = [
        "c/Cargo.toml",
        "c/judge/src/lib.rs",
        "c/web/src/lib.rs",
        "c/forkserver/src/lib.rs",
        "c/companion/src/lib.rs",
    ];
    assert_eq!(class(&[&[&*format!("c/{LIB}")], &kit[..]].concat()), "c; 0");
    // Modules in folders are nobody's hand-ins.
    assert_eq!(class(&["c/lib.rs", "c/a/mod.rs", "c/b/mod.rs"]), "c; 0");
}

#[test]
fn names_as_a_shell_gives_them_are_the_class() {
    let paths = [
        &format!("c/ann/{LIB}"),
        &format!("c/bob/repo-main/{LIB}"),
        "c/cy/notes.txt",
        "c/d.zip!Src/Lib.rs",
        "c/e.rs",
        "c/README.txt",
        "c/lib.rs",
    ];
    let laid: Vec<&str> = paths.iter().map(|path| path.strip_prefix("c/").unwrap_or(path)).collect();
    let names = ["ann", "bob", "cy", "d.zip", "e.rs", "README.txt", "lib.rs"];
    assert_eq!(found(&laid, &names, false), "ann bob cy- d e; 4");
    let sections =
        [&format!("a/ann/{LIB}"), &format!("a/bob/{LIB}"), "b.zip!b/cy/lib.rs", "b.zip!b/dee/lib.rs"];
    assert_eq!(found(&sections, &["a", "b.zip"], false), "ann bob cy dee; 0");
    // One student's files that are called as another platform's are that one's.
    let (ann, bob) = (format!("ann/{LIB}"), format!("bob/repo-main/{LIB}"));
    assert_eq!(
        found(&[&ann, &bob, "eve/bobcee_342_901_lib.rs"], &["ann", "bob", "eve"], false),
        "ann bob eve; 0"
    );
    let canvas = ["annbee_341_900_lib.rs", "bobcee_LATE_342_901_lib.rs", "lib.rs"];
    assert_eq!(found(&canvas, &canvas, false), "341 342; 1");
    assert_eq!(found(&["a/lib.rs", "a.zip!lib.rs"], &["a", "a.zip"], false), "a!; 1");
    assert_eq!(
        found(&["a.txt"], &["a.txt"], false),
        "/a.txt is neither a folder of hand-ins nor an archive of them (.zip, .tar.gz, .tgz and .tar)"
    );
}

#[test]
fn one_students_fault_in_a_class_is_nobody_elses() {
    let zipped = [
        &format!("c.zip!c/ann/{LIB}"),
        "c.zip!c/bob/src/lib.rs",
        "c.zip!c/bob/src/LIB.rs",
        "c.zip!c/cy/a/b/c/report.pdf",
    ];
    assert_eq!(found(&zipped, &["c.zip"], false), "ann bob! cy-; 2");
    // In an archive that is one hand-in it is that one's.
    assert_eq!(found(&["c.zip!src/lib.rs", "c.zip!src/LIB.rs"], &["c.zip"], false), "c!; 1");
}

#[test]
fn platforms_exports_are_found_some_folders_down() {
    let sakai = [
        "c/HW3/grades.csv",
        "c/HW3/Bee, Ann(ann1)/Submission attachment(s)/lib.rs",
        "c/HW3/Cee, Bo(bo2)/timestamp.txt",
    ];
    assert_eq!(class(&sakai), "ann1 bo2-; 2");
    let ilias = [
        "c.zip!HW3/Abgaben/Bee_Ann_ann1_7/20261129090000_lib.rs",
        "c.zip!HW3/Abgaben/Cee_Bo_bo2_8/20261129090000_x.pdf",
        "c.zip!HW3/list.xlsx",
    ];
    assert_eq!(found(&ilias, &["c.zip"], false), "ann1 bo2-; 1");
    let brightspace = [
        "c/index.html",
        "c/10-6 - Ann Bee - Nov 28, 2026 1130 PM/lib.rs",
        "c/10-6 - Ann Bee - Nov 29, 2026 1201 AM/lib.rs",
    ];
    assert_eq!(class(&brightspace), "10; 1");
}

#[test]
fn links_in_a_hand_in_lead_nowhere() {
    let folder =
        laid_out(&["c/Bee_Ann_ann1_7/20261128090000_lib.rs", "c/secret/lib.rs", "c/x.rs", "d/lib.rs"]);
    let at = |path: &str| folder.path().join(path);
    std::os::unix::fs::symlink(at("c/x.rs"), at("c/Bee_Ann_ann1_7/20261129090000_util.rs"))
        .expect("a link can be made");
    for name in ["d/a", "d/b"] {
        std::os::unix::fs::symlink(at("c/secret"), at(name)).expect("a link can be made");
    }
    let course =
        Course { known: vec!["03-ordered-map".to_owned()], graded: vec!["03-ordered-map".to_owned()] };
    let ids = |path: &str| {
        let intake = find(&Asked { paths: &[at(path)], ..Asked::default() }, &course).expect("there is one");
        let sources = intake.hand_ins.iter().map(|hand_in| {
            let Place::Found(found) = &hand_in.place else { panic!("it is found") };
            let Some(Ok(spot)) = found.places.get("03-ordered-map") else { panic!("it has an answer") };
            let Ok(Taken::Sources(Sources(files))) = sources::below(&found.root, &spot.folder, &spot.lib)
            else {
                panic!("it is read")
            };
            format!("{} {}", hand_in.id, files.len())
        });
        sources.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(ids("c"), "secret 1, x 1, ann1 1");
    assert_eq!(ids("d"), "d 1");
}

#[test]
fn what_the_grader_keeps_is_no_student() {
    let kept = [&format!("c/ann/{LIB}"), "c/results/results.sqlite", "c/results/results.lock"];
    assert_eq!(class(&kept), "ann; 1");
    let folder = laid_out(&[&format!("c/ann/{LIB}"), "c/out/old.rs"]);
    let (path, own) = (folder.path().join("c"), vec![folder.path().join("c/out")]);
    let course =
        Course { known: vec!["03-ordered-map".to_owned()], graded: vec!["03-ordered-map".to_owned()] };
    let intake = find(&Asked { paths: std::slice::from_ref(&path), own, ..Asked::default() }, &course)
        .expect("there is one");
    assert_eq!(intake.hand_ins.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["ann"]);
    assert!(intake.warnings.is_empty());
}
