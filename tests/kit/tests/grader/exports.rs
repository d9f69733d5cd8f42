//! What learning platforms export, archives and manifests, as an instructor hands them to the grader.
//!
//! Of each class only the stub is judged, or nothing at all: what is tested is whose sources are found where.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use kit_tests::Class;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{SLUG, corpus};

/// Sources that do not compile: cheap to grade, and told from `missing` and `rejected`.
const BROKEN: &str = "not Rust";

fn lib() -> String {
    format!("exercises/{SLUG}/src/lib.rs")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file can be begun");
        zip.write_all(text).expect("there is room");
    }
    zip.finish().expect("there is room").into_inner()
}

/// A .zip of a hand-in that does not compile, in a folder as hosting sites make one.
fn broken() -> Vec<u8> {
    zip(&[(&format!("repo-main/{}", lib()), BROKEN.as_bytes()), ("repo-main/README.md", b"hello")])
}

fn write(class: &Class, path: &str, bytes: &[u8]) {
    let file = class.folder().join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(file, bytes).expect("a file can be written");
}

/// `id verdict` of each hand-in, and what was said on standard error.
fn graded(class: &Class, arguments: &[&str]) -> (Vec<String>, String) {
    let mut grader = class.grader();
    grader.args(["grade", "--exercise", "03", "--format", "json"]).args(arguments);
    let done = grader.assert().success();
    let output = done.get_output();
    let document: Value = serde_json::from_slice(&output.stdout).expect("the document is JSON");
    let line = |submission: &Value| {
        let verdict = submission["exercises"][0]["verdict"].as_str().expect("there is a verdict");
        format!("{} {verdict}", submission["id"].as_str().expect("there is an id"))
    };
    let submissions = document["submissions"].as_array().expect("there are submissions");
    (submissions.iter().map(line).collect(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn archives_among_folders_are_hand_ins_and_a_refused_one_stops_nobody() {
    let class = Class::new().with("alice", SLUG, &corpus("broken-moved-closure"));
    write(&class, "class/bob.zip", &broken());
    write(&class, "class/carol.zip", &zip(&[("../../lib.rs", b"")]));
    write(&class, "class/dave.rar", b"Rar!");
    write(&class, "class/erin/report.pdf", b"%PDF");
    write(&class, "class/frank/a/03-ordered-map/src/lib.rs", b"");
    write(&class, "class/frank/b/03-ordered-map/src/lib.rs", b"");
    write(&class, "class/grace/lib.rs", BROKEN.as_bytes());
    write(&class, "class/grace.zip", &broken());
    write(&class, "class/heidi/Answer.rs", BROKEN.as_bytes());
    write(&class, "class/notes.txt", b"");
    let (verdicts, said) = graded(&class, &["class"]);
    assert_eq!(
        verdicts,
        [
            "alice build_error",
            "bob build_error",
            "carol rejected",
            "dave rejected",
            "erin missing",
            "frank rejected",
            "grace rejected",
            "heidi build_error"
        ]
    );
    let said: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_canvas_export_with_a_manifest() {
    let class = Class::new();
    let export = zip(&[
        ("annbee_341_850_work.zip", &zip(&[("x.rs", b"")])),
        ("annbee_341_900_work-1.zip", &broken()),
        ("cydee_LATE_12_77_lib-1.rs", BROKEN.as_bytes()),
        ("dan_13_text.html", b"<p>sorry</p>"),
    ]);
    write(&class, "submissions.zip", &export);
    write(
        &class,
        "list.csv",
        b"\xef\xbb\xbfID,Name,Email\n341,\"Bee, Ann\",ann@example.edu\n12,,\n99,Zed,\n",
    );
    let (verdicts, said) = graded(&class, &["submissions.zip", "--manifest", "list.csv", "--out", "results"]);
    assert_eq!(verdicts, ["12 build_error", "13 missing", "341 build_error", "99 missing"]);
    assert!(said.contains("13: handed in, and not in the manifest"), "{said}");
    assert!(said.contains("341: the newest of 2 attempts counts: `annbee_341_900_work-1.zip`"), "{said}");
    let told = fs::read(class.folder().join("results/intake.json"))
        .expect("--out writes what is known of the students");
    let told: Value = serde_json::from_slice(&told).expect("it is JSON");
    assert_eq!(told["people"]["341"]["name"], "Bee, Ann");
    assert_eq!(told["people"]["12"]["name"], "cydee");
    let document =
        fs::read_to_string(class.folder().join("results/grading.json")).expect("--out writes the document");
    assert!(
        !document.contains("Bee") && !document.contains("example.edu"),
        "the document of verdicts names nobody"
    );
}

#[test]
fn a_moodle_export_and_one_of_gradescope() {
    let class = Class::new();
    let moodle = zip(&[
        ("Ann Bee_11_assignsubmission_file/work.zip", &broken()),
        ("Bob Cee_12_assignsubmission_file/lib.rs", BROKEN.as_bytes()),
        ("Cy Dee_13_assignsubmission_onlinetext/onlinetext.html", b"x"),
    ]);
    write(&class, "moodle.zip", &moodle);
    assert_eq!(graded(&class, &["moodle.zip"]).0, ["11 build_error", "12 build_error", "13 missing"]);
    let metadata = "---\nsubmission_1:\n  :submitters:\n  - :name: Ann\n    :sid: '7'\nsubmission_2:\n  :submitters:\n  \
                    - :name: Bob\n    :sid: '8'\n  - :name: Cy\n    :email: cy@example.edu\n";
    let gradescope = zip(&[
        ("assignment_9_export/submission_metadata.yml", metadata.as_bytes()),
        (&format!("assignment_9_export/submission_1/{}", lib()), BROKEN.as_bytes()),
        ("assignment_9_export/submission_2/src/lib.rs", BROKEN.as_bytes()),
    ]);
    write(&class, "gradescope.zip", &gradescope);
    let (verdicts, said) = graded(&class, &["gradescope.zip"]);
    assert_eq!(verdicts, ["7 build_error", "8 build_error", "cy@example.edu build_error"]);
    assert!(said.contains("8: handed in together with `cy@example.edu`"), "{said}");
}

#[test]
fn a_loose_file_without_a_named_exercise_says_what_to_do() {
    let class = Class::new();
    write(&class, "class/alice/lib.rs", b"");
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--format", "json"]).assert().success();
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("alice: `lib.rs` may be an answer to any exercise"), "{said}");
    assert!(said.contains("--exercise"), "{said}");
}

#[test]
fn parts_of_an_export_are_merged_into_the_bytes_of_one_run() {
    let class = Class::new();
    let names: Vec<String> = (0..6).map(|student| format!("s{student}.zip")).collect();
    let work = broken();
    let export: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &work[..])).collect();
    write(&class, "class.zip", &zip(&export));
    write(&class, "list.csv", b"id\ns0\ns9\n");
    let all = ["class.zip", "--manifest", "list.csv"];
    let _ = graded(&class, &[&all[..], &["--out", "one"]].concat());
    for part in ["1/2", "2/2"] {
        let out = format!("part-{}", &part[..1]);
        let _ = graded(&class, &[&all[..], &["--partition", part, "--out", &out]].concat());
    }
    class.grader().args(["merge", "part-1", "part-2", "--out", "merged"]).assert().success();
    let read = |path: &str| fs::read_to_string(class.folder().join(Path::new(path)).join("grading.json"));
    assert_eq!(read("merged").expect("merge writes it"), read("one").expect("grade writes it"));
}

#[test]
fn a_manifest_that_is_none_is_refused_with_the_line() {
    let class = Class::new().with_nothing("alice", SLUG);
    write(&class, "list.csv", b"id,name\nalice,A\nAlice,B\n");
    let why = "error: list.csv is no manifest: lines 2 and 3 have the same id, `Alice`; keep one\n";
    class.grader().args(["grade", "class", "--manifest", "list.csv"]).assert().code(2).stdout("").stderr(why);
}
