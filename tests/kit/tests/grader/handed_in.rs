//! What people really hand in, and the lists that they are compared with: renamed, misplaced, unreadable, from every platform.
//!
//! Of each hand-in nothing compiles: what is tested is whose sources are found, what is said of the others, and what gradebooks
//! get back.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use kit_tests::Class;
use predicates::prelude::*;
use serde_json::Value;

use crate::SLUG;

/// Sources that do not compile: cheap to grade, and told from what was not taken.
const BROKEN: &str = "not Rust";

fn write(class: &Class, path: impl AsRef<Path>, bytes: &[u8]) {
    let file = class.folder().join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(file, bytes).expect("a file can be written");
}

/// Grades with this exit status: `id verdict` of each hand-in, and the warnings.
fn graded(class: &Class, arguments: &[&str], code: i32) -> (Vec<String>, String) {
    let mut grader = class.grader();
    grader.args(["grade", "--exercise", "03", "--format", "json"]).args(arguments);
    let done = grader.assert().code(code);
    let output = done.get_output();
    let document: Value = serde_json::from_slice(&output.stdout).expect("the document is JSON");
    let line = |submission: &Value| {
        let verdict = submission["exercises"][0]["verdict"].as_str().expect("there is a verdict");
        let late = if submission["late"] == true { " late" } else { "" };
        format!("{} {verdict}{late}", submission["id"].as_str().expect("there is an id"))
    };
    let submissions = document["submissions"].as_array().expect("there are submissions");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let said: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    (submissions.iter().map(line).collect(), said.join("\n"))
}

/// What `grader export` writes of `results`.
fn exported(class: &Class, arguments: &[&str]) -> String {
    let done = class.grader().arg("export").args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("it is text")
}

#[test]
fn everybodys_answer_is_found_and_what_is_not_taken_is_named() {
    let class = Class::new();
    let lib = format!("exercises/{SLUG}/src/lib.rs");
    let broken = BROKEN.as_bytes();
    for path in [
        format!("class/ann/{lib}"),
        format!("class/bob/{SLUG}-main (1)/src/lib.rs"),
        "class/cy/03-cy/src/LIB.RS".to_owned(),
        format!("class/dee/exercises/{SLUG}/src/lib.rs.bak"),
        "class/eve/exercises/07-other/src/lib.rs".to_owned(),
        "class/fay.RS".to_owned(),
        // Whoever grades has these beside them.
        "class/lib.rs".to_owned(),
        format!("class/{lib}"),
        "class/README.txt".to_owned(),
        "class/results/report.rs".to_owned(),
    ] {
        write(&class, path, broken);
    }
    for name in [&b"class/gil\xe9"[..], b"class/hal/\xe9"] {
        write(&class, Path::new(OsStr::from_bytes(name)).join(&lib), broken);
    }
    std::os::unix::fs::symlink("nowhere", class.folder().join("class/ida")).expect("a link can be made");
    let (verdicts, said) = graded(&class, &["class", "--out", "class/results"], 3);
    let found = [
        "ann build_error",
        "bob build_error",
        "cy build_error",
        "dee missing",
        "eve missing",
        "fay build_error",
    ];
    let closed = ["hal error", "gil\\xE9 error", "ida error"];
    assert_eq!(verdicts, [&found[..], &closed].concat());
    insta::assert_snapshot!(said);

    // The same, as a shell names them. What can't be a name of a hand-in stops nobody.
    let names: Vec<String> =
        ["ann", "bob", "dee", "README.txt", "lib.rs", "exercises"].map(|name| format!("class/{name}")).into();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (verdicts, said) = graded(&class, &names, 0);
    assert_eq!(verdicts, ["ann build_error", "bob build_error", "dee missing"]);
    assert!(said.contains("exercises: no hand-in, left out"), "{said}");
    // And all of it as one.
    let (verdicts, _) = graded(&class, &["class", "--one"], 0);
    assert_eq!(verdicts, ["class build_error"]);
}

