//! A course with rules: points, deadlines and marks by hand are the same wherever they are read, and outlast whatever happens to a
//! grading. The totals are read from each format as its own reader would.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use kit_tests::Class;
use predicates::prelude::*;
use serde_json::Value;

const SLUG: &str = "01-parallel-factorials";

/// What each hand-in comes to, in tenths of a point.
type Totals = BTreeMap<String, i64>;

fn corpus(name: &str) -> String {
    format!("tests/submissions/{SLUG}/{name}/exercises/{SLUG}")
}

const RULES: &str = "title = \"Parallel programming\"\n\
    [late]\nfree_days = 1\nutc_offset = \"+01:00\"\n\
    [exercises.01]\npoints = 20\ndue = 2026-11-29T23:59\n\
    [extensions.s10]\ndays = 3\n";

/// Sixty: of s00 to s13 every second has an answer, two of them alike twice over; the others handed in nothing, or what is refused.
fn class() -> Class {
    let answers = [
        ("s00", "right-slots"),
        ("s02", "right-slots"),
        ("s04", "wrong-join-in-loop"),
        ("s06", "wrong-join-in-loop"),
        ("s08", "right-chain"),
        ("s10", "right-latch"),
        ("s12", "broken-empty"),
    ];
    let mut class = Class::new();
    let mut list = "id,name,handed_in\n".to_owned();
    for number in 0..60 {
        let id = format!("s{number:02}");
        let answer = answers.iter().find(|(student, _)| *student == id);
        class = match answer {
            Some((_, name)) => class.with(&id, SLUG, &corpus(name)),
            None if number % 3 == 0 => refused(class, &id),
            None => class.with_nothing(&id, SLUG),
        };
        let handed_in = match number {
            // Two days late, one of them free; a day, free; two days, within an extension.
            2 => "2026-12-01 12:00",
            8 => "2026-11-30T08:00Z",
            10 => "2026-12-01 20:00",
            _ => "",
        };
        let _ = writeln!(list, "{id},Student {number},{handed_in}");
    }
    fs::write(class.folder().join("class.csv"), list).expect("a file can be written");
    fs::write(class.folder().join("course.toml"), RULES).expect("a file can be written");
    class
}

/// Hands in what the intake refuses: judged without a compiler.
fn refused(class: Class, student: &str) -> Class {
    fs::create_dir_all(class.exercise(student, SLUG).join("src").join(["deep"; 9].join("/")))
        .expect("folders can be made");
    class
}

fn grade(class: &Class, arguments: &[&str]) -> assert_cmd::Command {
    let mut grader = class.grader();
    grader.args(["grade", "class", "--manifest", "class.csv", "--out", "kept"]).args(arguments);
    grader
}

/// What a command says on standard error, given that it succeeds.
fn says(mut grader: assert_cmd::Command) -> String {
    let done = grader.assert().success();
    String::from_utf8(done.get_output().stderr.clone()).expect("messages are text")
}

fn prints(class: &Class, arguments: &[&str]) -> String {
    let mut grader = class.grader();
    let done = grader.args(arguments).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("reports are text")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("it is a number")
}

