//! Results are kept: nothing is judged twice, whatever interrupts a grading, and parts of a class unite to what one machine
//! would have given.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::Instant;

use kit_tests::{Class, program};
use predicates::prelude::*;
use serde_json::Value;

const SLUG: &str = "01-parallel-factorials";

/// Answers to this exercise in the corpus that are judged quickly.
const ANSWERS: [&str; 6] =
    ["right-chain", "right-slots", "wrong-join-in-loop", "broken-empty", "wrong-pops-handles", "right-latch"];

fn corpus(name: &str) -> String {
    format!("tests/submissions/{SLUG}/{name}/exercises/{SLUG}")
}

/// Hands in what the intake refuses, each time for another reason: judged without a compiler.
fn refused(class: Class, student: &str) -> Class {
    let deep = class.exercise(student, SLUG).join("src").join(student).join(["deep"; 9].join("/"));
    fs::create_dir_all(deep).expect("folders can be made");
    class
}

/// One answer, one that is refused, one that is missing, and the same answer again.
fn class() -> Class {
    let class = Class::new().with("alice", SLUG, &corpus("right-slots")).with_nothing("carol", SLUG);
    refused(class, "bob").with("dave", SLUG, &corpus("right-slots"))
}

/// The command for this class, with these arguments besides.
fn grade(class: &Class, arguments: &[&str]) -> assert_cmd::Command {
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "01"]).args(arguments);
    grader
}

/// What it says on standard error, given that it ends with this status.
fn says(mut grader: assert_cmd::Command, status: i32) -> String {
    let done = grader.assert().code(status);
    String::from_utf8(done.get_output().stderr.clone()).expect("messages are text")
}

fn results(class: &Class, arguments: &[&str]) -> assert_cmd::Command {
    let mut grader = class.grader();
    grader.arg("results").args(arguments);
    grader
}

fn document(class: &Class, folder: &str) -> String {
    fs::read_to_string(class.folder().join(folder).join("grading.json")).expect("--out writes the document")
}

/// The events in what was printed. A line that is not whole was never said.
fn events(stdout: &[u8]) -> Vec<Value> {
    let lines = stdout.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    lines.map(|line| serde_json::from_slice(line).expect("events are JSON lines")).collect()
}

/// Who has a result, and how they came to it.
fn graded(events: &[Value]) -> BTreeSet<(String, String)> {
    let graded = events.iter().filter(|event| event["event"] == "graded");
    let text = |value: &Value| value.as_str().expect("ids and origins are text").to_owned();
    graded.map(|event| (text(&event["hand_in"]), text(&event["origin"]))).collect()
}

#[test]
fn nothing_is_judged_twice_and_the_history_is_kept() {
    let class = class();
    assert_eq!(says(grade(&class, &["--out", "kept"]), 0), "grading 1, 4 in all: 4 judged\n");
    let first = document(&class, "kept");
    assert_eq!(says(grade(&class, &["--out", "kept"]), 0), "grading 2, 4 in all: 4 unchanged\n");
    assert_eq!(document(&class, "kept"), first);

    // Dave hands in again; Bob has handed in nothing that counts since.
    let class = class.with("dave", SLUG, &corpus("broken-empty"));
    fs::write(class.exercise("bob", SLUG).join("notes.txt"), "soon").expect("a file can be written");
    assert_eq!(says(grade(&class, &["--out", "kept"]), 0), "grading 3, 4 in all: 1 judged, 3 unchanged\n");

    let compared = results(&class, &["compare", "kept"]).output().expect("the grader starts");
    insta::assert_snapshot!("compared", String::from_utf8_lossy(&compared.stdout));
    insta::with_settings!({ filters => [(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "[when, to the second]"), ("sandbox: [^\n]+\nsight: [^\n]+", "sandbox: [sandbox]\nsight: [sight]")] }, {
        let shown = results(&class, &["show", "kept", "dave"]).output().expect("the grader starts");
        insta::assert_snapshot!("shown", String::from_utf8_lossy(&shown.stdout));
        let listed = results(&class, &["list", "kept"]).output().expect("the grader starts");
        insta::assert_snapshot!("listed", String::from_utf8_lossy(&listed.stdout));
    });
    // An old grading can be had again.
    results(&class, &["show", "kept", "--grading", "1", "--format", "json"]).assert().success().stdout(first);

    // Carol hands in too late; Alice alone is judged again.
    let class = class.with("carol", SLUG, &corpus("right-slots"));
    let regrade = ["regrade", "kept", "--only", "alice", "--force"];
    let before = document(&class, "kept");
    assert_eq!(says(results(&class, &regrade), 0), "grading 4, 4 in all: 1 judged, 3 left as they were\n");
    assert_eq!(document(&class, "kept"), before);
    let regrade = ["regrade", "kept", "--only", "zoe"];
    assert!(says(results(&class, &regrade), 2).contains("--only zoe: there is no such hand-in"));

    results(&class, &["prune", "kept", "--keep", "1"]).assert().success().stdout("3 gradings removed\n");
    assert!(says(results(&class, &["show", "kept", "--grading", "1"]), 2).contains("there is no grading 1"));
}

