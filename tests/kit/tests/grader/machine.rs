//! Machines that give less than a hand-in may use, or are set up otherwise than most: a right answer passes there, or has no score;
//! what could not be judged is judged the next time.
//!
//! What takes root or a control group is named as not run elsewhere.

use std::path::Path;

use kit_tests::{Class, program};
use predicates::prelude::*;
use predicates::str::contains;

use crate::{SLUG, corpus};

const TIERS: [&str; 3] = ["namespaces", "landlock", "limits"];

fn class() -> Class {
    Class::new().with("alice", SLUG, &corpus("right-scoped-slots"))
}

/// A shell in the class's folder that runs this script, in which `"$@"` grades the class.
fn shell(class: &Class, script: &str, arguments: &[&str]) -> assert_cmd::Command {
    let mut shell = program("bash");
    shell.current_dir(class.folder()).args(["-c", script, "bash"]).arg(class.grader().get_program());
    shell.args(["grade", "class", "--exercise", "03"]).args(arguments);
    shell
}

/// Whether a script can do this here; says so where it can't.
fn can(what: &str, script: &str) -> bool {
    let can = program("bash").args(["-c", script]).ok().is_ok();
    if !can {
        eprintln!("not run: this machine has no {what}");
    }
    can
}

#[test]
fn the_mask_of_new_files_changes_no_verdict() {
    for tier in TIERS {
        let done = shell(&class(), "umask 077; exec \"$@\"", &["--sandbox", tier]).assert();
        if String::from_utf8_lossy(&done.get_output().stderr).contains("is not available on this machine") {
            eprintln!("not run: {tier}");
            continue;
        }
        done.success().stdout(contains("pass 10.0"));
    }
}

#[test]
fn a_machine_that_gives_less_than_a_run_may_use_is_refused_and_nothing_is_kept() {
    let class = class();
    for (limit, named) in [
        ("ulimit -u 200", "a run may have 1200 threads"),
        ("ulimit -v 700000", "`ulimit -v` is 700000: raise it"),
        ("ulimit -t 100", "raise it (`ulimit -t unlimited`)"),
        ("ulimit -f 1000", "raise it (`ulimit -f unlimited`)"),
    ] {
        let mut grader = shell(&class, &format!("{limit}; exec \"$@\""), &["--out", "results"]);
        grader.assert().code(3).stdout("").stderr(contains(named));
    }
    let judged = contains("pass 10.0");
    shell(&class, "exec \"$@\"", &["--out", "results"])
        .assert()
        .success()
        .stdout(judged)
        .stderr(contains("1 judged"));
}

#[test]
fn a_limit_that_falls_while_a_class_is_graded_makes_no_mark() {
    let group = "/sys/fs/cgroup/pids/kit-tests-$PPID";
    if !can("control group for processes", &format!("mkdir -p {group} && rmdir {group}")) {
        return;
    }
    // As soon as the first hand-in is begun there are as many threads as a right answer needs in most runs, and not in all.
    let script = format!(
        "group={group}; mkdir -p $group; trap 'rmdir $group' EXIT; \
         {{ echo 0 > $group/cgroup.procs; exec \"$@\"; }} | \
         while read -r line; do case $line in *'\"started\"'*) echo 200 > $group/pids.max;; esac; echo \"$line\"; done; \
         exit ${{PIPESTATUS[0]}}"
    );
    let class = class().with("bob", SLUG, &corpus("wrong-static-chunks"));
    let unscored = contains("\"verdict\":\"error\"").count(2).and(contains("\"score\":null"));
    let scored = contains("\"event\":\"graded\"");
    let named =
        contains("this machine does not give a hand-in what it may use").and(contains("pids.max is 200"));
    let mut grader = shell(&class, &script, &["--format", "jsonl", "--out", "results"]);
    grader.assert().code(3).stdout(unscored.and(scored.not()).and(named));
    shell(&class, "exec \"$@\"", &["--out", "results"]).assert().success().stderr(contains("2 judged"));
}

#[test]
fn a_disk_that_fills_up_makes_no_mark() {
    if !can("mount namespace", "unshare -m true") {
        return;
    }
    let rights = ["right-scoped-slots", "right-rayon-join", "right-boxed-jobs"];
    let class = ["alice", "bob", "carol"].iter().zip(rights);
    let class = class.fold(Class::new(), |class, (student, name)| class.with(student, SLUG, &corpus(name)));
    // As soon as the first hand-in is begun there is hardly more space than is used.
    let script = "mkdir small; exec unshare -m bash -c 'mount -t tmpfs -o size=1g none small; export TMPDIR=$PWD/small; \
         \"$@\" | while read -r line; do case $line in *\\\"started\\\"*) \
         mount -o remount,size=$(($(df --output=used small | tail -n 1) + 64))k small 2>/dev/null;; esac; \
         echo \"$line\"; done; exit ${PIPESTATUS[0]}' bash \"$@\"";
    let done = shell(&class, script, &["--format", "jsonl", "--jobs", "1"]).assert().code(3);
    let events = String::from_utf8(done.get_output().stdout.clone()).expect("events are text");
    // The first one may have been compiled by then.
    let graded = events.matches("\"event\":\"graded\"").count();
    assert_eq!(events.matches("\"score\":10.0,\"max_score\":10.0").count(), graded, "{events}");
    assert!(graded < 3 && events.matches("\"event\":\"failed\"").count() == 3 - graded, "{events}");
    assert!(events.contains("What to do: free space"), "{events}");
}

#[test]
fn root_that_may_not_pass_permissions_grades_all_the_same() {
    let without =
        "setpriv --bounding-set -dac_override,-dac_read_search --inh-caps -dac_override,-dac_read_search";
    let is_root = Path::new("/proc/self/uid_map").exists() && can("root", "[ $(id -u) = 0 ]");
    if !is_root || !can("setpriv", &format!("{without} true")) {
        return;
    }
    let done = shell(&class(), &format!("exec {without} \"$@\""), &[]).assert();
    let passed = contains("pass 10.0").eval(&String::from_utf8_lossy(&done.get_output().stdout));
    // A toolchain that is closed to others can be shown in one tier alone.
    let refused =
        contains("is closed to other users").eval(&String::from_utf8_lossy(&done.get_output().stderr));
    assert!(passed || refused, "{:?}", done.get_output());
}
