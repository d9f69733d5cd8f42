//! Every format is read back as its consumer reads it: the total is the record's, texts are inert, and what an audience may not
//! see is not there.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use judge::engine::launch::Sight;
use judge::suite::{Category, Status, Visibility};
use serde_json::Value;

use super::*;
use crate::record::{Change, Checked, Evidence, Graded, Kind, SCHEMA, Submission, Verdict, sum};
use crate::report::audience::Audience;

/// What a hand-in might put where its words are shown.
const HOSTILE: &str = "</script><script>alert(1)</script> ```\n::error::x\n=cmd|' /C calc'!A0 \u{1b}[31m\u{202e} \u{0} \u{ffff} ]]> <img src=x onerror=alert(1)> | \" ,";
/// What only whoever sees a hidden check may read.
const SECRET: &str = "secret-schedule";

fn check(
    id: &str,
    visibility: Visibility,
    status: Status,
    score: f64,
    max_score: f64,
    said: &str,
) -> Checked {
    let said = (status != Status::Pass).then(|| said.to_owned());
    Checked {
        id: id.into(),
        category: Category::Ordering,
        visibility,
        status,
        score,
        max_score,
        expected: said.clone(),
        observed: said.clone(),
        cause: said.clone(),
        hint: said,
        evidence: Evidence::default(),
    }
}

fn graded(id: &str, verdict: Verdict, message: Option<&str>, checks: Vec<Checked>) -> Graded {
    let score = sum(checks.iter().map(|check| check.score));
    Graded {
        id: id.into(),
        name: format!("exercise-{id}"),
        verdict,
        score: (verdict != Verdict::Error).then_some(score),
        max_score: 10.0,
        message: message.map(str::to_owned),
        checks,
        changes: Vec::new(),
    }
}

fn submission(id: &str, exercises: Vec<Graded>) -> Submission {
    let score = exercises.iter().map(|graded| graded.score).collect::<Option<Vec<_>>>().map(sum);
    Submission {
        id: id.into(),
        late: false,
        score,
        max_score: sum(exercises.iter().map(|graded| graded.max_score)),
        exercises,
    }
}

/// One of each kind of result. The points are such that a sum of floating-point numbers would show it.
fn class() -> Vec<Submission> {
    use Visibility::{AfterDueDate, AfterPublished, Hidden, Visible};
    let mixed = || {
        vec![
            check("first_steps", Visible, Status::Pass, 0.1, 0.1, ""),
            check("keeps_order", Visible, Status::Fail, 0.0, 2.3, HOSTILE),
            check("comes_to_an_end", Visible, Status::Skipped, 0.0, 0.9, "not run"),
            check("balances", Hidden, Status::Deadlock, 0.0, 1.7, SECRET),
            check("speeds_up", Hidden, Status::Pass, 0.2, 0.2, ""),
            check("at_the_limit", AfterDueDate, Status::Pass, 0.7, 0.7, ""),
            check("under_load", AfterPublished, Status::Fail, 0.0, 4.1, SECRET),
        ]
    };
    let all = || vec![check("all", Visible, Status::Pass, 10.0, 10.0, "")];
    vec![
        submission(
            "alice",
            vec![graded("01", Verdict::Pass, None, all()), graded("02", Verdict::Fail, None, mixed())],
        ),
        submission(
            "bob",
            vec![
                graded("01", Verdict::BuildError, Some(HOSTILE), vec![]),
                graded("02", Verdict::Missing, Some("none"), vec![]),
            ],
        ),
        submission(
            "=carol <b>`x`|",
            vec![
                graded("01", Verdict::Rejected, Some("no"), vec![]),
                graded("02", Verdict::Fail, Some("not done yet"), mixed()),
            ],
        ),
        submission(
            "dave",
            vec![
                graded("01", Verdict::Pass, None, all()),
                graded("02", Verdict::Error, Some("no memory"), vec![]),
            ],
        ),
        submission(
            "erin",
            vec![
                graded("01", Verdict::Pass, None, all()),
                graded(
                    "02",
                    Verdict::Error,
                    Some("try again"),
                    vec![check("stuck", Visible, Status::Inconclusive, 0.0, 10.0, "x")],
                ),
            ],
        ),
    ]
}

fn beside() -> Beside {
    let names = [
        "CLASSROOM",
        "ASSIGNMENT",
        "SUBMISSION_TAG",
        "COMMIT_URL",
        "RELEASE_URL",
        "REVIEW_URL",
        "COMMIT_DATETIME",
    ];
    Beside { variables: names.map(|name| (name.to_owned(), name.to_lowercase())).into(), ..Beside::default() }
}