#[test]
fn parts_of_a_class_unite_to_what_one_machine_gives() {
    let class = ["alice", "bob", "dave", "erin"].into_iter().fold(Class::new(), refused);
    let class = class.with_nothing("carol", SLUG).with_nothing("frank", SLUG);
    assert!(says(grade(&class, &["--out", "whole"]), 0).contains("6 judged"));
    for part in ["1/2", "2/2"] {
        let folder = format!("part-{}", &part[..1]);
        let events = grade(&class, &["--out", &folder, "--partition", part, "--format", "jsonl"]).output();
        let events = events.expect("the grader starts").stdout;
        assert!(!graded(&self::events(&events)).is_empty(), "{part} has somebody to grade");
    }
    let merge = |parts: &[&str]| {
        let mut grader = class.grader();
        grader.args(["merge", "--out", "merged"]).args(parts);
        grader
    };
    let refused = says(merge(&["part-2"]), 2);
    assert_eq!(refused, "error: the partition 1/2 is missing: name its folder, too\n");
    let other = grade(&class, &["--out", "other", "--partition", "1/2", "--seed", "7"]);
    says(other, 0);
    let refused = says(merge(&["part-2", "other"]), 2);
    assert!(refused.contains("they differ in the seed: 0 and 7"), "{refused}");
    assert!(!class.folder().join("merged/grading.json").exists());

    let report = merge(&["part-2", "part-1"]).output().expect("the grader starts").stdout;
    assert_eq!(document(&class, "merged"), document(&class, "whole"));
    let whole = results(&class, &["show", "whole"]).output().expect("the grader starts").stdout;
    assert_eq!(String::from_utf8_lossy(&report), String::from_utf8_lossy(&whole));
}

#[test]
fn a_second_grader_and_a_newer_store_are_refused() {
    let class = Class::new().with_nothing("frank", SLUG);
    says(grade(&class, &["--out", "kept"]), 0);
    let lock =
        File::options().write(true).open(class.folder().join("kept/results.lock")).expect("it is there");
    lock.lock().expect("nobody else has it");
    let refused = says(grade(&class, &["--out", "kept"]), 3);
    assert_eq!(
        refused,
        "error: another grader is writing to kept: wait until it has ended, or name another folder\n"
    );
    drop(lock);
    // Bytes 60 to 63 of an SQLite file are its user_version.
    let file =
        File::options().write(true).open(class.folder().join("kept/results.sqlite")).expect("it is there");
    file.write_all_at(&99_u32.to_be_bytes(), 60).expect("it can be written");
    let refused = says(grade(&class, &["--out", "kept"]), 3);
    assert!(refused.contains("written by a newer grader (format 99; this one knows 1)"), "{refused}");
}

