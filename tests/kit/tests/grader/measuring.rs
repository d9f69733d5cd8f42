//! `--measure`: a document and a table of their own, beside verdicts that stay as they are. No figure is tested: a machine may
//! be too busy to show any.

use std::fs;

use kit_tests::Class;
use predicates::prelude::*;
use serde_json::Value;

const SLUG: &str = "01-parallel-factorials";

/// The first numbers of the measured call; no judged call has them.
const MEASURED: &str = "numbers.get(..8) == Some(&[0, 1, 2, 3, 4, 5, 6, 7])";

/// Answers that pass, and do this where they are measured; and one that does not pass.
fn class() -> Class {
    let class = Class::new().with("ada", SLUG, &format!("solutions/{SLUG}")).with(
        "bob",
        SLUG,
        &format!("tests/submissions/{SLUG}/wrong-no-threads/exercises/{SLUG}"),
    );
    let solution = kit_tests::kit().join("solutions").join(SLUG).join("src/lib.rs");
    let solution = fs::read_to_string(solution).expect("the kit has a solution");
    let others = [
        ("carol", "panic!(\"not with me\")"),
        ("dave", "return numbers.iter().map(|&n| n.into()).collect()"),
        ("erin", "std::process::exit(0)"),
    ];
    for (student, when_measured) in others {
        let body = "    let compute = &compute;\n";
        let changed = solution
            .replace(body, &format!("    if {MEASURED} {{\n        {when_measured};\n    }}\n{body}"));
        assert_ne!(changed, solution, "the solution borrows `compute` in a line of its own");
        let folder = class.exercise(student, SLUG).join("src");
        fs::create_dir(&folder).expect("a folder can be made");
        fs::write(folder.join("lib.rs"), changed).expect("a file can be written");
    }
    class
}

/// What the command prints on standard output and standard error.
fn graded(class: &Class, arguments: &[&str]) -> (String, String) {
    let mut grader = class.grader();
    let done = grader.args(["grade", "class", "--exercise", "01"]).args(arguments).assert().success();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("reports are text");
    (text(&done.get_output().stdout), text(&done.get_output().stderr))
}

/// Of each student whose answer passed, what came of measuring it.
fn outcomes(measured: &Value) -> Vec<(&str, &Value)> {
    let submissions = measured["exercises"][0]["submissions"].as_array().expect("there are measured answers");
    submissions.iter().map(|answer| (answer["id"].as_str().expect("it has an id"), answer)).collect()
}

#[test]
fn measuring_changes_no_byte_of_the_verdicts_and_fills_a_document_of_its_own() {
    let class = class();
    let (plain, _) = graded(&class, &["--format", "json", "--out", "plain"]);
    let (measured, table) = graded(&class, &["--format", "json", "--out", "out", "--measure"]);
    assert!(measured == plain, "--measure changed the document:\n{measured}");
    let read = |name: &str| fs::read_to_string(class.folder().join(name));
    assert_eq!(read("out/grading.json").expect("--out writes it"), plain);
    assert!(read("plain/measured.json").is_err(), "nothing was to be measured");
    assert!(table.contains("Measured: real work on "), "{table}");

    let document: Value = serde_json::from_str(&read("out/measured.json").expect("--measure writes it"))
        .expect("the document is JSON");
    assert_eq!(document["schema"], "measured/1");
    assert!(document["cores"].as_u64().expect("there is a number of cores") > 0);
    let exercises = document["exercises"].as_array().expect("there are exercises");
    assert_eq!((exercises.len(), &exercises[0]["id"]), (1, &Value::from("01")));
    // Bob's answer is sequential: it gets no row.
    assert_eq!(exercises[0]["not_passed"], 1);
    assert!(table.contains("Not measured: 1 answer without the verdict `pass`."), "{table}");

    let outcomes = outcomes(&document);
    assert_eq!(outcomes.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["ada", "carol", "dave", "erin"]);
    for (student, answer) in outcomes {
        let message = answer["message"].as_str().unwrap_or_default();
        let has_figures = answer["speedup"].is_f64() && answer["to_reference"].is_f64();
        assert_eq!(answer["outcome"] == "measured", has_figures, "{student}: {answer}");
        let why = match student {
            "carol" => "it panicked: `not with me`",
            "dave" => "its result is not that of the reference solution",
            "erin" => "the program ended before its work did",
            // Nothing but a machine that stands still is in the way of ada's.
            _ if answer["outcome"] == "not_measured" => "did not return within",
            _ => "",
        };
        assert!(message.contains(why), "{student}: {answer}");
        assert_eq!(message.is_empty(), why.is_empty(), "{student}: {answer}");
    }
}

#[test]
fn the_table_follows_the_report() {
    let class = Class::new().with("ada", SLUG, &format!("solutions/{SLUG}"));
    let (plain, _) = graded(&class, &[]);
    let (measured, _) = graded(&class, &["--measure"]);
    let table = measured.strip_prefix(&plain).expect("the report stays as it is");
    assert!(table.starts_with("Measured: real work on "), "{table}");
}

#[test]
fn an_event_loop_is_not_measured() {
    let class = Class::new().with_nothing("ada", "04-async-downloads");
    let mut grader = class.grader();
    grader.args(["grade", "class", "--exercise", "04", "--measure"]);
    grader.assert().success().stdout(predicate::str::contains("Nothing was measured: an event loop"));
}