/// Of the document.
fn totals(class: &Class) -> Totals {
    let document = json(&prints(class, &["results", "show", "kept", "--format", "json"]));
    let submissions = document["submissions"].as_array().expect("a list").iter();
    submissions
        .map(|one| (one["id"].as_str().expect("an id").to_owned(), tenths(number(&one["score"]))))
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a few points")]
fn tenths(points: f64) -> i64 {
    (points * 10.0).round() as i64
}

/// Points as they are written.
fn read(points: &str) -> i64 {
    tenths(points.parse().expect("a number"))
}

/// Of a format with a file for each hand-in, as a reader of it makes them.
fn of_files(class: &Class, format: &str, read: impl Fn(&str) -> f64) -> Totals {
    let folder = format!("exported/{format}");
    prints(class, &["export", format, "kept", "--out", &folder]);
    let hand_ins = fs::read_dir(class.folder().join(folder)).expect("a folder of them").flatten();
    let one = |folder: fs::DirEntry| {
        let file = fs::read_dir(folder.path()).expect("a folder").flatten().next().expect("a file in it");
        let total = read(&fs::read_to_string(file.path()).expect("it is text"));
        (folder.file_name().into_string().expect("an id"), tenths(total))
    };
    hand_ins.map(one).collect()
}

fn sum_of(tests: &Value, points: &str) -> f64 {
    tests.as_array().expect("a list").iter().map(|test| number(&test[points])).sum()
}

/// Of a row of a gradebook: the id and the points of the one exercise.
fn of_gradebook(class: &Class, format: &str, id: usize, points: usize) -> Totals {
    let file = prints(class, &["export", format, "kept"]);
    let rows = file.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    // Feedback has lines of its own.
    let rows = rows.filter(|row| row.len() > points && row[id].starts_with('s'));
    rows.map(|row| (row[id].to_owned(), read(row[points]))).collect()
}

/// The totals as every format tells them are those of the document; returns these.
fn agree(class: &Class) -> Totals {
    let totals = totals(class);
    let formats = [
        (
            "gradescope",
            of_files(class, "gradescope", |text| {
                let file = json(text);
                assert_eq!(tenths(sum_of(&file["tests"], "score")), tenths(number(&file["score"])));
                number(&file["score"])
            }),
        ),
        (
            "prairielearn",
            of_files(class, "prairielearn", |text| {
                let file = json(text);
                assert_eq!(tenths(sum_of(&file["tests"], "max_points")), 200);
                sum_of(&file["tests"], "points")
            }),
        ),
        (
            "exercism",
            of_files(class, "exercism", |text| {
                let tests = json(text)["tests"].as_array().expect("a list").clone();
                let passed = tests.iter().filter(|test| test["status"] == "pass");
                let points = passed.map(|test| {
                    let name = test["name"].as_str().expect("a name").trim_end_matches(" points)");
                    name.rsplit('(').next().expect("points").parse::<f64>().expect("a number")
                });
                points.sum()
            }),
        ),
        (
            "autolab",
            of_files(class, "autolab", |text| {
                number(&json(text.lines().last().expect("scores"))["scoreboard"][0])
            }),
        ),
        ("canvas", of_gradebook(class, "canvas", 2, 5)),
        ("moodle", of_gradebook(class, "moodle", 0, 3)),
        ("markdown", {
            let file = prints(class, &["export", "markdown", "kept"]);
            let rows = file.lines().skip(2).take_while(|line| line.starts_with('|'));
            let row = |line: &str| {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                (cells[1].to_owned(), read(cells[3].split(' ').next().expect("points")))
            };
            rows.map(row).collect()
        }),
        ("junit", {
            let file = prints(class, &["export", "junit", "kept"]);
            let suites = file.split("<testsuite ").skip(1);
            let attribute = |text: &str, name: &str| {
                let rest = text.split(&format!("{name}=\"")).nth(1).expect("it is there");
                rest.split('"').next().expect("it ends").to_owned()
            };
            let suite = |text: &str| {
                let score = text.split("name=\"score\"").nth(1).expect("a property");
                (attribute(text, "package"), read(&attribute(score, "value")))
            };
            suites.map(suite).collect()
        }),
        ("report", {
            let file = prints(class, &["report", "kept"]);
            let rows = file.lines().filter(|line| line.starts_with(" s") && line.contains(" / "));
            let row = |line: &str| {
                let words: Vec<&str> = line.split_whitespace().collect();
                (words[0].to_owned(), read(words[words.len() - 3]))
            };
            rows.map(row).collect()
        }),
        ("pages", {
            prints(class, &["report", "kept", "--html", "--out", "pages"]);
            let page = |id: &String| {
                let page = fs::read_to_string(class.folder().join(format!("pages/students/{id}.html")));
                let page = page.expect("each has a page");
                let total = page.split("<span class=\"big\">").nth(1).expect("the total").split('<').next();
                (id.clone(), read(total.expect("it ends")))
            };
            totals.keys().map(page).collect()
        }),
    ];
    for (format, told) in formats {
        assert_eq!(told, totals, "{format}");
    }
    for id in ["s02", "s04"] {
        let feedback = prints(class, &["report", "kept", "--student", id]);
        assert!(
            feedback.starts_with(&format!("{id}: {}.{} / 20.0 points", totals[id] / 10, totals[id] % 10)),
            "{feedback}"
        );
    }
    totals
}

fn marks(folder: &Path, lines: &str) {
    fs::write(folder.join("marks.csv"), format!("id,exercise,points,change,comment,by\n{lines}"))
        .expect("a file can be written");
}

#[test]
fn points_are_the_same_everywhere_and_outlast_a_regrade_and_a_kill() {
    let class = class();
    says(grade(&class, &["--course", "course.toml"]));
    let judged = agree(&class);
    let points = |totals: &Totals| ["s00", "s02", "s04", "s06", "s08", "s10", "s12"].map(|id| totals[id]);
    // Right; two days late, of which one is free; sequential, twice; free; within the extension; no program.
    assert_eq!(points(&judged), [200, 180, 40, 40, 200, 200, 0]);

    // The instructor alone is told who has what others have.
    let alike = prints(&class, &["alike", "kept", "--jplag", "jplag"]);
    for pair in ["s00, s02", "s04, s06"] {
        assert!(alike.contains(&format!("the same sources, byte for byte: {pair}\n")), "{alike}");
    }
    let jplag = class.folder().join("jplag").join(SLUG);
    assert!(jplag.join("submissions/s00/lib.rs").is_file() && jplag.join("base/lib.rs").is_file());

    let kept = class.folder().join("kept");
    marks(
        &kept,
        "s00,01,,-1.5,no comments in it,ann\ns04,01,11,,\"oral exam, 12 May\",bob\ns13,1,2.5,,on paper,\n",
    );
    let marked = agree(&class);
    assert_eq!(points(&marked), [185, 180, 110, 40, 200, 200, 0]);
    assert_eq!(marked["s13"], 25);
    let report = prints(&class, &["report", "kept"]);
    for told in [
        "effort 2, late 2, by hand 3",
        "by hand (bob): oral exam, 12 May, +7.0 points",
        "2 days late, 1 of them free: -10 %",
    ] {
        assert!(report.contains(told), "{told}:\n{report}");
    }
    assert!(prints(&class, &["export", "moodle", "kept"]).contains("oral exam, 12 May"));
    let judge = |folder: &Path| fs::read_to_string(folder.join("grading.json")).expect("a document");
    assert!(!judge(&kept).contains("oral exam"), "the judge's own document knows no marks");

    // Again, without naming the rules; and again, killed at once, and before it goes on.
    let own = fs::read(kept.join("marks.csv")).expect("it is there");
    says(grade(&class, &[]));
    assert_eq!(agree(&class), marked);
    for after in [300, 3000] {
        let killed = grade(&class, &["--force"]).timeout(Duration::from_millis(after)).output();
        killed.expect("the grader starts");
        assert_eq!(totals(&class), marked, "killed after {after} ms");
    }
    says(grade(&class, &[]));
    assert_eq!(agree(&class), marked);
    assert_eq!(fs::read(kept.join("marks.csv")).expect("it is there"), own, "nobody writes to the file");

    // Other rules: nothing is judged again.
    let rules = fs::read_to_string(kept.join("course.toml")).expect("a copy");
    fs::write(kept.join("course.toml"), rules.replace("points = 20", "points = 10"))
        .expect("it can be written");
    assert_eq!(points(&totals(&class)), [85, 90, 100, 20, 100, 100, 0]);
    fs::write(kept.join("course.toml"), rules.replace("points", "pionts")).expect("it can be written");
    let mut report = class.grader();
    let refused = report.args(["report", "kept"]).assert().code(2);
    refused.stderr(predicate::str::starts_with(
        "error: kept/course.toml:6: unknown field `pionts`, expected one of `points`",
    ));
}

/// Grades a part of two into a folder of its own; what is said of it.
fn part(class: &Class, part: &str) -> String {
    let mut command = class.grader();
    command.args(["grade", "class", "--exercise", "01", "--out", part, "--partition", &format!("{part}/2")]);
    says(command)
}

/// Unites the two; what is said of it.
fn merge(class: &Class) -> String {
    let mut command = class.grader();
    command.args(["merge", "--out", "kept", "1", "2"]);
    says(command)
}

#[test]
fn a_mark_for_another_hand_in_is_told_after_a_regrade_and_a_merge() {
    let class = Class::new().with_nothing("alice", SLUG).with_nothing("bob", SLUG);
    for one in ["1", "2"] {
        part(&class, one);
        marks(&class.folder().join(one), "");
    }
    // One mark is given where the part is, one where the whole is.
    let graded = |folder: &str| {
        let document =
            fs::read_to_string(class.folder().join(folder).join("grading.json")).expect("a document");
        json(&document)["submissions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let of_alice = if graded("1").contains(&"alice".to_owned()) { "1" } else { "2" };
    marks(&class.folder().join(of_alice), "alice,01,5,,on paper,ann\n");
    merge(&class);
    assert_eq!(totals(&class)["alice"], 50);
    let kept = class.folder().join("kept");
    let both = fs::read_to_string(kept.join("marks.csv")).expect("those of the parts")
        + "bob,01,,+3,in the lab,ann\n";
    fs::write(kept.join("marks.csv"), both).expect("it can be written");
    assert_eq!(totals(&class), [("alice".to_owned(), 50), ("bob".to_owned(), 30)].into());

    // Both hand in, and all is graded and united again.
    let class = refused(refused(class, "alice"), "bob");
    let stale = |id: &str| format!("exercise 01 of `{id}` has changed since this mark was given");
    assert!(part(&class, "1").contains(&stale("alice")) || part(&class, "2").contains(&stale("alice")));
    for one in ["1", "2"] {
        part(&class, one);
    }
    let told = merge(&class);
    assert!(told.contains(&stale("alice")) && told.contains(&stale("bob")), "{told}");
    assert_eq!(totals(&class), [("alice".to_owned(), 50), ("bob".to_owned(), 30)].into());
    let report = prints(&class, &["report", "kept"]);
    assert!(report.contains("by hand 2, 2 of them for a hand-in that has changed since"), "{report}");
    let feedback = prints(&class, &["report", "kept", "--student", "bob"]);
    assert!(feedback.contains("by hand (ann): in the lab, +3.0 points"), "{feedback}");

    // Looked at again, and written again.
    let marks = fs::read_to_string(kept.join("marks.csv")).expect("they are there");
    fs::write(kept.join("marks.csv"), marks.replace("in the lab", "in the lab; seen again"))
        .expect("it can be written");
    let told = merge(&class);
    assert!(told.contains(&stale("alice")) && !told.contains(&stale("bob")), "{told}");
}

#[test]
fn mistakes_in_rules_and_marks_are_refused_before_anything_is_graded() {
    let class = Class::new().with_nothing("alice", SLUG);
    let refused = |arguments: &[&str], said: &str| {
        let mut grader = class.grader();
        grader.args(["grade", "class", "--out", "kept"]).args(arguments);
        grader.assert().code(2).stdout("").stderr(format!("error: {said}\n"));
    };
    fs::write(class.folder().join("course.toml"), "[exercises.01]\n\n[exercises.98]\n")
        .expect("a file can be written");
    let course = fs::read_dir(kit_tests::kit().join("exercises")).expect("exercises").flatten();
    let mut ids: Vec<String> = course.map(|one| one.file_name().to_string_lossy()[..2].to_owned()).collect();
    ids.sort();
    refused(
        &["--course", "course.toml"],
        &format!("course.toml:3: there is no exercise `98`; the kit has {}", ids.join(", ")),
    );
    fs::write(class.folder().join("course.toml"), "[exercises.01]\n").expect("a file can be written");
    refused(
        &["--course", "course.toml", "--exercise", "03"],
        "exercise 03 does not count by course.toml: give it a table `[exercises.03]` there",
    );
    fs::create_dir(class.folder().join("kept")).expect("a folder can be made");
    marks(&class.folder().join("kept"), "alice,01,ten,,,\n");
    refused(&["--exercise", "01"], "kept/marks.csv:2: `ten` is no number of points; write tenths, as 2.5");
}

#[test]
fn a_kit_of_a_course_has_only_what_counts_and_leads_nowhere_else() {
    let class = Class::new();
    fs::write(class.folder().join("course.toml"), "[exercises.01]\n[exercises.04]\n")
        .expect("a file can be written");
    let done = class.grader().args(["release", "--course", "course.toml", "--out", "kit"]).assert().success();
    done.stdout(predicate::str::starts_with("released kit: "));
    let kit = class.folder().join("kit");
    let mut there: Vec<String> = fs::read_dir(kit.join("exercises"))
        .expect("exercises")
        .flatten()
        .map(|one| one.file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(there, ["01-parallel-factorials", "04-async-downloads"]);
    for lesson in there
        .iter()
        .map(|slug| kit.join("exercises").join(slug).join("README.md"))
        .chain([kit.join("README.md")])
    {
        let text = fs::read_to_string(&lesson).expect("a lesson");
        let folder = lesson.parent().expect("it lies in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_there = link.is_empty() || link.starts_with("http") || folder.join(link).exists();
            assert!(is_there, "{}: there is no {link}", lesson.display());
        }
        assert!(!text.contains("exercise-03"), "{}", lesson.display());
    }
    let mut cargo = kit_tests::program("cargo");
    cargo.current_dir(&kit).args(["metadata", "--locked", "--offline", "--format-version", "1", "--no-deps"]);
    cargo.assert().success();
}