fn sheet(submission: &Submission, target: Target, audience: Audience) -> Sheet {
    let audience = if target.exporter().marks_visibility() { Audience::Instructor } else { audience };
    Sheet::new(submission, audience)
}

/// A hand-in in a format; `None` where a gradebook has no row for it.
fn file(submission: &Submission, target: Target, audience: Audience) -> Option<String> {
    if target.exporter().holds() == Holds::Scored && submission.score.is_none() {
        return None;
    }
    let bytes = target.exporter().export(&[sheet(submission, target, audience)], &beside()).ok()?;
    Some(String::from_utf8(bytes).expect("formats are text"))
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("the file is JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().expect("it is a list")
}

/// The points of some values, added as tenths.
fn total<'a>(values: impl IntoIterator<Item = &'a Value>) -> f64 {
    sum(values.into_iter().map(|value| value.as_f64().expect("it is a number")))
}

/// The total as the format's consumer makes it of the file, and as it makes it a second way where there is one.
fn read(target: Target, text: &str) -> Option<f64> {
    match target {
        Target::Gradescope => {
            let document = json_of(text);
            let score = document.get("score")?.as_f64()?;
            let told = total(list(&document, "tests").iter().map(|test| &test["score"]));
            assert_eq!(Some(told), document["score"].as_f64());
            Some(score)
        }
        Target::GithubClassroom => github(text),
        Target::Classroom50 => {
            let document = json_of(text);
            let score = document["score"].as_i64().expect("whole numbers");
            let tests = list(&document, "tests").iter();
            assert_eq!(tests.map(|test| test["score"].as_i64().expect("whole numbers")).sum::<i64>(), score);
            Some(tenths_of(score))
        }
        Target::Prairielearn => {
            let document = json_of(text);
            if document["gradable"] == false {
                return None;
            }
            let tests = list(&document, "tests");
            let (points, of) = (
                total(tests.iter().map(|test| &test["points"])),
                total(tests.iter().map(|test| &test["max_points"])),
            );
            assert_eq!(document["score"].as_f64(), Some(points / of));
            Some(points)
        }
        Target::Exercism => exercism(&json_of(text)),
        Target::Autolab => {
            let (feedback, scores) = text.trim_end().rsplit_once('\n').expect("two lines");
            let (feedback, scores) = (json_of(feedback), json_of(scores));
            for stage in list(&feedback, "stages") {
                let cases = feedback[stage.as_str().expect("a name")].as_object().expect("an object");
                assert!(cases.values().all(|case| case["passed"].is_boolean()));
            }
            let problems = scores["scores"].as_object().expect("an object");
            let score = total(problems.values());
            (!problems.is_empty()).then(|| assert_eq!(scores["scoreboard"][0].as_f64(), Some(score)))?;
            Some(score)
        }
        Target::Junit => junit(text),
        Target::Canvas | Target::Moodle => {
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let titles = rows.headers().expect("a header").clone();
            let row = rows.records().last().expect("a row").expect("rows are as long as the header");
            let scores = titles
                .iter()
                .zip(&row)
                .filter(|(title, _)| title.contains("exercise-") && !title.ends_with(')'));
            Some(sum(scores.map(|(_, cell)| cell.parse::<f64>().expect("a number"))))
        }
        Target::Markdown => {
            let row = text.lines().nth(2).expect("a row");
            let score = row.rsplit('|').nth(1).and_then(|cell| cell.split('/').next()).expect("a cell");
            score.trim().parse().ok()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn tenths_of(score: i64) -> f64 {
    score as f64 / 10.0
}

/// As the reporter does: from the variables, points in two ways.
fn github(text: &str) -> Option<f64> {
    let variables: Vec<(&str, &str)> =
        text.lines().map(|line| line.split_once('=').expect("NAME=value")).collect();
    let (_, runners) = variables[0];
    let (mut points, mut console, mut of) = (0, 0.0, 0);
    for runner in runners.split(',') {
        let name = format!("{}_RESULTS", runner.to_uppercase());
        let mut values = variables.iter().filter(|(variable, _)| *variable == name);
        let value = values.next().expect("each runner has its variable").1;
        assert!(values.next().is_none(), "{name} is there twice");
        let document =
            json_of(&String::from_utf8(BASE64_STANDARD.decode(value).expect("base64")).expect("text"));
        let tests = list(&document, "tests");
        let most = document["max_score"].as_i64().expect("whole numbers");
        of += most;
        points += tests.iter().map(|test| test["score"].as_i64().expect("whole numbers")).sum::<i64>();
        let passed = tests.iter().filter(|test| test["status"] == "pass").count();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let share = passed as f64 / tests.len() as f64 * most as f64;
        console += share;
    }
    assert_eq!(Some(console / 10.0), Some(tenths_of(points)));
    (of > 0).then(|| tenths_of(points))
}

/// The points in the names of tests that passed.
fn exercism(document: &Value) -> Option<f64> {
    let tests = list(document, "tests");
    if tests.is_empty() {
        assert_eq!(document["status"], "error");
        return None;
    }
    let passed = tests.iter().filter(|test| test["status"] == "pass");
    let points = passed.map(|test| {
        let name = test["name"].as_str().expect("a name").strip_suffix(" points)").expect("points");
        name.rsplit_once('(').expect("points").1.parse::<f64>().expect("a number")
    });
    assert_eq!(document["message"].is_null(), document["status"] != "error");
    Some(sum(points))
}

/// The property `score` of each suite, if all have it.
fn junit(text: &str) -> Option<f64> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut suites, mut scores) = (0, Vec::new());
    loop {
        match reader.read_event().expect("the file is XML") {
            Event::Start(element) if element.name().as_ref() == "testsuite" => suites += 1,
            Event::Empty(element) if element.name().as_ref() == "property" => {
                let value = |name: &str| {
                    let attribute =
                        element.try_get_attribute(name).expect("attributes").expect("it is there");
                    attribute.value.into_owned()
                };
                if value("name") == "score" {
                    scores.push(value("value").parse::<f64>().expect("a number"));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (scores.len() == suites).then(|| sum(scores))
}

/// The same class, each exercise with what may happen to its points after it was judged.
fn changed(mut class: Vec<Submission>) -> Vec<Submission> {
    let change =
        |kind, points: f64, why: &str| Change { kind, points, why: why.into(), by: None, stale: false };
    for (index, submission) in class.iter_mut().enumerate() {
        for graded in &mut submission.exercises {
            let most = graded.max_score;
            let Some(score) = graded.score else {
                // A hand gives points where the grader failed.
                graded.score = Some(sum(graded.checks.iter().map(|check| check.score)));
                graded.change(change(Kind::ByHand, 3.3, HOSTILE));
                continue;
            };
            for (kind, points) in match index {
                0 => vec![(Kind::Late, -(score / 2.0 * 10.0).floor() / 10.0), (Kind::ByHand, 0.3)],
                1 => vec![(Kind::ByHand, most - score)],
                2 => vec![(Kind::Effort, 0.0)],
                _ => vec![(Kind::Late, -score)],
            } {
                graded.change(change(kind, points, "two days, \"late\""));
            }
        }
        let scores = submission.exercises.iter().map(|graded| graded.score);
        submission.score = scores.collect::<Option<Vec<_>>>().map(sum);
    }
    class
}

#[test]
fn every_format_tells_the_total_after_changes_too_and_why() {
    for submission in changed(class()) {
        assert!(submission.score.is_some(), "a hand gave points where there were none");
        for target in Target::value_variants() {
            for audience in Audience::value_variants() {
                let text = file(&submission, *target, *audience).expect("it has a score");
                let told = read(*target, &text);
                assert_eq!(told, submission.score, "{} {target:?} {audience:?}\n{text}", submission.id);
            }
        }
        let sheet = sheet(&submission, Target::Markdown, Audience::Student);
        for section in &sheet.sections {
            let of = |points: fn(&sheet::Item) -> f64| Some(sum(section.items.iter().map(points)));
            assert_eq!(of(|item| item.score), section.score, "{}", submission.id);
            assert_eq!(of(|item| item.max_score), Some(section.max_score), "{}", submission.id);
            let whole =
                |item: &sheet::Item| item.score == 0.0 || item.score.to_bits() == item.max_score.to_bits();
            assert!(section.items.iter().all(whole), "{:?}", section.items);
        }
    }
}

#[test]
fn every_format_tells_every_audience_the_total_of_the_record_and_none_where_there_is_none() {
    for submission in class() {
        for target in Target::value_variants() {
            for audience in Audience::value_variants() {
                let told = file(&submission, *target, *audience).and_then(|text| read(*target, &text));
                assert_eq!(told, submission.score, "{} {target:?} {audience:?}", submission.id);
            }
        }
    }
}

#[test]
fn nobody_reads_of_a_check_that_he_does_not_see() {
    let class = class();
    for target in Target::value_variants().iter().filter(|target| !target.exporter().marks_visibility()) {
        let told = |audience| file(&class[0], *target, audience).expect("it has a score").replace('_', " ");
        for hidden in [SECRET, "balances", "speeds up", "under load"] {
            assert!(!told(Audience::Student).contains(hidden), "{target:?} tells of {hidden}");
            assert!(!told(Audience::AfterDueDate).contains(hidden), "{target:?} tells of {hidden}");
        }
        assert!(!told(Audience::AfterPublished).contains("balances"), "{target:?}");
        let tells_texts = !matches!(target, Target::GithubClassroom | Target::Classroom50 | Target::Canvas);
        assert_eq!(told(Audience::Instructor).contains(SECRET), tells_texts, "{target:?}");
    }
    let marked = json_of(&file(&class[0], Target::Gradescope, Audience::Student).expect("a file"));
    for test in list(&marked, "tests").iter().filter(|test| test.to_string().contains(SECRET)) {
        assert_ne!(test["visibility"], "visible");
    }
    assert_eq!(marked["stdout_visibility"], "hidden");
}

#[test]
fn words_of_a_hand_in_are_inert_in_every_format() {
    for submission in class() {
        for target in Target::value_variants() {
            let Some(text) = file(&submission, *target, Audience::Instructor) else { continue };
            let acts =
                |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{fffe}' | '\u{ffff}');
            assert!(!text.contains(acts), "{target:?}: {text:?}");
            assert!(!text.contains("\\u001b") && !text.contains("\\u0000"), "{target:?}");
        }
    }
    let files = |target| {
        class()
            .iter()
            .filter_map(|submission| file(submission, target, Audience::Instructor))
            .collect::<String>()
    };
    // XML and Moodle's HTML have no tags of a hand-in's, CSV no formula, the environment no line but ours.
    assert!(!files(Target::Junit).contains("<script") && !files(Target::Moodle).contains("<script"));
    assert!(files(Target::Canvas).contains("'=carol"));
    assert!(
        files(Target::GithubClassroom)
            .lines()
            .all(|line| line.starts_with('E') || line.starts_with("GRADER"))
    );
    // Markdown: outside of its fences nothing that a hand-in said, and every fence is closed.
    let mut fence: Option<&str> = None;
    let markdown = files(Target::Markdown);
    for line in markdown.lines() {
        match fence {
            None if line.starts_with("```") => fence = Some(line.trim_end_matches("text")),
            Some(open) if line == open => fence = None,
            None => {
                assert!(!line.contains("<b>") && !line.contains("script") && !line.contains("::"), "{line}");
            }
            Some(_) => {}
        }
    }
    assert_eq!(fence, None);
}

#[test]
fn a_text_too_long_for_a_format_is_cut_and_says_so() {
    let long = "é\u{1}".repeat(4_000);
    let exercises: Vec<Graded> =
        (10..70).map(|id| graded(&id.to_string(), Verdict::BuildError, Some(&long), vec![])).collect();
    let submission = submission("zoe", exercises);
    for target in [Target::Prairielearn, Target::Markdown] {
        let text = file(&submission, target, Audience::Student).expect("a file");
        assert!(text.len() <= 1_000_000, "{target:?}: {}", text.len());
        assert!(text.contains("cut off here"));
    }
}

#[test]
fn what_is_not_graded_yet_has_no_score_and_the_rest_keeps_its_own() {
    let mut sheet =
        Sheet::unfinished("alice", [("01", "exercise-01", 10.0), ("02", "exercise-02", 10.0)].into_iter());
    let written = |sheet: &Sheet| {
        let bytes = Target::Gradescope.exporter().export(std::slice::from_ref(sheet), &beside());
        json_of(&String::from_utf8(bytes.expect("a file")).expect("text"))
    };
    assert_eq!(written(&sheet)["score"], 0.0);
    let alice = &class()[0];
    sheet.finish(&alice.exercises[1], Audience::Instructor);
    let half = written(&sheet);
    assert_eq!(half["score"], 1.0);
    assert!(half["output"].as_str().expect("it says so").contains("Not everything is graded"));
    assert!(list(&half, "tests")[0].get("score").is_none());
    sheet.finish(&alice.exercises[0], Audience::Instructor);
    assert_eq!(
        written(&sheet),
        json_of(&file(alice, Target::Gradescope, Audience::Student).expect("a file"))
    );
}

#[test]
fn the_documents_are_read_back_as_they_were_written() {
    let grading = crate::record::Grading {
        schema: SCHEMA.into(),
        grader: "0".into(),
        seed: 0,
        sandbox: "limits".into(),
        sight: Sight::Threads,
        sight_reason: None,
        submissions: class(),
    };
    let text = serde_json::to_string(&grading).expect("it can be written");
    let back: crate::record::Grading = serde_json::from_str(&text).expect("it can be read");
    assert_eq!(back, grading);
}
