//! `grader release`: the students' kit holds what it needs, nothing that answers an exercise, and nothing that leads to an answer.
//! That it builds without a warning is a step of the CI's own (`.ci/kit`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kit_tests::Class;
use predicates::prelude::*;

/// Released once, in the folder `kit` of a temporary folder.
fn released() -> Class {
    let class = Class::new();
    let done = class.grader().args(["release", "--out", "kit"]).assert().success();
    done.stdout(predicate::str::starts_with("released kit: "));
    class
}

/// Every regular file below a folder by its path from there: the corpus holds links and worse.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            let kind = entry.file_type().expect("it has a kind");
            if kind.is_dir() {
                walk(root, &path, files);
            } else if kind.is_file() {
                let name =
                    path.strip_prefix(root).expect("it lies below").to_string_lossy().replace('\\', "/");
                files.insert(name, String::from_utf8_lossy(&fs::read(&path).expect("it can be read")).into());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut files);
    files
}

/// The lines of code that say something: neither comments nor imports, nor what is on every page.
fn telling(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| line.len() >= 32 && !line.starts_with("//") && !line.starts_with("use "))
}

#[test]
fn a_kit_has_every_exercise_and_what_a_student_needs() {
    let class = released();
    let kit = files(&class.folder().join("kit"));
    for exercise in fs::read_dir(kit_tests::kit().join("exercises")).expect("there are exercises").flatten() {
        let slug = exercise.file_name().into_string().expect("a slug is text");
        for file in ["Cargo.toml", "README.md", "src/lib.rs", "tests/adapter.rs", "tests/visible.rs"] {
            let path = format!("exercises/{slug}/{file}");
            let ours = fs::read_to_string(kit_tests::kit().join(&path)).expect("it is here");
            assert_eq!(kit.get(&path), Some(&ours), "{path}");
        }
        assert!(
            kit["README.md"].contains(&format!("exercises/{slug}/README.md")),
            "{slug} is not in the table"
        );
    }
    for file in [
        "Cargo.lock",
        "Cargo.toml",
        "rust-toolchain.toml",
        ".gitignore",
        ".github/workflows/check.yml",
        ".vscode/settings.json",
        "judge/Cargo.toml",
        "judge/src/lib.rs",
        "companion/src/main.rs",
        "companion/stubs/03-ordered-map.rs",
        ".cargo/config.toml",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ] {
        assert!(kit.contains_key(file), "{file}");
    }
    for link in kit["README.md"].split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(link.starts_with("http") || kit.contains_key(link), "README.md links to {link}");
    }
    let ours = fs::read_to_string(kit_tests::kit().join("Cargo.lock")).expect("there is a lock file");
    let checksums = kit["Cargo.lock"].lines().filter(|line| line.starts_with("checksum"));
    let known: BTreeSet<&str> = ours.lines().collect();
    assert!(checksums.clone().count() > 20 && checksums.into_iter().all(|line| known.contains(line)));
}

#[test]
fn nothing_in_a_kit_is_an_answer_or_leads_to_one() {
    let class = released();
    let kit = files(&class.folder().join("kit"));
    let secret = ["solutions", "tests/hidden", "tests/submissions"]
        .map(|folder| files(&kit_tests::kit().join(folder)));
    for (path, text) in &kit {
        for words in [
            "solutions/",
            "solution-0",
            "tests/hidden",
            "hidden suite",
            "tests/submissions",
            "hand-ins of the corpus",
        ] {
            assert!(!text.contains(words), "{path} names `{words}`");
        }
    }
    // By content: no file whole, and no telling line of an answer that the stubs do not have.
    let given: String =
        kit.iter().filter(|(path, _)| path.contains("/src/lib.rs")).map(|(_, text)| text.as_str()).collect();
    let stubs: BTreeSet<&str> = telling(&given).collect();
    let all: BTreeSet<&str> = kit.values().flat_map(|text| telling(text)).collect();
    // The corpus has stubs that were handed in as they are; that the kit's are ours is tested above.
    let no_stubs = kit
        .iter()
        .filter(|(path, _)| !path.ends_with("/src/lib.rs") && !path.starts_with("companion/stubs/"));
    let whole: BTreeSet<&str> = no_stubs.map(|(_, text)| text.as_str()).collect();
    for text in secret.iter().flat_map(BTreeMap::values).filter(|text| text.len() > 100) {
        assert!(!whole.contains(text.as_str()), "a secret file is in the kit:\n{text}");
    }
    let answers = secret[0].iter().filter(|(path, _)| path.contains("/src/"));
    let shared: Vec<String> = answers
        .flat_map(|(path, text)| telling(text).map(move |line| (path, line)))
        .filter(|(_, line)| !stubs.contains(line) && all.contains(line))
        .map(|(path, line)| format!("{path}: {line}"))
        .collect();
    assert_eq!(shared, Vec::<String>::new());
}

#[test]
fn an_update_keeps_what_the_student_wrote() {
    let class = released();
    let kit = class.folder().join("kit");
    let answer = kit.join("exercises/03-ordered-map/src/lib.rs");
    fs::write(&answer, "// mine\n").expect("it can be written");
    fs::remove_file(kit.join("exercises/03-ordered-map/tests/checks.rs")).expect("it is there");
    let done = class.grader().args(["release", "--out", "kit"]).assert().success();
    done.stdout(
        "updated kit: 1 files written\n  kept    exercises/03-ordered-map/src/lib.rs: its student has changed it\n",
    );
    assert_eq!(fs::read_to_string(answer).expect("it is there"), "// mine\n");
}

#[test]
fn a_folder_with_other_files_is_refused_and_left_as_it_is() {
    let class = Class::new();
    fs::write(class.folder().join("class/thesis.tex"), "").expect("it can be written");
    let refused = class.grader().args(["release", "--out", "class"]).assert().code(2).stdout("");
    refused.stderr(predicate::str::starts_with("error: class holds other files and is no released kit"));
    assert_eq!(files(&class.folder().join("class")).len(), 1);
}
