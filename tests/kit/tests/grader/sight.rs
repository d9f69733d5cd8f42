//! Where the grader can't see the threads of programs: right verdicts all the same, the reports say how closely was looked, and
//! `--require-sight` refuses.

use std::time::Duration;

use assert_cmd::Command;
use kit_tests::{Class, program};
use predicates::prelude::*;
use serde_json::Value;

use crate::{SLUG, corpus};

/// Nobody waits for longer: a hang fails.
const NO_HANG: Duration = Duration::from_mins(5);

/// The grader in a process table of its own, with the /proc of another; `None` where that takes root, and this is not.
fn without_sight(class: &Class) -> Option<Command> {
    let before = ["--pid", "--fork", "--kill-child"];
    if !program("unshare").args(before).arg("true").output().is_ok_and(|done| done.status.success()) {
        eprintln!("not run: grading without sight takes a pid namespace, and so root");
        return None;
    }
    let mut unshare = program("unshare");
    unshare.args(before).arg(class.grader().get_program()).current_dir(class.folder()).timeout(NO_HANG);
    Some(unshare)
}

#[test]
fn without_sight_a_class_gets_its_verdicts_and_is_told_why() {
    let class = Class::new().with("alice", SLUG, &format!("solutions/{SLUG}")).with(
        "bob",
        SLUG,
        &corpus("wrong-sequential"),
    );
    let Some(mut grader) = without_sight(&class) else { return };
    let why = "/proc is that of another process table: mount this one's";
    grader.args(["grade", "class", "--exercise", "03", "--format", "json", "--out", "results"]);
    let done = grader.assert().success().stderr(predicate::str::contains(why));
    let document: Value = serde_json::from_slice(&done.get_output().stdout).expect("the document is JSON");
    assert_eq!(document["sight"], "cpu-time");
    assert!(document["sight_reason"].as_str().is_some_and(|reason| reason.starts_with(why)), "{document:#}");
    let score = |hand_in: usize| document["submissions"][hand_in]["score"].as_f64();
    assert_eq!((score(0), score(1)), (Some(10.0), Some(5.0)));

    // With sight they are judged anew.
    let mut seen = class.grader();
    seen.args(["grade", "class", "--exercise", "03", "--out", "results", "--require-sight"]);
    seen.assert()
        .success()
        .stdout(predicate::str::contains("\nsight: threads\n"))
        .stderr("grading 2, 2 in all: 2 judged\n");
    let mut shown = class.grader();
    shown.args(["results", "show", "results", "--grading", "1"]);
    shown.assert().success().stdout(predicate::str::contains(format!(
        "\nsight: cpu-time (a long sleep, or an event loop that is blocked for a moment, goes unnoticed): {why}"
    )));
}

#[test]
fn require_sight_refuses_where_threads_can_not_be_seen() {
    let class = Class::new().with_nothing("frank", SLUG);
    let Some(mut grader) = without_sight(&class) else { return };
    grader.args(["grade", "class", "--exercise", "03", "--require-sight"]);
    let why = "error: --require-sight: the threads of programs can't be seen here, only their CPU time. /proc is that of";
    grader.assert().code(3).stdout("").stderr(predicate::str::starts_with(why));
}
