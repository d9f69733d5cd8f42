//! `cargo test -p exercise-03` where threads can't be seen: the reference passes, a sequential answer fails, and one line says how
//! closely was looked.
//!
//! The conditions are real ones. What takes root, or a mount namespace, is named as not run elsewhere.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kit_tests::program;
use predicates::prelude::*;

use crate::{FAILED, tests_of};

/// Nobody waits for longer: a hang fails.
const NO_HANG: Duration = Duration::from_mins(5);

/// The command that `before` and a program make, run on the tests of the reference and of a sequential answer.
fn judges_right_without_sight(before: &[&str], of: impl Fn(&str) -> PathBuf, why: &str) {
    for (answer, status, result) in
        [("reference", 0, "11 passed; 0 failed"), ("sequential", FAILED, "9 passed; 2 failed")]
    {
        let mut tests = program(before[0]);
        tests.args(&before[1..]).arg(of(answer)).timeout(NO_HANG);
        let said = format!(
            "\nsight: cpu-time (a long sleep, or an event loop that is blocked for a moment, goes unnoticed): {why}"
        );
        let once = predicate::str::contains(said).count(1);
        tests.assert().code(status).stdout(once.and(predicate::str::contains(result)));
    }
}

fn of_student(name: &str) -> PathBuf {
    tests_of(name).to_owned()
}

fn is_root() -> bool {
    let mut id = program("id");
    id.arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Whether this can be done here; named as not run where it can't.
fn can(what: &str, before: &[&str]) -> bool {
    let can =
        program(before[0]).args(&before[1..]).arg("true").output().is_ok_and(|done| done.status.success());
    if !can {
        eprintln!("not run: {what}");
    }
    can
}

/// A copy that may be run and not read: then its files in /proc are closed to its own user, too.
fn unreadable(folder: &Path, name: &str) -> PathBuf {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("it is ours");
    let copy = folder.join(name);
    if !copy.exists() {
        fs::copy(tests_of(name), &copy).expect("there is room for it");
        fs::set_permissions(&copy, Permissions::from_mode(0o111)).expect("it is ours");
    }
    copy
}

const AS_NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

#[test]
fn where_the_files_of_threads_may_not_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // Root may read anything.
    let before: &[&str] = if is_root() { &AS_NOBODY } else { &["env"] };
    if can("another user", before) {
        let why =
            "/proc/PID/task/TID/syscall may not be read: allow tracing (a container: `--cap-add SYS_PTRACE`";
        judges_right_without_sight(before, |name| unreadable(folder.path(), name), why);
    }
}

#[test]
fn where_other_processes_are_hidden() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hide = "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\"";
    let before = ["unshare", "--mount", "sh", "-c", hide];
    if can("hidepid", &before) {
        let why = "/proc does not show the judged program: mount it without `hidepid`";
        judges_right_without_sight(&before, |name| unreadable(folder.path(), name), why);
    }
}

#[test]
fn where_there_is_no_proc() {
    let before =
        ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec \"$0\""];
    if can("a mount namespace", &before) {
        judges_right_without_sight(&before, of_student, "there is no /proc: `mount -t proc proc /proc`");
    }
}

#[test]
fn where_proc_shows_other_processes_under_the_same_numbers() {
    let before = ["unshare", "--map-root-user", "--pid", "--fork", "--kill-child"];
    if can("a pid namespace", &before) {
        judges_right_without_sight(&before, of_student, "/proc is that of another process table");
    }
}
