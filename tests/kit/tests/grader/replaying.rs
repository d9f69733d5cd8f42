//! What was drawn by chance is played again by its seed: a random script with the same step and finding, an interleaving with the same
//! history.

use std::fs;

use kit_tests::Class;
use serde_json::Value;

/// The exercise whose hidden scripts are drawn from the seed.
const SLUG: &str = "13-semaphore";

/// The reference answer with a mistake that no fixed case comes across: somebody has to look while four of four permits are free.
fn with_a_rare_mistake() -> Class {
    let class = Class::new().with("sam", SLUG, &format!("solutions/{SLUG}"));
    let answer = class.exercise("sam", SLUG).join("src/lib.rs");
    let right = fs::read_to_string(&answer).expect("the reference answer was copied");
    let wrong =
        right.replace("state.free <= state.line.len()", "state.free <= state.line.len() || state.free == 4");
    assert_ne!(right, wrong, "the line that is to be spoilt stands in the reference answer");
    fs::write(answer, wrong).expect("a file can be written in a temporary folder");
    class
}

/// What the document has of the checks of its hand-ins, with this seed.
fn graded(class: &Class, seed: &str) -> Vec<Vec<Value>> {
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "13", "--format", "json", "--seed", seed]);
    let done = grader.assert().success();
    let document: Value = serde_json::from_slice(&done.get_output().stdout).expect("it is JSON");
    assert_eq!(document["seed"].to_string(), seed, "whoever reads the finding is told the seed");
    let submissions = document["submissions"].as_array().expect("there are hand-ins");
    let checks = |submission: &Value| submission["exercises"][0]["checks"].as_array().cloned();
    submissions.iter().map(|submission| checks(submission).expect("it was judged")).collect()
}

/// Of the only hand-in, those that did not pass.
fn findings(class: &Class, seed: &str) -> Vec<Value> {
    let mut checks = graded(class, seed).pop().unwrap_or_default();
    checks.retain(|check| check["status"] != "pass");
    checks
}

#[test]
fn a_failing_random_script_is_replayed_by_its_seed() {
    let class = with_a_rare_mistake();
    let first = findings(&class, "7");
    let [finding] = &first[..] else { panic!("one check fails: {first:?}") };
    let observed = finding["observed"].as_str().expect("it says what was seen");
    assert_eq!(finding["id"], "never_lets_too_many_in");
    // The script, and the step of it.
    assert!(observed.contains("by chance with looks, 4 permits"), "{observed}");
    let step = |observed: &str| {
        observed.split_once("(step ").map(|(_, rest)| rest.split(')').next().map(str::to_owned))
    };
    assert!(step(observed).is_some(), "{observed}");

    // Nothing was kept: it is built and played again.
    assert_eq!(findings(&class, "7"), first);

    let other = findings(&class, "8");
    let elsewhere = other[0]["observed"].as_str().expect("the mistake shows in every such script");
    assert_ne!(step(elsewhere), step(observed), "another seed is another script");
}

#[test]
fn an_interleaving_is_replayed_by_its_seed_and_what_is_not_explored_says_so() {
    let corpus = |name| format!("tests/submissions/{SLUG}/{name}/exercises/{SLUG}");
    let class = Class::new().with("lou", SLUG, &corpus("wrong-tells-outside-the-lock")).with(
        "max",
        SLUG,
        &corpus("right-numbers-for-all"),
    );
    let first = graded(&class, "7");
    let [lou, max] = &first[..] else { panic!("{first:?}") };
    let explored = |checks: &[Value]| {
        checks.iter().find(|check| check["id"] == "holds_in_any_interleaving").cloned().expect("it is judged")
    };
    let (finding, passed) = (explored(lou), explored(max));
    let text = |check: &Value| check["observed"].as_str().map(str::to_owned).expect("it says what was seen");
    assert_eq!((&finding["status"], &passed["status"]), (&"fail".into(), &"pass".into()));
    assert!(
        text(&finding).contains(": in interleaving ") && text(&finding).contains("nobody can go on"),
        "{finding}"
    );
    // It has a `static`.
    assert!(text(&passed).starts_with("not explored: "), "{passed}");

    assert_eq!(graded(&class, "7"), first);
    assert_ne!(text(&explored(&graded(&class, "8")[0])), text(&finding), "another seed is another history");
}
