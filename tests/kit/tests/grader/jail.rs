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

/// A class of one, with this source.
fn class(source: &str) -> Class {
    let class = Class::new();
    let src = class.exercise("mallory", SLUG).join("src");
    fs::create_dir(&src).expect("a folder can be made");
    fs::write(src.join("lib.rs"), source).expect("a file can be written");
    class
}

/// The stub, with this body.
fn with_body(body: &str) -> String {
    let stub = kit_tests::kit().join("exercises").join(SLUG).join("src/lib.rs");
    let stub = fs::read_to_string(stub).expect("the kit has a stub");
    let source = stub.replace("todo!()", body);
    assert_ne!(source, stub, "the stub's body is `todo!()`");
    source
}

/// What no hand-in may read: a file of the machine, the answers, the hidden suites, somebody else's hand-in.
fn secrets(other: &Path) -> [PathBuf; 4] {
    let kit = kit_tests::kit();
    let of_kit = |path: &str| kit.join(path);
    let solution = of_kit(&format!("solutions/{SLUG}/src/lib.rs"));
    ["/etc/passwd".into(), solution, of_kit("tests/hidden/src/lib.rs"), other.to_owned()]
}

fn verdict(document: &Value) -> &str {
    document["submissions"][0]["exercises"][0]["verdict"].as_str().expect("there is a verdict")
}

#[test]
fn every_tier_gives_the_same_verdicts() {
    let class = Class::new()
        .with("alice", SLUG, &corpus("right-scoped-slots"))
        .with("bob", SLUG, &corpus("wrong-static-chunks"))
        .with("carol", SLUG, &corpus("wrong-sender-kept"))
        .with("dave", SLUG, &corpus("broken-moved-closure"))
        .with("erin", SLUG, &corpus("wrong-exit-when-done"));
    let control = graded(&class, WEAKEST).expect("every machine has the weakest tier")["submissions"].take();
    assert!(control.to_string().contains("src/lib.rs:"), "a deadlock names the lines: {control:#}");
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
    for path in secrets(&other) {
        let text = fs::read_to_string(&path).expect("the test itself may read it");
        let line = text.lines().max_by_key(|line| line.len()).expect("it is not empty");
        // Told by the compiler's message, and by the program when it runs.
        for source in [
            format!("compile_error!(include_str!({path:?}));\n"),
            with_body(&format!("panic!(\"{{}}\", include_str!({path:?}))")),
        ] {
            let class = class(&source);
            for tier in SANDBOXED {
                let Some(document) = graded(&class, tier) else { continue };
                let refused = ["build_error", "rejected"].contains(&verdict(&document));
                assert!(refused, "{tier}: {document:#}");
                let texts: Vec<Value> = vec![document["submissions"].clone()];
                let told = texts.iter().any(|value| value.to_string().contains(&Value::from(line).to_string()[1..]));
                assert!(!told, "{tier}: {document:#}");
            }
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
        .and(predicate::str::contains("landlock: "))
        .and(predicate::str::contains("grade only code that you trust"));
    grade(&["--require-sandbox"]).code(3).stdout("").stderr(why);
}

#[test]
fn the_strongest_tier_is_taken_and_satisfies_who_requires_one() {
    let class = Class::new().with_nothing("frank", SLUG);
    let Some(strongest) = SANDBOXED.into_iter().find(|tier| graded(&class, tier).is_some()) else { return };
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "03", "--require-sandbox"]);
    grader.assert().success().stdout(predicate::str::contains(format!("\nsandbox: {strongest}\n"))).stderr("");
}

#[test]
fn a_compiler_that_runs_out_of_memory_is_a_build_error_that_names_the_limit() {
    // Each macro doubles what the one before it expands to.
    let mut source = "macro_rules! m0 { () => { 1u64 + 1 } }\n".to_owned();
    for level in 1..=40 {
        let below = level - 1;
        source += &format!("macro_rules! m{level} {{ () => {{ (m{below}!()) + (m{below}!()) }} }}\n");
    }
    let class = class(&format!("{source}{}", with_body("{ let _ = m40!(); todo!() }")));
    let strongest = SANDBOXED.into_iter().find_map(|tier| graded(&class, tier));
    let document = strongest.or_else(|| graded(&class, WEAKEST)).expect("some tier is there");
    assert_eq!(verdict(&document), "build_error", "{document:#}");
    let message = document["submissions"][0]["exercises"][0]["message"].as_str().expect("a message");
    assert!(message.contains("that are allowed") && message.contains("macros that expand"), "{message}");
}
