//! `grader report`: pages and feedback of a real grading, read back from where `grade --out` keeps it.

use std::fs;

use kit_tests::Class;
use predicates::prelude::*;

use crate::{SLUG, corpus};

/// A graded class: bob works in a row, frank has handed in nothing.
fn graded() -> Class {
    let class = Class::new().with("bob", SLUG, &corpus("wrong-sequential")).with_nothing("frank", SLUG);
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "03", "--out", "results"]).assert().success();
    class
}

/// What the command prints.
fn report(class: &Class, arguments: &[&str]) -> String {
    let mut grader = class.grader();
    let done = grader.args(["report", "results"]).args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("reports are text")
}

#[test]
fn a_grading_is_reported_as_pages_as_text_and_as_markdown() {
    let class = graded();
    report(&class, &["--html", "--out", "pages"]);
    let page = |name: &str| {
        fs::read_to_string(class.folder().join("pages").join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let index = page("index.html");
    assert!(index.contains("students/bob.html") && index.contains("students/frank.html"));
    assert!(index.contains("every call runs on the calling thread"), "the cause to teach again");
    let bob = page("students/bob.html");
    // His run of 100 items and the reference's beside it, and how fast both get: a tick for a tick, on any machine.
    for fact in [
        "1,000 ticks, a speedup of 1.00",
        "250 ticks, a speedup of 4.00",
        "The reference",
        "Speedup by workers",
    ] {
        assert!(bob.contains(fact), "{fact}");
    }
    assert!(page("students/frank.html").contains("there is no exercises/03-ordered-map/src/lib.rs"));

    let alone = report(&class, &["--html", "--student", "bob"]);
    assert!(alone.contains("1,000 ticks") && !alone.contains("index.html"));

    insta::assert_snapshot!("feedback", report(&class, &["--student", "bob"]));
    insta::assert_snapshot!("feedback-markdown", report(&class, &["--student", "bob", "--markdown"]));

    let unknown = ["report", "results", "--student", "nobody"];
    let mut grader = class.grader();
    grader.args(unknown).assert().code(2).stdout("").stderr("error: results has no hand-in `nobody`\n");
}

#[test]
fn a_folder_without_a_grading_is_refused_with_the_command_that_makes_one() {
    let class = Class::new();
    let mut grader = class.grader();
    let refused = grader.args(["report", "class", "--html"]).assert().code(2).stdout("");
    refused.stderr(predicate::str::contains("`grader grade PATH --out DIR` makes DIR/grading.json"));
}
