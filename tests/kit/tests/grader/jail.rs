//! The sandbox as the command line shows it: its tier stands in the reports and changes no verdict, and what a hand-in may
//! not see it does not get, neither when it is compiled nor when it runs.
//!
//! A tier that the machine lacks is named as not run. The weakest one is the control: what is kept from a hand-in elsewhere
//! is to be had there, or these tests would prove nothing.

use std::fs;
use std::path::{Path, PathBuf};

use kit_tests::Class;
use predicates::prelude::*;
use serde_json::Value;

use crate::{SLUG, corpus};

const SANDBOXED: [&str; 2] = ["namespaces", "landlock"];
const WEAKEST: &str = "limits";

/// Grades in this tier; `None` where the machine does not have it.
fn graded(class: &Class, tier: &str) -> Option<Value> {
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "03", "--format", "json", "--sandbox", tier]);
    let output = grader.output().expect("the grader starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains(&format!("--sandbox {tier} is not available on this machine")) {
        eprintln!("not run: {tier}");
        assert_eq!(output.status.code(), Some(3), "{errors}");
        return None;
    }
    assert!(output.status.success(), "{errors}");
    let document: Value = serde_json::from_slice(&output.stdout).expect("the document is JSON");
    assert_eq!(document["sandbox"], tier);
    Some(document)
}

/// A student hands this source in.
fn hand_in(class: &Class, student: &str, source: &str) {
    let src = class.exercise(student, SLUG).join("src");
    fs::create_dir(&src).expect("a folder can be made");
    fs::write(src.join("lib.rs"), source).expect("a file can be written");
}

/// A class of one, with this source.
fn class(source: &str) -> Class {
    let class = Class::new();
    hand_in(&class, "mallory", source);
    class
}

/// The stub, with this body.
fn with_body(body: &str) -> String {
    let stub = kit_tests::kit().join("exercises").join(SLUG).join("src/lib.rs");
    let stub = fs::read_to_string(stub).expect("the kit has a stub");
    assert!(stub.contains("todo!()"), "the stub's body is `todo!()`");
    stub.replace("todo!()", body)
}

/// What no hand-in may read: a file of the machine, the answers, the hidden suites, somebody else's hand-in.
fn secrets(other: &Path) -> [PathBuf; 4] {
    let kit = kit_tests::kit();
    let of_kit = |path: &str| kit.join(path);
    let solution = of_kit(&format!("solutions/{SLUG}/src/lib.rs"));
    ["/etc/passwd".into(), solution, of_kit(&format!("tests/hidden/{SLUG}/suite.rs")), other.to_owned()]
}

#[test]
fn every_tier_gives_the_same_verdicts() {
    let class = Class::new()
        .with("alice", SLUG, &corpus("right-scoped-slots"))
        .with("bob", SLUG, &corpus("wrong-static-chunks"))
        .with("carol", SLUG, &corpus("wrong-sender-kept"))
        .with("dave", SLUG, &corpus("broken-moved-closure"))
        .with("erin", SLUG, &corpus("wrong-exit-when-done"));
    // The compiler's message names a place in a library, whose source some tiers could show.
    let not_send = "let one = std::rc::Rc::new(1); rayon::scope(|s| s.spawn(move |_| drop(one))); todo!()";
    hand_in(&class, "frank", &with_body(not_send));
    let control = graded(&class, WEAKEST).expect("every machine has the weakest tier")["submissions"].take();
    let text = control.to_string();
    assert!(text.contains(" at src/lib.rs:"), "a deadlock names the lines: {control:#}");
    assert!(text.contains("--> rayon-core-") && !text.contains("registry"), "{control:#}");
    for tier in SANDBOXED {
        if let Some(document) = graded(&class, tier) {
            assert_eq!(document["submissions"], control, "{tier}");
        }
    }
}

