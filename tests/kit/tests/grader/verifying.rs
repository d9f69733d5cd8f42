//! `grader verify` on small parts of the corpus; all of it is verified by the CI's own step.

use std::time::Duration;

use kit_tests::{Class, program};

use crate::SLUG;

fn verify(only: &str, more: &[&str], stdout: &str) {
    let nowhere = Class::new();
    let mut grader = nowhere.grader();
    grader.args(["verify", "--exercise", "03", "--only", only, "--sandbox", "limits"]).args(more);
    grader.assert().success().stdout(format!("sandbox: limits\nsight: threads\n{stdout}"));
}

#[test]
fn the_stub_is_not_done_and_that_is_no_false_pass() {
    let counts = "1 programs; false fails 0 of 0; false passes 0 of 1; other differences 0; not judged 0";
    verify("stub", &[], &format!("{SLUG}: {counts}\nevery verdict is the declared one\n"));
}

#[test]
fn the_solution_is_judged_as_often_as_asked() {
    let counts = "1 programs; false fails 0 of 2; false passes 0 of 0; other differences 0; not judged 0";
    let repeated = ["--repeat", "2", "--under-load", "2"];
    verify("solution", &repeated, &format!("{SLUG}: {counts}\nevery verdict is the declared one\n"));
}

/// SIGTERM, as Ctrl-C: what was judged by then is counted and told.
#[test]
fn a_verification_that_is_asked_to_stop_tells_its_counts() {
    let nowhere = Class::new();
    // Far more rounds than anybody waits for. Whatever it starts, it starts when it listens to signals.
    let script = r#"
        "$0" verify --exercise 03 --only solution --sandbox limits --repeat 1000000 >counts & grader=$!
        until cat /proc/$grader/task/*/children | grep -q .; do kill -0 $grader || exit 99; sleep 0.02; done
        kill -TERM $grader; wait $grader"#;
    let mut shell = program("sh");
    shell.current_dir(nowhere.folder()).arg("-c").arg(script).arg(nowhere.grader().get_program());
    shell.assert().code(130);
    let counts = std::fs::read_to_string(nowhere.folder().join("counts")).expect("the shell made it");
    let end = "stopped: 1 program not judged as often as asked, or not at all\nevery verdict so far is the declared one\n";
    assert!(counts.ends_with(end), "{counts}");
    assert!(counts.contains("1 programs; false fails 0 of "), "{counts}");
}

/// In the middle of a batch, which would take as long as it takes: here forever.
#[test]
fn a_verification_does_not_wait_for_what_it_is_at() {
    let nowhere = Class::new();
    let script = r#"
        "$0" verify --exercise 03 --sandbox limits --jobs 2 >counts & grader=$!
        children() { cat /proc/$grader/task/*/children; }
        until children | grep -q .; do kill -0 $grader || exit 99; sleep 0.02; done
        kill -STOP $(children); kill -TERM $grader; wait $grader"#;
    let mut shell = program("sh");
    shell.current_dir(nowhere.folder()).arg("-c").arg(script).arg(nowhere.grader().get_program());
    // Whoever waits forever fails, instead of the whole test run.
    shell.timeout(Duration::from_mins(2)).assert().code(130);
    let counts = std::fs::read_to_string(nowhere.folder().join("counts")).expect("the shell made it");
    // It had hardly begun.
    assert!(counts.contains("false fails 0 of 0") && counts.contains("\nstopped: "), "{counts}");
}
