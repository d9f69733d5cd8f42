//! `cargo test -p exercise-03`, as a student meets it: the stub, the reference answer pasted in, and mistakes. Each page is
//! a snapshot; a mistake fails the tests that it concerns, and the other tests still run.

mod companion;
mod sight;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use kit_tests::{Workspace, program, visible_tests};
use predicates::prelude::*;

/// What a visible test target ends with where a test fails: the status of every Rust test target.
const FAILED: i32 = 101;

/// The visible tests of a student with this answer, from a workspace that all tests share.
fn student(name: &str) -> Command {
    program(tests_of(name))
}

/// Where they are.
fn tests_of(name: &str) -> &'static Path {
    static BUILT: OnceLock<Vec<(String, PathBuf)>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let hand_in = |name| format!("tests/submissions/03-ordered-map/{name}/exercises/03-ordered-map");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("students");
        let answers = [
            ("reference", "solutions/03-ordered-map"),
            ("sequential", &hand_in("wrong-sequential")),
            ("equal-chunks", &hand_in("wrong-static-chunks")),
            ("deadlock", &hand_in("wrong-sender-kept")),
            ("exits", &hand_in("wrong-exit-when-done")),
            ("endless", &hand_in("wrong-endless-loop")),
        ];
        Workspace::new(folder, "03-ordered-map", &answers).visible_tests()
    });
    let (_, path) = built.iter().find(|(student, _)| student == name).expect("this student has an answer");
    path
}

/// The tests of the stub.
fn stub() -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    program(BUILT.get_or_init(|| visible_tests("exercise-03")))
}

/// What it prints. The order of the tests is fixed.
fn page(mut tests: Command, arguments: &[&str], status: i32) -> String {
    let done = tests.args(arguments).assert().code(status);
    let output = done.get_output();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("a page is text")
}

/// Compares with the snapshot, after named redactions.
macro_rules! assert_page {
    ($name:literal, $page:expr) => {
        let filters = [
            (r"finished in \d+\.\d+s", "finished in [duration]"),
            // Where each of them is in its loop at the end of the budget is chance.
            (r"(used up without a call or a result, in)\s(?s:.*?)\n(  likely)", "$1 [threads]\n$2"),
        ];
        insta::with_settings!({ filters => filters }, {
            insta::assert_snapshot!($name, $page);
        });
    };
}

#[test]
fn the_tests_of_the_stub_are_listed_by_name_and_kind() {
    assert_page!("stub-list", page(stub(), &["--list"], 0));
}

#[test]
fn every_test_of_the_stub_fails_as_not_done_yet() {
    assert_page!("stub", page(stub(), &[], FAILED));
}

#[test]
fn a_filter_runs_the_tests_that_it_names() {
    let one = page(stub(), &["refuses"], FAILED);
    assert!(one.contains("running 1 test\n"), "{one}");
    assert!(one.contains("0 passed; 1 failed; 0 ignored; 0 measured; 10 filtered out"), "{one}");
    let none = page(stub(), &["no_such_test"], 0);
    assert!(none.contains("0 passed; 0 failed; 0 ignored; 0 measured; 11 filtered out"), "{none}");
}

#[test]
fn the_reference_answer_passes_every_test() {
    student("reference").assert().success().stdout(predicate::str::contains("11 passed; 0 failed"));
}

#[test]
fn a_sequential_answer_fails_the_tests_of_speed() {
    let page = page(student("sequential"), &[], FAILED);
    assert!(page.contains("at most 1 call was in flight where 4 could be"), "{page}");
    assert_page!("sequential", page);
}

#[test]
fn equal_chunks_get_the_page_that_both_readmes_show() {
    let printed = page(student("equal-chunks"), &[], FAILED);
    for document in ["README.md", "grader/release/README.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(document);
        let text = fs::read_to_string(path).expect("the document can be read");
        let block = text.split("```").find(|block| block.starts_with("text\n---- balances_uneven_work"));
        let shown = block.expect("it shows the page").trim_start_matches("text\n");
        let shown = shown.split("\ntest result").next().unwrap_or(shown);
        assert!(printed.contains(shown), "{document} shows\n{shown}\nand this is printed:\n{printed}");
    }
}

#[test]
fn a_deadlock_is_explained_with_the_line_that_waits() {
    let page = page(student("deadlock"), &["maps_a_short_list"], FAILED);
    assert!(page.contains("src/lib.rs:29"), "{page}");
    assert_page!("deadlock", page);
}

#[test]
fn a_place_can_be_opened_from_the_folder_in_which_cargo_was_called() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("students");
    let package = workspace.join("deadlock/exercises/03-ordered-map");
    // What cargo and a shell set.
    let from = |stands: &Path| {
        let mut tests = student("deadlock");
        tests.current_dir(&package).env("CARGO_MANIFEST_DIR", &package).env("PWD", stands);
        page(tests, &["maps_a_short_list"], FAILED)
    };
    for (stands, at) in [
        (&workspace, "at deadlock/exercises/03-ordered-map/src/lib.rs:29"),
        (&workspace.join("deadlock/exercises"), "at 03-ordered-map/src/lib.rs:29"),
        (&package, "at src/lib.rs:29"),
        // Somewhere else: as the compiler names it.
        (&std::env::temp_dir(), "at deadlock/exercises/03-ordered-map/src/lib.rs:29"),
    ] {
        let page = from(stands);
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words.matches(at).count(), 2, "in the finding and under the timeline: {page}");
    }
}

#[test]
fn a_program_that_ends_itself_fails_the_test_and_not_the_test_run() {
    assert_page!("exits", page(student("exits"), &[], FAILED));
}

#[test]
fn an_endless_loop_fails_within_its_budget_and_names_the_line() {
    let page = page(student("endless"), &[], FAILED);
    assert!(page.contains("src/lib.rs:19") || page.contains("src/lib.rs:20"), "{page}");
    assert_page!("endless", page);
}
