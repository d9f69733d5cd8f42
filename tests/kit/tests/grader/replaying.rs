//! A schedule that was drawn by chance is played again by its seed: the same step, the same finding.

use std::fs;

use kit_tests::Class;

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

/// What the document has of the checks that did not pass, with this seed.
fn findings(class: &Class, seed: &str) -> serde_json::Value {
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "13", "--format", "json", "--seed", seed]);
    let done = grader.assert().success();
    let document: serde_json::Value = serde_json::from_slice(&done.get_output().stdout).expect("it is JSON");
    assert_eq!(document["seed"].to_string(), seed, "whoever reads the finding is told the seed");
    let checks = document["submissions"][0]["exercises"][0]["checks"].as_array().expect("it was judged");
    checks.iter().filter(|check| check["status"] != "pass").cloned().collect()
}

#[test]
fn a_failing_random_script_is_replayed_by_its_seed() {
    let class = with_a_rare_mistake();
    let first = findings(&class, "7");
    let [finding] = &first.as_array().unwrap()[..] else { panic!("one check fails: {first}") };
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