#[test]
fn a_hand_in_that_runs_reads_nothing_of_the_machine_the_kit_or_another_hand_in() {
    let other = Class::new().with("alice", SLUG, &corpus("right-scoped-slots"));
    let other = other.exercise("alice", SLUG).join("src/lib.rs");
    let paths = secrets(&other);
    let body = format!(
        "let mut read = Vec::new();
        for path in {paths:?} {{
            if std::fs::read(path).is_ok() {{ read.push(path); }}
        }}
        panic!(\"{{}} files were read: {{read:?}}\", read.len())"
    );
    let class = class(&with_body(&body));
    let control = graded(&class, WEAKEST).expect("every machine has the weakest tier").to_string();
    assert!(control.contains(r#"files were read: [\"/etc/passwd\""#), "{control}");
    for tier in SANDBOXED {
        if let Some(document) = graded(&class, tier) {
            assert!(document.to_string().contains("0 files were read"), "{tier}: {document:#}");
        }
    }
}

#[test]
fn a_hand_in_that_is_compiled_reads_nothing_either() {
    let other = Class::new();
    let other = other.exercise("alice", SLUG).join("lib.rs");
    fs::write(&other, "the other's answer").expect("a file can be written");
    let class = Class::new();
    let mut lines = Vec::new();
    for (index, path) in secrets(&other).iter().enumerate() {
        let text = fs::read_to_string(path).expect("the test itself may read it");
        lines.push(text.lines().max_by_key(|line| line.len()).expect("it is not empty").to_owned());
        // Told by the compiler's message, or by the program when it runs.
        hand_in(&class, &format!("told-{index}"), &format!("compile_error!(include_str!({path:?}));\n"));
        let run = with_body(&format!("panic!(\"{{}}\", include_str!({path:?}))"));
        hand_in(&class, &format!("run-{index}"), &run);
    }
    for tier in SANDBOXED {
        let Some(document) = graded(&class, tier) else { continue };
        let hand_ins = document["submissions"].as_array().expect("a list");
        assert_eq!(hand_ins.len(), 2 * lines.len());
        for hand_in in hand_ins {
            let verdict = hand_in["exercises"][0]["verdict"].as_str();
            assert!(matches!(verdict, Some("build_error" | "rejected")), "{tier}: {hand_in:#}");
            let message = hand_in["exercises"][0]["message"].as_str().expect("it says why");
            assert!(!lines.iter().any(|line| message.contains(line)), "{tier}: {message}");
        }
    }
}

#[test]
fn without_a_sandbox_it_is_said_and_required_it_is_refused() {
    let class = Class::new().with_nothing("frank", SLUG);
    let grade = |arguments: &[&str]| {
        let mut grader = class.grader();
        grader.args(["grade", "class", "--exercise", "03", "--sandbox", WEAKEST]).args(arguments).assert()
    };
    grade(&[])
        .success()
        .stdout(predicate::str::contains("sandbox: limits (not sandboxed: run only code you trust)\n"))
        .stderr("warning: not sandboxed on this system: run only code you trust\n");
    let why = predicate::str::starts_with("error: --require-sandbox: hand-ins would not be sandboxed")
        .and(predicate::str::contains("\nnamespaces: "))
        .and(
            predicate::str::contains("leave `--sandbox limits` out")
                .or(predicate::str::contains("code that you trust")),
        );
    grade(&["--require-sandbox"]).code(3).stdout("").stderr(why);
}

#[test]
fn the_strongest_tier_is_taken_and_satisfies_who_requires_one() {
    let class = Class::new().with_nothing("frank", SLUG);
    let Some(strongest) = SANDBOXED.into_iter().find(|tier| graded(&class, tier).is_some()) else { return };
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "03", "--require-sandbox"]);
    grader
        .assert()
        .success()
        .stdout(predicate::str::contains(format!("\nsandbox: {strongest}\n")))
        .stderr("");
}

#[test]
fn a_compiler_that_runs_out_of_memory_is_a_build_error_that_names_the_limit() {
    let bomb = "pub static BOMB: [[u64; 1 << 20]; 1 << 9] = [[7; 1 << 20]; 1 << 9];\n";
    let class = class(&(with_body("todo!()") + bomb));
    let strongest = SANDBOXED.into_iter().find_map(|tier| graded(&class, tier));
    let document = strongest.or_else(|| graded(&class, WEAKEST)).expect("some tier is there");
    let exercise = &document["submissions"][0]["exercises"][0];
    assert_eq!(exercise["verdict"], "build_error", "{document:#}");
    let message = exercise["message"].as_str().expect("a message");
    assert!(message.contains("more than the 2 GiB of memory that are allowed"), "{message}");
}

#[test]
fn a_hand_in_that_runs_out_of_memory_fails_and_is_told_the_limit() {
    let class =
        class(&with_body("drop(std::hint::black_box(Vec::<u8>::with_capacity(1 << 33))); Vec::new()"));
    for tier in SANDBOXED.into_iter().chain([WEAKEST]) {
        let Some(document) = graded(&class, tier) else { continue };
        let check = &document["submissions"][0]["exercises"][0]["checks"][0];
        assert_eq!(check["status"], "crash", "{tier}: {document:#}");
        let cause = check["cause"].as_str().expect("a cause");
        assert!(cause.starts_with("the limit on memory"), "{tier}: {cause}");
    }
}

#[test]
fn hostile_neighbours_change_nothing_for_the_honest() {
    let honest = || {
        Class::new()
            .with("alice", SLUG, &corpus("right-scoped-slots"))
            .with("bob", SLUG, &corpus("wrong-static-chunks"))
            .with("carol", SLUG, &corpus("wrong-sender-kept"))
    };
    let attack = |name: &str| format!("tests/submissions/attacks/{name}/exercises/{SLUG}");
    let mixed = honest()
        .with("mallory", SLUG, &attack("attack-signals-the-parent"))
        .with("mike", SLUG, &attack("attack-thread-flood"))
        .with("moe", SLUG, &attack("attack-output-flood"));
    for tier in SANDBOXED {
        let (Some(alone), Some(beside)) = (graded(&honest(), tier), graded(&mixed, tier)) else { continue };
        let (alone, beside) = (&alone["submissions"], beside["submissions"].as_array());
        let beside: Vec<&Value> = beside.into_iter().flatten().collect();
        let of_honest: Vec<Value> = beside.into_iter().take(3).cloned().collect();
        assert_eq!(*alone, Value::from(of_honest));
    }
}
