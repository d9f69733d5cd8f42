//! `cargo kit` as a student uses it, in a copy of the kit without git, solutions and grader. One test: its steps follow each
//! other, and share what was built.

use std::fs;
use std::path::Path;
use std::time::Duration;

use kit_tests::Student;

const SLUG: &str = "03-ordered-map";

/// What the student has: some exercises of each kind, so that the pages stay as they are when others join.
const SLUGS: [&str; 5] =
    ["01-parallel-factorials", "02-result-queue", SLUG, "04-async-downloads", "05-task-scheduling"];

/// What it prints.
fn page(student: &Student, arguments: &[&str]) -> String {
    let done = student.companion().args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("a page is text")
}

#[test]
fn a_student_lists_asks_watches_traces_and_resets() {
    let student = Student::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("companion"), &SLUGS);
    insta::assert_snapshot!("kit-list", page(&student, &["list"]));
    insta::assert_snapshot!("kit-hint", page(&student, &["hint", "03", "2"]));
    watches_until_it_is_done(&student);
    let list = page(&student, &["list"]);
    assert!(list.contains("1 of 5 done") && list.contains("✔ 03"), "{list}");
    draws_what_ran(&student);
    names_places_from_the_root_of_the_kit(&student);
    resets_and_keeps_every_copy(&student);
    refuses_what_makes_no_sense(&student);
}

/// The first verdict is of a wrong answer; once that was given, the right one is saved.
fn watches_until_it_is_done(student: &Student) {
    student.saves(SLUG, &format!("tests/submissions/{SLUG}/wrong-static-chunks/exercises/{SLUG}"));
    let remembered = student.folder().join("target/kit/03.json");
    let told = std::thread::scope(|scope| {
        let mut watch = student.companion();
        // Whoever waits forever fails, instead of the whole test run.
        watch.args(["watch", "03", "--verdicts", "2"]).timeout(Duration::from_mins(10));
        let watching = scope.spawn(move || watch.output().expect("the companion starts"));
        while !remembered.exists() && !watching.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        // As git does it: the file is away in between.
        fs::remove_file(student.library(SLUG)).expect("it is there");
        // Longer than saves are taken for one; whoever is slower to see it sees one save, and that is right too.
        std::thread::sleep(Duration::from_millis(300));
        student.saves(SLUG, &format!("solutions/{SLUG}"));
        let output = watching.join().expect("the companion is waited for");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a page is text")
    });
    let wrong = told.find("10 of 11 checks pass\nbalances_uneven_work: fail (speedup)\n");
    let right = told.find("done, all 11 checks pass\n");
    assert!(wrong.is_some() && wrong < right, "{told}");
}

fn draws_what_ran(student: &Student) {
    let told = page(student, &["trace", "03", "speeds_up_even_work"]);
    for said in ["speeds_up_even_work: pass\n100 equal items, 4 workers\n", "at most 4 calls in flight"] {
        assert!(told.contains(said), "{told}");
    }
    let file = |kind: &str| {
        let file = student.folder().join(format!("target/kit/trace/03-speeds_up_even_work.{kind}"));
        assert!(told.contains(&*file.to_string_lossy()), "{told}");
        fs::read_to_string(file).expect("it was written")
    };
    let picture = file("svg");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    let trace: serde_json::Value = serde_json::from_str(&file("json")).expect("a trace is JSON");
    let spans = trace["traceEvents"]
        .as_array()
        .map(|events| events.iter().filter(|event| event["cat"] == "f").count());
    assert_eq!(spans, Some(100));
}

fn names_places_from_the_root_of_the_kit(student: &Student) {
    student.saves(SLUG, &format!("tests/submissions/{SLUG}/wrong-sender-kept/exercises/{SLUG}"));
    let inside = student.folder().join("exercises").join(SLUG);
    let mut run = student.companion();
    let failed = run
        .args(["run", "03", "maps_a_short_list"])
        .current_dir(&inside)
        .env("PWD", &inside)
        .assert()
        .code(1);
    let told = String::from_utf8_lossy(&failed.get_output().stdout).into_owned();
    let place = told.split_whitespace().find(|word| word.contains("src/lib.rs:29"));
    assert_eq!(place, Some("exercises/03-ordered-map/src/lib.rs:29"), "{told}");
}

fn read(file: impl AsRef<Path>) -> Vec<u8> {
    fs::read(file).expect("it is there")
}

fn resets_and_keeps_every_copy(student: &Student) {
    let library = student.library(SLUG);
    let copy = |number| library.with_file_name(format!("lib.rs.bak-{number}"));
    let stub = read(kit_tests::kit().join("exercises").join(SLUG).join("src/lib.rs"));
    let mine = read(&library);
    let refused = student.companion().args(["reset", "03"]).assert().code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("say `--yes`"));
    assert_eq!(read(&library), mine);
    let told = page(student, &["reset", "03", "--yes"]);
    assert!(told.contains("exercises/03-ordered-map/src/lib.rs.bak-1"), "{told}");
    assert_eq!((read(&library), read(copy(1))), (stub.clone(), mine.clone()));
    assert!(page(student, &["reset", "03", "--yes"]).contains("nothing to reset"));
    fs::write(&library, "// another\n").expect("the copy can be written");
    let _ = page(student, &["reset", "03", "--yes"]);
    assert_eq!((read(copy(1)), read(copy(2))), (mine, b"// another\n".to_vec()));
    assert_eq!(read(&library), stub);
}

fn refuses_what_makes_no_sense(student: &Student) {
    for (arguments, said) in [
        (&["hint", "99"][..], "names no single exercise; there are 01-parallel-factorials"),
        (&["run", "03", "typo"], "exercise 03 has no check with `typo` in its name"),
        (&["trace", "03"], "is not begun: there is nothing to draw yet"),
    ] {
        let refused = student.companion().args(arguments).assert().code(2);
        let error = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(error.contains(said), "{error}");
    }
    let outside = student.companion().current_dir(std::env::temp_dir()).arg("list").assert().code(2);
    assert!(String::from_utf8_lossy(&outside.get_output().stderr).contains("run `cargo kit` inside the kit"));
}
