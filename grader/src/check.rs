//! `grader check`: what of an exercise is missing or wrong, as far as its files and its suites tell. Nothing is built and nothing is
//! judged: the rest is for `verify`.

use std::fs;
use std::path::Path;

use anyhow::Result;
use judge::suite::Category;
use toml::Table;

use crate::derived::exercises;
use crate::lesson::{Lesson, fact};
use crate::record::Verdict;
use crate::verify::corpus::{self, Declared};

/// What stands in a template where its author is to write.
const TO_WRITE: &str = "WRITE:";

/// The parts that every lesson has.
const SECTIONS: [&str; 4] = ["Best practice", "Pitfalls", "Interview questions", "Hints"];

/// Where the order of the course stands.
const ORDER: &str = "TEACHING.md";

/// How many hints, from a nudge to nearly the answer.
const HINTS: usize = 3;

/// Something that is missing or wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The file, from the root of the kit, with a line where that helps.
    pub(crate) place: String,
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) next: String,
}

/// The folders of the exercises that are meant (`18`, `word-count`, `18-word-count`); all if none is. Of an exercise that lost one of its
/// folders the others are enough.
pub(crate) fn chosen(root: &Path, wanted: &[String]) -> Result<Result<Vec<String>, String>> {
    let known = exercises(root)?;
    let mut chosen = Vec::new();
    for name in wanted {
        let is_meant = |slug: &&String| {
            let (id, rest) = slug.split_once('-').unwrap_or((slug, ""));
            id == format!("{name:0>2}") || rest == name || *slug == name
        };
        match known.iter().find(is_meant) {
            Some(slug) => chosen.push(slug.clone()),
            None => {
                return Ok(Err(format!("there is no exercise `{name}`; the kit has {}", known.join(", "))));
            }
        }
    }
    Ok(Ok(if wanted.is_empty() { known } else { chosen }))
}

/// Looks at one exercise.
pub(crate) fn exercise(root: &Path, slug: &str) -> Vec<Finding> {
    let mut check = Check { root, slug, findings: Vec::new() };
    check.files();
    check.manifests();
    check.answers();
    check.lesson();
    check.corpus();
    check.suite();
    check.order();
    check.findings
}

