//! `grader export` and `grader bundle` as a user runs them: where files go, who is left out, and what mistakes are told.

use std::fs;

use kit_tests::Class;
use predicates::prelude::*;
use serde_json::json;

use crate::SLUG;

/// A graded class without a grading: one hand-in that passed, one whose name would be a formula, one without a score.
fn graded() -> Class {
    let class = Class::new();
    let check = |status: &str, visibility: &str, said: Option<&str>| {
        json!({"id": format!("{visibility}_promise"), "category": "ordering", "visibility": visibility, "status": status,
            "score": if status == "pass" { 5.0 } else { 0.0 }, "max_score": 5.0,
            "expected": said, "observed": said, "cause": said, "hint": said})
    };
    let hand_in = |id: &str, verdict: &str, score: Option<f64>, message: Option<&str>, checks: Vec<_>| {
        json!({"id": id, "score": score, "max_score": 10.0, "exercises": [{"id": "03", "name": "ordered-map",
            "verdict": verdict, "score": score, "max_score": 10.0, "message": message, "checks": checks}]})
    };
    let passed = vec![check("pass", "visible", None), check("pass", "hidden", None)];
    let failed = vec![check("pass", "visible", None), check("fail", "hidden", Some("the secret schedule"))];
    let document = json!({"schema": "grader/1", "grader": "0.1.0", "seed": 0, "sandbox": "namespaces", "submissions": [
        hand_in("alice", "pass", Some(10.0), None, passed),
        hand_in("=bob", "fail", Some(5.0), None, failed),
        hand_in("carol", "error", None, Some("no memory"), vec![]),
    ]});
    fs::create_dir(class.folder().join("results")).expect("a folder can be made");
    fs::write(class.folder().join("results/grading.json"), document.to_string())
        .expect("a file can be written");
    class
}

#[test]
fn a_gradebook_has_rows_for_those_with_a_score_and_names_from_the_roster() {
    let class = graded();
    let roster = "id,Name,Email,canvas_id\nalice,\"Liddell, Alice\",alice@example.org,7\nzoe,Zoe,,\n";
    fs::write(class.folder().join("roster.csv"), roster).expect("a file can be written");
    let mut grader = class.grader();
    grader.args(["export", "canvas", "results", "--roster", "roster.csv"]);
    grader
        .assert()
        .code(3)
        .stdout(
            "Student,ID,SIS User ID,SIS Login ID,Section,03 ordered-map\n    Points Possible,,,,,10\n\
             \"Liddell, Alice\",7,alice,,,10\n'=bob,,'=bob,,,5\n",
        )
        .stderr(
            "warning: `carol` has no score: the grader failed; grade it again; it is left out\n\
             warning: `zoe` of the roster has no hand-in; there is no row for it\n\
             warning: `=bob` is not in the roster\nwarning: `carol` is not in the roster\n",
        );
}

#[test]
fn a_student_reads_what_he_may_see_and_files_go_where_they_are_wanted() {
    let class = graded();
    let export = |format: &str, arguments: &[&str]| {
        let mut grader = class.grader();
        let done = grader.args(["export", format, "results"]).args(arguments).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).expect("formats are text")
    };
    let secret = predicate::str::contains("the secret schedule");
    assert!(!secret.eval(&export("markdown", &["--student", "=bob"])));
    assert!(secret.eval(&export("markdown", &["--student", "=bob", "--audience", "instructor"])));

    export("gradescope", &["--student", "alice", "--student", "=bob", "--out", "each"]);
    let file = fs::read_to_string(class.folder().join("each/=bob/results.json")).expect("each has a folder");
    let file: serde_json::Value = serde_json::from_str(&file).expect("it is JSON");
    assert_eq!((&file["score"], &file["tests"][1]["visibility"]), (&json!(5.0), &json!("hidden")));
}

#[test]
fn mistakes_name_what_to_do() {
    let class = graded();
    let told = |arguments: &[&str], status: i32, said: &str| {
        let mut grader = class.grader();
        grader.args(arguments).assert().code(status).stderr(predicate::str::contains(said));
    };
    told(&["export", "junit", "nowhere"], 2, "`grader grade PATH --out DIR` makes DIR/grading.json");
    told(&["export", "junit", "results", "--student", "dave"], 2, "has no hand-in `dave`");
    told(&["export", "exercism", "results"], 3, "name a folder with --out, or one hand-in with --student");
    told(&["grade", "class", "--export", "exercism"], 2, "write FORMAT=PATH");
    told(&["bundle", "gradescope", "--exercise", "99"], 2, "there is no exercise `99`");
}

