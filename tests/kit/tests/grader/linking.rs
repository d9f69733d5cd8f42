//! The exercises of a hand-in are linked into one program, and each is judged as if it were alone.

use std::fs;

use kit_tests::Class;
use serde_json::Value;

const STUDENT: &str = "ann";
/// What is handed in, whatever other exercises the kit has.
const SLUGS: [&str; 5] = [
    "01-parallel-factorials",
    "02-result-queue",
    "03-ordered-map",
    "04-async-downloads",
    "05-task-scheduling",
];

/// The records of the exercises, of a grading with these arguments.
fn exercises(class: &Class, arguments: &[&str]) -> Vec<Value> {
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--format", "json"]).args(arguments).assert().success();
    let document: Value = serde_json::from_slice(&done.get_output().stdout).expect("the document is JSON");
    document["submissions"][0]["exercises"].as_array().expect("there are exercises").clone()
}

/// What all of them get together: what each of them gets alone.
fn together_as_alone(class: &Class) -> Vec<Value> {
    // One hand-in for one thread: it is taken up as a whole.
    let all = SLUGS.iter().flat_map(|slug| ["--exercise", slug]);
    let together = exercises(class, &["--jobs", "1"].into_iter().chain(all).collect::<Vec<_>>());
    let alone: Vec<Value> = SLUGS.iter().flat_map(|slug| exercises(class, &["--exercise", slug])).collect();
    assert_eq!(together, alone);
    together
}

fn verdicts(exercises: &[Value]) -> Vec<&str> {
    exercises.iter().filter_map(|exercise| exercise["verdict"].as_str()).collect()
}

fn solution(slug: &str) -> String {
    format!("solutions/{slug}")
}

/// Adds a line at the end of an answer.
fn add(class: &Class, slug: &str, line: &str) {
    let lib = class.exercise(STUDENT, slug).join("src/lib.rs");
    let text = fs::read_to_string(&lib).expect("it was handed in");
    fs::write(&lib, format!("{text}\n{line}\n")).expect("it can be written");
}

#[test]
fn whoever_cannot_be_linked_is_alone_in_that() {
    let [broken, changed, right, also_right, _] = SLUGS;
    let class = Class::new()
        .with(STUDENT, broken, &solution(broken))
        .with(STUDENT, right, &solution(right))
        .with(STUDENT, also_right, &solution(also_right));
    add(&class, broken, "fn unfinished( {");
    // Each compiles, and the two can't be in one program.
    for slug in [right, also_right] {
        let allocator = "#[global_allocator]\nstatic ALLOCATOR: std::alloc::System = std::alloc::System;";
        add(&class, slug, allocator);
    }
    let src = class.exercise(STUDENT, changed).join("src");
    fs::create_dir_all(&src).expect("a folder can be made");
    fs::write(src.join("lib.rs"), "pub fn run_jobs(jobs: Vec<u64>) -> usize {\n    jobs.len()\n}\n")
        .expect("it can be written");

    let exercises = together_as_alone(&class);
    assert_eq!(verdicts(&exercises), ["build_error", "build_error", "pass", "pass", "missing"]);
    let message = |index: usize| exercises[index]["message"].as_str().unwrap_or_default();
    assert!(message(0).contains("unclosed delimiter") || message(0).contains("expected"), "{}", message(0));
    assert!(message(1).contains("name or signature was changed"), "{}", message(1));
}

#[test]
fn what_one_exercise_does_is_no_matter_of_the_others() {
    let corpus = |slug: &str, name: &str| format!("tests/submissions/{slug}/{name}/exercises/{slug}");
    let [first, second, third, fourth, fifth] = SLUGS;
    let class = Class::new()
        .with(STUDENT, first, &solution(first))
        .with(STUDENT, second, &corpus(second, "wrong-prints-ok-and-exits"))
        .with(STUDENT, third, &corpus(third, "wrong-sequential"))
        .with(STUDENT, fourth, &solution(fourth))
        .with(STUDENT, fifth, &solution(fifth));
    let exercises = together_as_alone(&class);
    assert_eq!(verdicts(&exercises), ["pass", "fail", "fail", "pass", "pass"]);
}
