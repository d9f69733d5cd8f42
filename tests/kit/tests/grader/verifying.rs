//! `grader verify` on small parts of the corpus; all of it is verified by the CI's own step.

use kit_tests::Class;

use crate::SLUG;

fn verify(only: &str, more: &[&str], stdout: &str) {
    let nowhere = Class::new();
    let mut grader = nowhere.grader();
    grader.args(["verify", "--exercise", "03", "--only", only, "--sandbox", "limits"]).args(more);
    grader.assert().success().stdout(format!("sandbox: limits\n{stdout}"));
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