struct Check<'a> {
    root: &'a Path,
    slug: &'a str,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn found(&mut self, place: impl Into<String>, what: impl Into<String>, next: impl Into<String>) {
        self.findings.push(Finding { place: place.into(), what: what.into(), next: next.into() });
    }

    /// A file of the exercise that can be read. One that can't is told by [`Check::files`].
    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    fn exercise(&self, file: &str) -> String {
        format!("exercises/{}/{file}", self.slug)
    }

    fn solution(&self, file: &str) -> String {
        format!("solutions/{}/{file}", self.slug)
    }

    fn files(&mut self) {
        let checks = [self.exercise("tests/checks.rs"), self.exercise("tests/checks/mod.rs")];
        let are_there = checks.iter().any(|path| self.root.join(path).is_file());
        let mut needed: Vec<String> =
            ["Cargo.toml", "README.md", "src/lib.rs", "tests/adapter.rs", "tests/visible.rs"]
                .map(|file| self.exercise(file))
                .into();
        needed.extend(["Cargo.toml", "src/lib.rs"].map(|file| self.solution(file)));
        needed.push(format!("tests/hidden/{}/suite.rs", self.slug));
        needed.push(format!("tests/submissions/{}/declared.toml", self.slug));
        needed.extend((!are_there).then(|| checks[0].clone()));
        for path in needed {
            if self.text(&path).is_none() {
                self.found(
                    &path,
                    "there is no such file",
                    "`grader new` makes one in another exercise: take it from there",
                );
            }
        }
    }

    fn manifests(&mut self) {
        let id = self.slug.split('-').next().unwrap_or_default();
        let mut given = Vec::new();
        for (path, name) in [
            (self.exercise("Cargo.toml"), format!("exercise-{id}")),
            (self.solution("Cargo.toml"), format!("solution-{id}")),
        ] {
            let Some(text) = self.text(&path) else { continue };
            let manifest: Table = match text.parse() {
                Ok(manifest) => manifest,
                Err(error) => {
                    self.found(&path, format!("it is no TOML: {error}"), "correct it");
                    continue;
                }
            };
            let named = manifest.get("package").and_then(|package| package.get("name"));
            if named.and_then(toml::Value::as_str) != Some(&name) {
                self.found(
                    &path,
                    format!("its package is not called `{name}`"),
                    format!("say name = \"{name}\""),
                );
            }
            given.push((path, manifest.get("dependencies").cloned()));
        }
        if let [(exercise, ours), (_, theirs)] = &given[..]
            && ours != theirs
        {
            let what = "the exercise and its solution are not given the same dependencies";
            self.found(exercise.clone(), what, "give both the same [dependencies]");
        }
    }

    fn answers(&mut self) {
        let (stub, solution) = (self.exercise("src/lib.rs"), self.solution("src/lib.rs"));
        if self.text(&stub).is_some_and(|text| !text.contains("todo!()")) {
            self.found(&stub, "nothing in the stub is `todo!()`", "leave the bodies to students: `todo!()`");
        }
        if self.text(&solution).is_some_and(|text| text.contains("todo!(")) {
            self.found(&solution, "the reference answer has a `todo!` left", "write it");
        }
    }

    fn lesson(&mut self) {
        let path = self.exercise("README.md");
        let Some(text) = self.text(&path) else { return };
        let id = self.slug.split('-').next().unwrap_or_default();
        let heading = text.lines().next().unwrap_or_default();
        if !heading.starts_with(&format!("# {id} · ")) {
            self.found(
                format!("{path}:1"),
                "the lesson has another title",
                format!("begin it with `# {id} · Title`"),
            );
        }
        match Lesson::read(&text) {
            Ok(lesson) if lesson.hints.len() != HINTS => {
                let what = format!("{} hints of {HINTS} were found", lesson.hints.len());
                self.found(
                    &path,
                    what,
                    "each is `<details><summary>Hint 1</summary>` … `</details>`, 1 to 3",
                );
            }
            Ok(_) => {}
            Err(why) => {
                self.found(&path, why.to_string(), "the other lessons show how: `cargo kit` reads it there");
            }
        }
        for name in ["You write", "In Python"] {
            if fact(&text, name).is_none() {
                let next =
                    format!("add `- **{name}:** …` to the list below the title: README.md's table has it");
                self.found(&path, format!("nothing says \"{name}\""), next);
            }
        }
        for section in SECTIONS {
            if !text.lines().any(|line| line.strip_prefix("## ") == Some(section)) {
                self.found(
                    &path,
                    format!("there is no section `## {section}`"),
                    "every lesson has it: write it",
                );
            }
        }
        for (number, line) in (1..).zip(text.lines()) {
            if let Some((_, rest)) = line.split_once(TO_WRITE) {
                self.found(
                    format!("{path}:{number}"),
                    format!("left from the template: {TO_WRITE}{rest}"),
                    "write it",
                );
            }
        }
    }

    fn corpus(&mut self) {
        let path = format!("tests/submissions/{}/declared.toml", self.slug);
        if self.text(&path).is_none() {
            return;
        }
        let declared: Vec<Declared> = match corpus::declared(self.root, self.slug) {
            Ok(declared) => declared.into_values().map(|(_, declared)| declared).collect(),
            // It names the file, and what does not fit.
            Err(why) => {
                return self.found(&path, format!("{why:#}"), "CONTRIBUTING.md says what an entry is");
            }
        };
        if !declared.iter().any(|one| one.verdict == Verdict::Pass.as_str()) {
            let next = "hand in another right answer, of another style than the solution";
            self.found(&path, "no hand-in must pass", next);
        }
        let suites = hidden::suites(0);
        let suite = suites.iter().find(|suite| format!("{}-{}", suite.id, suite.name) == self.slug);
        let source = ["tests/checks.rs", "tests/checks/mod.rs"].map(|file| self.exercise(file));
        let source = source.iter().find_map(|path| self.text(path)).unwrap_or_default();
        let is_judged = |category: &Category| match suite {
            Some(suite) => suite.checks.iter().any(|check| check.category == *category),
            // A new exercise is checked before anything is built: its source names the categories.
            None => source.contains(&format!("{category:?}")),
        };
        for category in Category::ALL.into_iter().filter(is_judged) {
            let fails = |one: &&Declared| one.category.as_deref() == Some(category.as_str());
            if !declared.iter().any(|one| fails(&one)) {
                let what = format!("no hand-in fails for its {}", category.as_str());
                self.found(&path, what, "hand in a mistake that a learner makes there");
            }
        }
    }

    /// Its place in the course, in a kit that says in which order to teach.
    fn order(&mut self) {
        let Some(text) = self.text(ORDER) else { return };
        let (id, name) = self.slug.split_once('-').unwrap_or((self.slug, ""));
        let row = format!("| [{id}](exercises/{}/README.md) {name} | ", self.slug);
        if !text.contains(&row) {
            let next =
                format!("add a row to the table of \"The order\", with path, hours and lecture: {row}…");
            self.found(ORDER, "the exercise has no place in the course", next);
        }
    }

    fn suite(&mut self) {
        let path = format!("tests/hidden/{}/suite.rs", self.slug);
        match hidden::broken(self.slug) {
            None if self.text(&path).is_some() => {
                let next = "build the grader again: cargo run -p grader -- check";
                self.found(&path, "this program was built without this suite", next);
            }
            None => {}
            Some(broken) => {
                let next = format!("its checks are in exercises/{}/tests, its further cases here", self.slug);
                for what in broken {
                    self.found(&path, what, next.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
