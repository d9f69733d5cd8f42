//! Hand-ins of odd and hostile shapes: links and pipes are never opened, files beside the sources do not count.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use kit_tests::Class;
use predicates::prelude::*;

use crate::{SLUG, corpus};

const STUDENT: &str = "mallory";

/// A class of one, whose `src/` this makes in the empty folder of the exercise.
fn class(make: impl FnOnce(&Path)) -> Class {
    let class = Class::new();
    make(&class.exercise(STUDENT, SLUG));
    class
}

/// The verdict and the score.
fn verdict(class: &Class) -> (String, f64) {
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--exercise", "03", "--format", "json"]).assert().success();
    let document: serde_json::Value =
        serde_json::from_slice(&done.get_output().stdout).expect("the document is JSON");
    let exercise = &document["submissions"][0]["exercises"][0];
    let verdict = exercise["verdict"].as_str().expect("there is a verdict");
    (verdict.to_owned(), exercise["score"].as_f64().expect("there is a score"))
}

fn missing() -> (String, f64) {
    ("missing".to_owned(), 0.0)
}

/// The sources of a hand-in that passes.
fn right() -> std::path::PathBuf {
    kit_tests::kit().join(corpus("right-scoped-slots")).join("src")
}

fn folder(path: &Path) {
    fs::create_dir_all(path).expect("a folder can be made");
}

/// A pipe: whoever opens it to read waits until somebody writes, which nobody does.
fn pipe(path: &Path) {
    kit_tests::program("mkfifo").arg(path).assert().success();
}

#[test]
fn sources_behind_a_link_are_missing() {
    let linked_src = class(|exercise| symlink(right(), exercise.join("src")).expect("a link can be made"));
    assert_eq!(verdict(&linked_src), missing());

    let linked_file = class(|exercise| {
        folder(&exercise.join("src"));
        symlink(right().join("lib.rs"), exercise.join("src/lib.rs")).expect("a link can be made");
    });
    assert_eq!(verdict(&linked_file), missing());

    let linked_exercise = class(|exercise| {
        fs::remove_dir(exercise).expect("it is empty");
        symlink(right().join(".."), exercise).expect("a link can be made");
    });
    assert_eq!(verdict(&linked_exercise), missing());
}

#[test]
fn a_hand_in_whose_exercises_are_a_link_is_none() {
    let class = Class::new();
    folder(&class.folder().join("class/mallory"));
    symlink(kit_tests::kit().join("exercises"), class.folder().join("class/mallory/exercises"))
        .expect("a link can be made");
    class.grader().args(["grade", "class"]).assert().code(2).stderr(predicate::str::contains("no hand-in"));
}

#[test]
fn a_pipe_and_a_folder_in_place_of_the_source_are_missing() {
    let pipe_file = class(|exercise| {
        folder(&exercise.join("src"));
        pipe(&exercise.join("src/lib.rs"));
    });
    assert_eq!(verdict(&pipe_file), missing());

    let folder_file = class(|exercise| folder(&exercise.join("src/lib.rs")));
    assert_eq!(verdict(&folder_file), missing());

    let file_src = class(|exercise| fs::write(exercise.join("src"), "").expect("a file can be written"));
    assert_eq!(verdict(&file_src), missing());
}

#[test]
fn what_lies_beside_the_sources_does_not_count() {
    let class = class(|exercise| {
        folder(&exercise.join("src"));
        fs::copy(right().join("lib.rs"), exercise.join("src/lib.rs")).expect("a file can be copied");
        pipe(&exercise.join("src/notes.rs"));
        symlink("/", exercise.join("src/everything")).expect("a link can be made");
        let hostile = "compile_error!(\"this is not part of the hand-in\");";
        folder(&exercise.join("tests"));
        folder(&exercise.join(".cargo"));
        for beside in ["build.rs", "tests/adapter.rs", "tests/subject.rs", "Cargo.toml", ".cargo/config.toml"]
        {
            fs::write(exercise.join(beside), hostile).expect("a file can be written");
        }
    });
    assert_eq!(verdict(&class), ("pass".to_owned(), 10.0));
}