#[test]
fn grading_writes_exports_beside_its_report() {
    let class = Class::new().with_nothing("alice", SLUG);
    let mut grader = class.grader();
    grader.args([
        "grade",
        "class",
        "--exercise",
        "03",
        "--export",
        "gradescope=results.json",
        "--export",
        "autolab=lines",
    ]);
    grader.assert().success();
    let file = |name| fs::read_to_string(class.folder().join(name)).expect("it is written");
    let results: serde_json::Value = serde_json::from_str(&file("results.json")).expect("it is JSON");
    assert_eq!(
        (&results["score"], &results["tests"][0]["name"]),
        (&json!(0.0), &json!("03 ordered-map: missing"))
    );
    assert_eq!(file("lines").lines().last(), Some(r#"{"scoreboard":[0.0],"scores":{"ordered-map":0.0}}"#));
}

#[test]
fn a_bundle_is_the_same_twice_and_holds_no_corpus() {
    let class = Class::new();
    for name in ["one.zip", "other.zip"] {
        let mut grader = class.grader();
        grader.args(["bundle", "gradescope", "--exercise", "03", "--out", name]).assert().success();
    }
    let bytes = |name| fs::read(class.folder().join(name)).expect("it is written");
    let (one, other) = (bytes("one.zip"), bytes("other.zip"));
    assert!(one == other);
    let has = |path: &str| one.windows(path.len()).any(|bytes| bytes == path.as_bytes());
    assert!(
        has("setup.sh")
            && has("run_autograder")
            && has("kit/Cargo.lock")
            && has("kit/tests/hidden/03-ordered-map/suite.rs")
    );
    assert!(!has("kit/tests/submissions"));
}

/// By the course file that is in the bundle: what Gradescope's container would run, with this grader in place of the one built there.
#[test]
fn a_bundle_by_a_course_grades_what_counts_there_for_its_points() {
    let class = Class::new();
    let rules = "[exercises.03]\npoints = 30\nshow = { refuses_zero_workers = \"hidden\" }\n[exercises.01]\npoints = 2.5\n";
    fs::write(class.folder().join("course.toml"), rules).expect("it can be written");
    let bundle = |arguments: &[&str]| {
        let mut grader = class.grader();
        grader.args(["bundle", "gradescope", "--out", "course.zip"]).args(arguments);
        grader.assert()
    };
    let told = bundle(&["--course", "course.toml"]).success();
    let told = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    assert!(told.ends_with("of an assignment worth 32.5 points\n"), "{told}");
    bundle(&["--course", "course.toml", "--exercise", "03"]).code(2);

    let mut zip =
        zip::ZipArchive::new(fs::File::open(class.folder().join("course.zip")).expect("it is there"))
            .expect("it is an archive");
    let mut text =
        |name: &str| std::io::read_to_string(zip.by_name(name).expect("it is in it")).expect("it is text");
    assert_eq!(text("exercises"), "01-parallel-factorials\n03-ordered-map\n");
    assert_eq!(text("course.toml"), rules);
    let folder = class.folder().to_owned();
    let place = |path: &str| folder.join("autograder").join(path);
    for folder in ["source", "results"] {
        fs::create_dir_all(place(folder)).expect("a folder can be made");
    }
    for name in ["exercises", "course.toml"] {
        fs::write(place("source").join(name), text(name)).expect("it can be written");
    }
    let class =
        class.with("ann", SLUG, "tests/submissions/03-ordered-map/wrong-sequential/exercises/03-ordered-map");
    fs::rename(folder.join("class/ann"), place("submission")).expect("it is there");
    let (autograder, kit) = (place(""), kit_tests::kit());
    let script = text("run_autograder")
        .replace("\"$kit/target/debug/grader\"", "\"$GRADER\"")
        .replace("/autograder/", &autograder.display().to_string())
        .replace("kit=/opt/kit", &format!("kit={}", kit.display()));
    let mut run = kit_tests::program("bash");
    run.env("GRADER", class.grader().get_program()).args(["-c", &script]).assert().success();
    let results = fs::read_to_string(place("results/results.json")).expect("it is written");
    let results: serde_json::Value = serde_json::from_str(&results).expect("it is JSON");
    // Nothing is parallel: a fifth of what the exercise is worth here.
    assert_eq!(results["score"], json!(6.0), "{results}");
    let tests = results["tests"].as_array().expect("there are some");
    let worth: f64 = tests.iter().filter_map(|test| test["max_score"].as_f64()).sum();
    assert!((worth - 32.5).abs() < 1e-9, "{results}");
    let hidden = tests.iter().find(|test| test["visibility"] == "hidden").expect("one is hidden");
    assert!(hidden["name"].as_str().is_some_and(|name| name.contains("refuses_zero_workers")), "{hidden}");
}