/// SIGTERM, as Ctrl-C: what is done is kept, and the same command goes on.
#[test]
fn a_grading_that_is_asked_to_stop_goes_on_later() {
    let class = refused(Class::new(), "alice").with("bob", SLUG, &corpus("right-slots"));
    let class = class.with("carol", SLUG, &corpus("wrong-join-in-loop"));
    let grader = grade(&class, &[]).get_program().to_owned();
    // As soon as the first result is told. With one job, Bob and Carol are far away.
    let script = r#"
        : >events
        "$0" grade class --exercise 01 --out kept --jobs 1 --format jsonl >>events & grader=$!
        until grep -q '"graded"' events; do kill -0 $grader || exit 99; sleep 0.02; done
        kill -TERM $grader; wait $grader"#;
    let mut shell = program("sh");
    shell.current_dir(class.folder()).arg("-c").arg(script).arg(grader);
    let stopped = predicate::str::is_match(
        "^stopped: [12] of 3 are graded, and kept in kept; the same command goes on",
    );
    shell.assert().code(130).stderr(stopped.expect("a pattern"));
    assert!(!class.folder().join("kept/grading.json").exists(), "half a class is no document");

    let told = events(&fs::read(class.folder().join("events")).expect("the shell made it"));
    assert_eq!(told.last().expect("there are events")["event"], "stopped");
    let resumed = grade(&class, &["--out", "kept", "--format", "jsonl"]).output().expect("the grader starts");
    for (student, _) in graded(&told) {
        assert!(graded(&events(&resumed.stdout)).contains(&(student, "unchanged".to_owned())));
    }
    assert_eq!(graded(&events(&resumed.stdout)).len(), 3);
}

/// Kills gradings with SIGKILL at random moments, lets each go on, and compares with one that nobody disturbed.
fn kill(class: &Class, times: u32) {
    let began = Instant::now();
    says(grade(class, &["--out", "whole"]), 0);
    let mut takes = began.elapsed();
    let mut hits = [0; 3];
    for round in 0..times {
        // Which moments is chance: nothing of it decides whether this passes.
        let [first, second, ..] = RandomState::new().hash_one(round).to_le_bytes();
        let moment = takes * u32::from(u16::from_le_bytes([first, second])) / u32::from(u16::MAX);
        let folder = format!("killed-{round}");
        let mut killed = grade(class, &["--out", &folder, "--format", "jsonl"]);
        let began = Instant::now();
        let killed = killed.timeout(moment).output().expect("the grader starts");
        let told = events(&killed.stdout);
        let before = graded(&told);
        let ended = told.last().is_some_and(|event| event["event"] == "end");
        hits[if ended { 2 } else { usize::from(!before.is_empty()) }] += 1;
        // The first one had the dependencies to build, or a busy machine.
        takes = if ended { takes.min(began.elapsed()) } else { takes };

        let resumed =
            grade(class, &["--out", &folder, "--format", "jsonl"]).output().expect("the grader starts");
        assert!(resumed.status.success(), "round {round}, killed after {moment:?}: {resumed:?}");
        let after = graded(&events(&resumed.stdout));
        for (student, _) in &before {
            let unchanged = (student.clone(), "unchanged".to_owned());
            assert!(after.contains(&unchanged), "round {round}, killed after {moment:?}: {student} was lost");
        }
        let same = document(class, &folder) == document(class, "whole");
        assert!(same, "round {round}, killed after {moment:?}: another document");
        fs::remove_dir_all(class.folder().join(PathBuf::from(folder))).expect("it can be removed");
    }
    println!(
        "{times} kills: {} before the first result, {} between, {} after the last",
        hits[0], hits[1], hits[2]
    );
}

#[test]
fn a_grading_that_is_killed_goes_on() {
    kill(&class(), 1);
}

/// Fifty times, or as often as `KILLS` says, which takes minutes: a step of .ci/prove, a few of them one of .ci/run.
#[test]
#[ignore = "fifty gradings, twice"]
fn gradings_of_a_class_of_sixty_that_are_killed_go_on() {
    let times = std::env::var("KILLS").map_or(50, |times| times.parse().expect("KILLS is a number"));
    let mut class = Class::new();
    for number in 0..60 {
        let student = format!("s{number:02}");
        class = match number % 5 {
            0 => class.with(&student, SLUG, &corpus(ANSWERS[number / 5 % ANSWERS.len()])),
            1 => class.with_nothing(&student, SLUG),
            _ => refused(class, &student),
        };
    }
    kill(&class, times);
}