#[test]
fn sources_beyond_the_limits_are_rejected_with_the_limit() {
    let class = class(|exercise| {
        let deep = exercise.join("src").join("deep/".repeat(9));
        folder(&deep);
        for lib in [exercise.join("src/lib.rs"), deep.join("lib.rs")] {
            fs::write(lib, "").expect("a file can be written");
        }
    });
    let mut grader = class.grader();
    let why = predicate::str::contains("rejected").and(predicate::str::contains("nested more than 8 deep"));
    grader.args(["grade", "class", "--exercise", "03"]).assert().success().stdout(why);
}

/// What the report says of sources made of the solution and something of mallory's, with these files beside `lib.rs`.
fn said(more: &str, beside: &[(&str, &str)]) -> String {
    let class = class(|exercise| {
        folder(&exercise.join("src"));
        let lib = fs::read_to_string(right().join("lib.rs")).expect("a file can be read");
        fs::write(exercise.join("src/lib.rs"), format!("{lib}{more}")).expect("a file can be written");
        for (path, text) in beside {
            fs::write(exercise.join("src").join(path), text).expect("a file can be written");
        }
    });
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--exercise", "03", "--format", "json"]).assert().success();
    let document: serde_json::Value =
        serde_json::from_slice(&done.get_output().stdout).expect("the document is JSON");
    let exercise = &document["submissions"][0]["exercises"][0];
    let text = |key: &str| exercise[key].as_str().unwrap_or_default().to_owned();
    format!("{}: {}", text("verdict"), text("message"))
}

#[test]
fn a_refusal_names_file_line_rule_and_what_to_do_instead() {
    let says = [
        said("", &[("lib.rs", "\npub const A: &str = include_str!(\"/etc/passwd\");")]),
        said("", &[("lib.rs", "mod a;"), ("a.rs", "\n\npub const A: Option<&str> = option_env!(\"HOME\");")]),
        said("", &[("lib.rs", "#[path = \"b.rs\"]\nmod a;"), ("b.rs", "#[unsafe(no_mangle)]\nfn f() {}")]),
        said("", &[("lib.rs", &"(".repeat(300))]),
    ];
    insta::assert_snapshot!(says.join("\n\n"));
}

#[test]
fn files_that_the_compiler_leaves_alone_may_say_anything() {
    let old = "pub unsafe fn old() { include_str!(\"/etc/passwd\") }";
    assert_eq!(said("// unsafe {}\n", &[("old.rs", old), ("main.rs", old)]), "pass: ");
}

#[test]
fn a_source_without_an_end_is_rejected_and_not_read_to_it() {
    let class = class(|exercise| {
        folder(&exercise.join("src"));
        let file = fs::File::create(exercise.join("src/lib.rs")).expect("a file can be made");
        // A hole: it takes no room on the disk.
        file.set_len(1 << 40).expect("a file can have holes");
    });
    assert_eq!(verdict(&class), ("rejected".to_owned(), 0.0));
}

/// Nothing in the report steers the reader's terminal or begins a line with another student's name.
fn is_harmless(class: &Class) {
    let harmless = predicate::str::contains("\u{1b}").not().and(predicate::str::contains("\nalice").not());
    class.grader().args(["grade", "class", "--exercise", "03"]).assert().success().stdout(harmless);
}

#[test]
fn the_name_of_a_folder_cannot_forge_lines_of_the_report() {
    is_harmless(&Class::new().with_nothing("mallory\nalice  pass\u{1b}[2J", SLUG));
}

#[test]
fn the_message_of_a_panic_cannot_forge_lines_of_the_report() {
    is_harmless(&class(|exercise| {
        let stub = kit_tests::kit().join("exercises").join(SLUG).join("src/lib.rs");
        let stub = fs::read_to_string(stub).expect("the kit has a stub");
        let forged = stub.replace("todo!()", r#"panic!("\u{1b}[2J\nalice  pass")"#);
        assert_ne!(forged, stub, "the stub's body is `todo!()`");
        folder(&exercise.join("src"));
        fs::write(exercise.join("src/lib.rs"), forged).expect("a file can be written");
    }));
}
