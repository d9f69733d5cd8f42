//! Bad command lines: status 2 and an error that names the file or flag and the next step. A kit that is none: status 3.

use std::fs;

use assert_cmd::assert::Assert;
use kit_tests::Class;
use predicates::prelude::*;

use crate::SLUG;

/// A class with one empty hand-in.
fn class() -> Class {
    Class::new().with_nothing("frank", SLUG)
}

fn run(class: &Class, arguments: &[&str]) -> Assert {
    class.grader().args(arguments).assert()
}

/// It ends with status 2, says this, and prints no report.
fn is_refused(class: &Class, arguments: &[&str], why: &str) {
    run(class, arguments).code(2).stdout("").stderr(format!("error: {why}\n"));
}

#[test]
fn a_command_without_a_path_is_refused() {
    run(&class(), &["grade"]).code(2).stdout("").stderr(predicate::str::contains("<PATHS>..."));
}

#[test]
fn an_unknown_exercise_is_refused_with_those_that_there_are() {
    let refused = run(&class(), &["grade", "class", "--exercise", "42"]).code(2).stdout("");
    refused.stderr(
        predicate::str::starts_with("error: there is no exercise `42`; the kit has ")
            .and(predicate::str::contains(SLUG)),
    );
}

#[test]
fn a_path_that_is_not_there_is_refused() {
    let why = "nobody can't be opened; name a hand-in, or a folder or archive of hand-ins: No such file or directory (os error 2)";
    is_refused(&class(), &["grade", "nobody"], why);
}

#[test]
fn a_file_is_refused() {
    let class = class();
    fs::write(class.folder().join("file"), "").expect("a file can be written");
    is_refused(
        &class,
        &["grade", "file"],
        "file is neither a folder of hand-ins nor an archive of them (.zip, .tar.gz, .tgz and .tar)",
    );
}

#[test]
fn a_folder_without_hand_ins_is_refused() {
    let why = "class/frank/exercises holds no hand-in: a hand-in is a folder with `exercises/` in it";
    is_refused(&class(), &["grade", "class/frank/exercises"], why);
}

#[test]
fn two_hand_ins_with_the_same_id_are_refused() {
    let why = "two hand-ins are called `frank`: rename one of the folders";
    is_refused(&class(), &["grade", "class", "class/frank"], why);
}

#[test]
fn figures_out_of_range_are_refused_with_the_flag() {
    for (flag, figure) in [("--fail-under", "101"), ("--jobs", "0"), ("--seed", "many")] {
        let refused = run(&class(), &["grade", "class", flag, figure]).code(2).stdout("");
        refused.stderr(predicate::str::contains(flag));
    }
}

#[test]
fn a_folder_that_is_no_kit_ends_with_status_3_and_names_the_flag() {
    let why = "error: class is not a checkout of the kit: it holds no `exercises` folder and `Cargo.lock`; name one \
               with --kit\n";
    run(&class(), &["grade", "class", "--kit", "class"]).code(3).stdout("").stderr(why);
}

#[test]
fn results_that_cannot_be_written_end_with_status_3_and_name_the_folder() {
    let class = class();
    fs::write(class.folder().join("file"), "").expect("a file can be written");
    let why = predicate::str::starts_with("error: file can't be made: ");
    run(&class, &["grade", "class", "--exercise", "03", "--out", "file"]).code(3).stderr(why);
}

#[test]
fn help_names_the_exit_statuses() {
    let statuses = "Exit status: 0 graded, 1 a score is under --fail-under (or verify or check found something), 2 usage, 3 something \
                    could not be graded, 130 stopped by Ctrl-C.";
    // Wherever lines are broken.
    let all = |help: &str| help.split_whitespace().collect::<Vec<_>>().join(" ").contains(statuses);
    run(&class(), &["--help"]).success().stdout(predicate::function(all));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "`assert_cmd` reads all that a program prints")]
fn whoever_stops_reading_gets_no_panic() {
    let (nobody, output) = std::io::pipe().expect("a pipe");
    drop(nobody);
    let grader = kit_tests::grader();
    let checked = std::process::Command::new(grader.get_program())
        .args(["check", "03", "--kit"])
        .arg(kit_tests::kit())
        .stdout(output)
        .output()
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&checked.stderr), "");
    assert_eq!(checked.status.code(), Some(141));
}
