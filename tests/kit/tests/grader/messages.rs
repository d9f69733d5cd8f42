//! What a learner reads who made a well-known mistake: for each exercise one snapshot, with the first check that does not pass (and the
//! first that crashes) of each hand-in whose exact checks `declared.toml` declares. These are the mistakes that learners really make.
//!
//! A message that changes here is to be read as its reader does: does it name the cause, and something to try?

use std::fmt::Write;
use std::fs;

use kit_tests::{grader, kit};
use serde_json::Value;

/// The well-known mistakes of an exercise, in the order of `declared.toml`: names, and what the learner thought.
fn mistakes(slug: &str) -> Vec<(String, String)> {
    let file = kit().join("tests/submissions").join(slug).join("declared.toml");
    let text = fs::read_to_string(file).expect("the corpus declares its verdicts");
    let declared: toml::Table = text.parse().expect("the declaration is TOML");
    let well_known = declared.into_iter().filter(|(_, entry)| entry.get("checks").is_some());
    well_known
        .map(|(name, entry)| (name, text_of(entry.get("about").and_then(toml::Value::as_str))))
        .collect()
}

fn text_of(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// What the grader says of these hand-ins, all in one grading.
fn messages(slug: &str) -> String {
    let mistakes = mistakes(slug);
    let corpus = kit().join("tests/submissions").join(slug);
    let mut command = grader();
    command.args(["grade", "--format", "json", "--exercise", slug]);
    command.args(mistakes.iter().map(|(name, _)| corpus.join(name)));
    let done = command.assert().success();
    let document: Value = serde_json::from_slice(&done.get_output().stdout).expect("the document is JSON");
    let mut text = String::new();
    for (name, about) in mistakes {
        let submissions = document["submissions"].as_array().expect("there are submissions");
        let graded = submissions.iter().find(|submission| submission["id"] == *name).expect("each is graded");
        let checks = graded["exercises"][0]["checks"].as_array().expect("a judged exercise has checks");
        let _ = writeln!(text, "{name}: {about}");
        let first = checks.iter().find(|check| check["status"] != "pass").expect("a mistake fails a check");
        // A crash may come later, and have a message of its own.
        let crash = checks.iter().find(|check| check["status"] == "crash");
        for failed in [first].into_iter().chain(crash.filter(|crash| crash["cause"] != first["cause"])) {
            tell(&mut text, failed);
        }
        text.push('\n');
    }
    text
}

/// A check that did not pass, as the report shows it.
fn tell(text: &mut String, failed: &Value) {
    let _ = writeln!(text, "  {} ({})", text_of(failed["id"].as_str()), text_of(failed["status"].as_str()));
    for (title, key) in
        [("expected", "expected"), ("observed", "observed"), ("likely  ", "cause"), ("try     ", "hint")]
    {
        let first = format!("    {title}  ");
        let options = textwrap::Options::new(110).initial_indent(&first).subsequent_indent("              ");
        let _ = writeln!(text, "{}", textwrap::fill(&text_of(failed[key].as_str()), options));
    }
}

#[test]
fn the_mistakes_of_01_are_explained() {
    insta::assert_snapshot!("messages-01", messages("01-parallel-factorials"));
}

#[test]
fn the_mistakes_of_02_are_explained() {
    insta::assert_snapshot!("messages-02", messages("02-result-queue"));
}

#[test]
fn the_mistakes_of_03_are_explained() {
    insta::assert_snapshot!("messages-03", messages("03-ordered-map"));
}

#[test]
fn the_mistakes_of_04_are_explained() {
    insta::assert_snapshot!("messages-04", messages("04-async-downloads"));
}

#[test]
fn the_mistakes_of_05_are_explained() {
    insta::assert_snapshot!("messages-05", messages("05-task-scheduling"));
}