#[test]
fn canvas_gets_back_what_it_gave() {
    let class = Class::new();
    write(&class, "sub/annexample_LATE_341_900_lib.rs", BROKEN.as_bytes());
    write(&class, "sub/bobexample_342_901_lib.rs", BROKEN.as_bytes());
    let gradebook = "Student;ID;SIS User ID;SIS Login ID;Integration ID;Section;HW 3 (77001)\r\n;;;;;;Manual Posting\r\n    \
                     Points Possible;;;;;;10\r\nExample, Ann;341;12;ann;i7;CS 1\r\nExample, Bob;342;341;bob;;CS 1;\r\n\
                     Student, Test;999;;b1946ac9;;CS 1;\r\n";
    let wide: Vec<u8> = gradebook.encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(&class, "gradebook.csv", &[b"\xff\xfe", &wide[..]].concat());
    let all = ["sub", "--manifest", "gradebook.csv", "--out", "results"];
    assert_eq!(
        graded(&class, &all, 0),
        (vec!["341 build_error late".to_owned(), "342 build_error".to_owned()], String::new())
    );
    let back = "Student,ID,SIS User ID,SIS Login ID,Integration ID,Section,03 ordered-map\n    \
                Points Possible,,,,,,10\n\"Example, Ann\",341,12,ann,i7,CS 1,0\n\"Example, Bob\",342,341,bob,,CS 1,0\n";
    assert_eq!(exported(&class, &["canvas", "results"]), back);
    assert_eq!(exported(&class, &["canvas", "results", "--roster", "gradebook.csv"]), back);
    // Lateness is told wherever the hand-in is.
    class
        .grader()
        .args(["results", "show", "results"])
        .assert()
        .success()
        .stdout(predicate::str::contains("341 (late)"));
    class.grader().args(["report", "results", "--html"]).assert().success();
    let pages = fs::read_dir(class.folder().join("results/report")).expect("there are pages");
    let pages = pages.map(|page| page.expect("it can be read").path()).filter(|page| page.is_file());
    let late = pages.filter(|page| {
        let text = fs::read_to_string(page).unwrap_or_default();
        text.contains(">late<") || text.contains("handed in late")
    });
    assert!(late.count() > 0, "the class page tells it");
}

#[test]
fn moodle_gets_addresses_and_never_a_participants_number() {
    let class = Class::new();
    write(&class, "sub/Ann Example_4711_assignsubmission_file/lib.rs", BROKEN.as_bytes());
    write(&class, "sub/Bob Example_4712_assignsubmission_file/lib.rs", BROKEN.as_bytes());
    let worksheet = "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status\n\"Teilnehmer/in4711\",Ann Example,,ann@example.edu,\n\
                     \"Teilnehmer/in4712\",Bob Example,B7,,\n";
    write(&class, "worksheet.csv", worksheet.as_bytes());
    let verdicts = ["4711 build_error", "4712 build_error"].map(str::to_owned).to_vec();
    assert_eq!(
        graded(&class, &["sub", "--manifest", "worksheet.csv", "--out", "results"], 0),
        (verdicts.clone(), String::new())
    );
    let is_known = |text: &str| {
        text.contains("\n,ann@example.edu,Ann Example,0,") && text.contains("\nB7,,Bob Example,0,")
    };
    assert!(is_known(&exported(&class, &["moodle", "results"])));
    // Without the worksheet nothing is known by which Moodle could tell, and that is said.
    assert_eq!(graded(&class, &["sub", "--out", "bare"], 0).0, verdicts);
    let said = predicate::str::contains(
        "warning: of 2 students, `4711` among them, nothing is known by which the gradebook could tell",
    );
    class.grader().args(["export", "moodle", "bare"]).assert().success().stderr(said);
    let with_list = exported(&class, &["moodle", "bare", "--roster", "worksheet.csv"]);
    assert!(is_known(&with_list), "{with_list}");
}

#[test]
fn a_list_finds_its_students_under_other_names() {
    let class = Class::new();
    for name in ["map-octo-ann", "map-bob77", "00123", "202600000001"] {
        write(&class, format!("class/{name}/lib.rs"), BROKEN.as_bytes());
    }
    let list = "sep=;\nidentifier;github_username;name\ns1;octo-ann;Ann\ns2;Bob77\n123;;Cy\n2,026E+11;;Dee\ns5;;Eve\n";
    write(&class, "list.csv", list.as_bytes());
    let (verdicts, said) = graded(&class, &["class", "--manifest", "list.csv", "--out", "results"], 0);
    let found = [
        "00123 build_error",
        "202600000001 build_error",
        "s2 build_error",
        "s1 build_error",
        "2,026E+11 missing",
        "s5 missing",
    ];
    assert_eq!(verdicts, found);
    insta::assert_snapshot!(said);
    // The parts of a class know together what one grading knows.
    for part in ["1/2", "2/2"] {
        let out = format!("part-{}", &part[..1]);
        let _ = graded(&class, &["class", "--manifest", "list.csv", "--partition", part, "--out", &out], 0);
    }
    class.grader().args(["merge", "part-1", "part-2", "--out", "whole"]).assert().success();
    for file in ["grading.json", "intake.json"] {
        let read = |folder: &str| {
            fs::read_to_string(class.folder().join(folder).join(file)).expect("it was written")
        };
        assert_eq!(read("whole"), read("results"), "{file}");
    }
    write(&class, "old.csv", b"id,name\ns1,Zo\xeb\n");
    let why = "error: old.csv is no manifest: line 2 is not UTF-8; save it as \"CSV UTF-8\"\n";
    class.grader().args(["grade", "class", "--manifest", "old.csv"]).assert().code(2).stdout("").stderr(why);
}
