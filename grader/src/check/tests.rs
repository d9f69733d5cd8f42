//! Each kind of fault is named, with its file; and an exercise from a template has none but what its author is to write.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;
use crate::scaffold::New;

const SLUG: &str = "18-word-count";

/// A kit with the real templates, and one exercise made from this one.
fn kit(like: &str) -> TempDir {
    let kit = tempfile::tempdir().unwrap();
    for folder in ["exercises", "grader"] {
        fs::create_dir(kit.path().join(folder)).unwrap();
    }
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    symlink(templates, kit.path().join("grader/templates")).unwrap();
    New::named("18", "word-count", like).unwrap().make(kit.path()).unwrap().unwrap();
    kit
}

/// What is found, without what every new exercise still has.
fn found(kit: &TempDir) -> Vec<(String, String)> {
    let findings = exercise(kit.path(), SLUG);
    let is_new = |what: &str| what.contains(TO_WRITE) || what == "this program was built without this suite";
    findings.into_iter().filter(|one| !is_new(&one.what)).map(|one| (one.place, one.what)).collect()
}

#[test]
fn of_a_new_exercise_only_the_lesson_is_missing() {
    for like in ["pool", "channel", "async", "steps"] {
        let kit = kit(like);
        assert_eq!(found(&kit), [], "{like}");
        let left = exercise(kit.path(), SLUG);
        let lesson = left.iter().filter(|one| one.what.contains(TO_WRITE));
        assert!(lesson.clone().count() > 5, "{like}");
        assert!(
            lesson.clone().all(|one| one.place.starts_with("exercises/18-word-count/README.md:")),
            "{like}"
        );
    }
}

#[test]
fn each_fault_is_named_with_its_file() {
    let faults: [(&str, &str, &str, &str); 12] = [
        ("exercises/{}/src/lib.rs", "todo!()", "Vec::new()", "nothing in the stub is `todo!()`"),
        (
            "solutions/{}/src/lib.rs",
            "assert!(",
            "todo!(); assert!(",
            "the reference answer has a `todo!` left",
        ),
        ("exercises/{}/Cargo.toml", "exercise-18", "exercise-17", "its package is not called `exercise-18`"),
        (
            "exercises/{}/Cargo.toml",
            "rayon.workspace = true",
            "",
            "the exercise and its solution are not given the same dependencies",
        ),
        ("exercises/{}/README.md", "# 18 · ", "# 17 · ", "the lesson has another title"),
        ("exercises/{}/README.md", "**Level:** beginner", "**Level:** easy", "its level is `easy`"),
        ("exercises/{}/README.md", "- **In Python:**", "-", "nothing says \"In Python\""),
        ("exercises/{}/README.md", "Hint 2</summary>", "Second hint</summary>", "1 hints of 3 were found"),
        ("exercises/{}/README.md", "## Pitfalls", "## Traps", "there is no section `## Pitfalls`"),
        (
            "tests/submissions/{}/declared.toml",
            "\"ordering\"",
            "\"speedup\"",
            "no hand-in fails for its ordering",
        ),
        ("tests/submissions/{}/declared.toml", "\"pass\"", "\"fail\"", "no hand-in must pass"),
        ("tests/submissions/{}/declared.toml", "[right-", "[left-", "does not declare right-rayon-pool"),
    ];
    let kit = kit("pool");
    for (path, right, wrong, told) in faults {
        let path = path.replace("{}", SLUG);
        let file = kit.path().join(&path);
        let before = fs::read_to_string(&file).unwrap();
        assert!(before.contains(right), "{path} has no `{right}`");
        fs::write(&file, before.replace(right, wrong)).unwrap();
        let findings = found(&kit);
        let is_told = |(place, what): &(String, String)| place.starts_with(&path) && what.contains(told);
        assert!(findings.iter().any(is_told), "{told}: {findings:?}");
        fs::write(&file, before).unwrap();
    }
    assert_eq!(found(&kit), []);
}

#[test]
fn each_file_that_is_missing_is_named() {
    for path in [
        "exercises/{}/tests/adapter.rs",
        "exercises/{}/tests/checks.rs",
        "exercises/{}/README.md",
        "solutions/{}/src/lib.rs",
        "tests/hidden/{}/suite.rs",
        "tests/submissions/{}/declared.toml",
    ] {
        let kit = kit("async");
        let path = path.replace("{}", SLUG);
        fs::remove_file(kit.path().join(&path)).unwrap();
        assert_eq!(found(&kit), [(path, "there is no such file".to_owned())]);
    }
}

#[test]
fn an_exercise_without_a_place_in_the_course_is_told_where_to_have_one() {
    let kit = kit("pool");
    let write = |text: &str| fs::write(kit.path().join("TEACHING.md"), text).unwrap();
    write("| [16](exercises/16-event-loop/README.md) event-loop | async | 10 | x |\n");
    assert_eq!(
        found(&kit),
        [("TEACHING.md".to_owned(), "the exercise has no place in the course".to_owned())]
    );
    write("| [18](exercises/18-word-count/README.md) word-count | threads | 3 | x |\n");
    assert_eq!(found(&kit), []);
}

#[test]
fn an_exercise_is_chosen_by_number_and_name() {
    let kit = kit("pool");
    let named = |name: &str| chosen(kit.path(), &[name.to_owned()]).unwrap();
    for name in ["18", "word-count", SLUG] {
        assert_eq!(named(name), Ok(vec![SLUG.to_owned()]));
    }
    assert_eq!(named("19"), Err(format!("there is no exercise `19`; the kit has {SLUG}")));
    assert_eq!(chosen(kit.path(), &[]).unwrap(), Ok(vec![SLUG.to_owned()]));
}
