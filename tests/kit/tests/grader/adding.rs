//! Another exercise joins by its folders alone: the kit builds, lists, releases, verifies and grades it with no other file touched by
//! hand. One test: its steps follow each other, in one copy of the kit.

use std::fs;
use std::path::Path;

use kit_tests::{Checkout, Class, Student};
use predicates::prelude::*;
use predicates::str::contains;

/// One of each template: number, name, template, the title that follows.
const EXERCISES: [(&str, &str, &str, &str); 4] = [
    ("18", "word-count", "pool", "Word count"),
    ("19", "log-lines", "channel", "Log lines"),
    ("20", "page-fetch", "async", "Page fetch"),
    ("21", "day-event", "steps", "Day event"),
];

#[test]
fn an_exercise_is_added_by_adding_its_folders() {
    let kit = Checkout::new();
    for (id, name, like, _) in EXERCISES {
        let mut new = kit_tests::grader();
        new.args(["new", id, name, "--like", like, "--kit"]).arg(kit.folder());
        new.assert().success().stdout(contains(format!("wrote   exercises/{id}-{name}/tests/adapter.rs\n")));
    }
    let grader = kit.grader();

    for (id, name, _, _) in EXERCISES {
        // The lesson is its author's to write, and nothing else is missing.
        let checked = kit.program(&grader).args(["check", id]).assert().code(1);
        let told = String::from_utf8(checked.get_output().stdout.clone()).expect("it is text");
        let mut places = told.lines().filter(|line| line.starts_with("  e") || line.starts_with("  s"));
        let lesson = format!("  exercises/{id}-{name}/README.md:");
        assert!(places.all(|line| line.starts_with(&lesson) && line.contains("WRITE:")), "{told}");
        assert!(told.contains("tables and links: nothing is missing\n"), "{told}");
    }

    releases(&kit, &grader);

    let mut verify = kit.program(&grader);
    verify.args(["verify", "--jobs", "4"]).args(EXERCISES.iter().flat_map(|(id, ..)| ["--exercise", id]));
    let counts = "7 programs; false fails 0 of 2; false passes 0 of 5; other differences 0; not judged 0\n";
    let all = EXERCISES.map(|(id, name, ..)| format!("{id}-{name}: {counts}")).concat();
    verify.assert().success().stdout(predicate::str::ends_with(all + "every verdict is the declared one\n"));

    let class = Class::new();
    let (id, name, ..) = EXERCISES[0];
    let slug = format!("{id}-{name}");
    let answer =
        fs::read(kit.folder().join("solutions").join(&slug).join("src/lib.rs")).expect("it was made");
    let src = class.exercise("ann", &slug).join("src");
    fs::create_dir(&src).and_then(|()| fs::write(src.join("lib.rs"), answer)).expect("it can be handed in");
    let mut grade = kit.program(&grader);
    grade.args(["grade", "--exercise", id]).arg(class.folder().join("class"));
    grade.assert().success().stdout(contains("pass 10.0").and(contains("10.0 / 10.0")));
}

/// A student's kit has all of them, with their stubs to go back to, and its companion lists them.
fn releases(kit: &Checkout, grader: &Path) {
    kit.program(grader).args(["release", "--out", "students"]).assert().success();
    let released = kit.folder().join("students");
    let list = Student::companion_in(&released).arg("list").assert().success();
    let list = String::from_utf8(list.get_output().stdout.clone()).expect("it is text");
    let readme = fs::read_to_string(released.join("README.md")).expect("it was released");
    for (id, name, _, title) in EXERCISES {
        assert!(list.contains(&format!("○ {id}  {title} ")), "{list}");
        assert!(
            readme.contains(&format!("| {id} | [{title}](exercises/{id}-{name}/README.md) |")),
            "{readme}"
        );
    }
    // What is given and the stub to go back to are the same, of every exercise that there is.
    for exercise in fs::read_dir(released.join("exercises")).expect("it has exercises").flatten() {
        let slug = exercise.file_name().into_string().expect("a slug is text");
        let stub =
            fs::read(released.join("companion/stubs").join(format!("{slug}.rs"))).expect("it has a stub");
        assert!(stub == fs::read(exercise.path().join("src/lib.rs")).expect("it is given"), "{slug}");
    }
}
