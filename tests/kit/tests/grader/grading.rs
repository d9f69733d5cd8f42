//! A small class: the report, the document, and that both say the same twice.

use std::fs;

use kit_tests::Class;
use predicates::prelude::*;

use crate::{SLUG, corpus};

/// One of each kind of verdict.
fn class() -> Class {
    Class::new()
        .with("alice", SLUG, &corpus("right-scoped-slots"))
        .with("bob", SLUG, &corpus("wrong-sequential"))
        .with("carol", SLUG, &corpus("wrong-sender-kept"))
        .with("dave", SLUG, &corpus("broken-moved-closure"))
        .with("erin", SLUG, &format!("exercises/{SLUG}"))
        .with_nothing("frank", SLUG)
}

/// What the command prints on its standard output, given that it ends with status 0.
fn graded(class: &Class, arguments: &[&str]) -> String {
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--exercise", "03"]).args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("reports are text")
}

#[test]
fn a_class_gets_the_same_report_and_the_same_document_however_it_is_graded() {
    let class = class();
    let report = graded(&class, &["--out", "results/today"]);
    // What encloses the hand-ins depends on the machine.
    insta::with_settings!({ filters => [("\nsandbox: [^\n]+\nsight: [^\n]+", "\nsandbox: [sandbox]\nsight: [sight]")] }, {
        insta::assert_snapshot!("report", report);
    });

    let written = fs::read_to_string(class.folder().join("results/today/grading.json"))
        .expect("--out makes the folder and writes the document");
    insta::with_settings!({ filters => [(r#""sandbox": "[a-z]+",\s+"sight": [^\n]+\s+"sight_reason": [^\n]+"#, r#""sandbox": "[sandbox]", "sight": "[sight]","#)] }, {
        insta::assert_snapshot!("document", written);
    });

    let again = graded(&class, &["--format", "json", "--jobs", "1", "--seed", "0"]);
    assert!(again == written, "the second grading gave other bytes:\n{again}");
}

#[test]
fn one_hand_in_alone_gets_what_it_gets_in_its_class() {
    let class = Class::new().with("bob", SLUG, &corpus("wrong-sequential"));
    let in_class = graded(&class, &["--format", "json"]);
    let mut grader = class.grader();
    grader.args(["grade", "class/bob", "--exercise", "ordered-map", "--format", "json"]);
    grader.assert().success().stdout(in_class);
}

#[test]
fn another_seed_is_named_in_the_document_and_changes_no_verdict() {
    let class = Class::new().with("alice", SLUG, &corpus("right-scoped-slots"));
    let document = graded(&class, &["--format", "json", "--seed", "7"]);
    let document: serde_json::Value = serde_json::from_str(&document).expect("the document is JSON");
    assert_eq!(document["seed"], 7);
    assert_eq!(document["submissions"][0]["exercises"][0]["verdict"], "pass");
}

#[test]
fn a_score_under_the_threshold_ends_with_status_1_and_still_prints_the_report() {
    let class = Class::new().with("bob", SLUG, &corpus("wrong-sequential"));
    for (percent, status) in [("50", 0), ("51", 1)] {
        let mut grader = class.grader();
        grader.args(["grade", "class", "--exercise", "3", "--fail-under", percent]);
        grader.assert().code(status).stdout(predicate::str::contains("5.0 / 10.0"));
    }
}

#[test]
fn nothing_that_is_printed_is_a_command_to_a_ci_system() {
    let class = Class::new();
    let attack = "attacks/attack-commands/exercises";
    let class = class.with("mallory", SLUG, &format!("tests/submissions/{attack}/{SLUG}"));
    let odd = class.exercise("a\n::error::b", SLUG).join("src");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("lib.rs"), "compile_error!(\"##[error]x\\n::error::x\");").unwrap();
    let mut grader = class.grader();
    grader.env("GITHUB_ACTIONS", "true");
    let output = grader.args(["grade", "class", "--exercise", "03", "--out", "results"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("forged") && printed.contains("build error"), "{printed}");
    // Its own two lines, around everything.
    let lines: Vec<&str> = printed.lines().collect();
    let [first, within @ .., last] = &lines[..] else { panic!("{printed}") };
    let nobody_knows = first.strip_prefix("::stop-commands::").expect("commands are stopped first");
    assert_eq!(*last, format!("::{nobody_knows}::"));
    let document = fs::read_to_string(class.folder().join("results/grading.json")).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    for line in within.iter().copied().chain(document.lines()).chain(errors.lines()) {
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line}");
    }
    // And no name keeps anybody from being exported.
    class.grader().args(["export", "gradescope", "results", "--out", "sent"]).assert().success();
    assert_eq!(fs::read_dir(class.folder().join("sent")).unwrap().count(), 2);
}
