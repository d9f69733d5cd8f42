//! What a learner reads who made a well-known mistake: `tests/submissions/NN-slug/messages.txt` has, of each hand-in whose exact checks
//! are declared and not decided by chance, the first check that does not pass, and the first that crashes. They are compared whenever the
//! hand-in is judged anyway.
//!
//! A message that changes is to be read as its reader does: does it name the cause, and something to try?

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::{fs, io};

use anyhow::{Context, Result};
use judge::suite::Status;
use textwrap::{Options, fill};

use super::Outcome;
use super::corpus::{Expected, Subject};
use crate::kit::{Exercise, Kit};
use crate::record::Checked;

/// Of each exercise, by its slug, the mistakes by their names.
#[derive(Default)]
pub(super) struct Messages(BTreeMap<String, BTreeMap<String, String>>);

impl Messages {
    /// What is written.
    pub(super) fn written(kit: &Kit) -> Result<Self> {
        let of = |exercise: &Exercise| Ok((exercise.slug(), read(kit, &exercise.slug())?));
        Ok(Self(kit.exercises.iter().map(of).collect::<Result<_>>()?))
    }

    /// Adds a mistake that was judged, if it is a well-known one.
    pub(super) fn add(&mut self, exercise: &Exercise, subject: &Subject, outcomes: &[Outcome]) {
        if let (true, Some(outcome)) = (subject.is_well_known(), outcomes.first()) {
            let text = message(subject, &outcome.told);
            self.0.entry(exercise.slug()).or_default().insert(subject.name.clone(), text);
        }
    }

    /// How what is told of a well-known mistake differs from what is written of it.
    pub(super) fn difference(&self, exercise: &Exercise, subject: &Subject, told: &str) -> Option<String> {
        if !subject.is_well_known() {
            return None;
        }
        let written = self.0.get(&exercise.slug()).and_then(|written| written.get(&subject.name));
        difference(written.map_or("", String::as_str), &message(subject, told))
    }

    /// Writes what was told, and leaves what is written of others that are still there.
    pub(super) fn write(self, kit: &Kit) -> Result<()> {
        for (slug, told) in self.0 {
            let mut all = read(kit, &slug)?;
            all.retain(|name, _| file(kit, &slug).with_file_name(name).exists());
            all.extend(told);
            let text = all.into_values().collect::<Vec<_>>().join("\n");
            fs::write(file(kit, &slug), text)
                .with_context(|| format!("{} can't be written", file(kit, &slug).display()))?;
        }
        Ok(())
    }
}

fn message(subject: &Subject, told: &str) -> String {
    let about = if let Expected::Declared(declared) = &subject.expected { &declared.about } else { "" };
    format!("{}: {about}\n{told}", subject.name)
}

fn file(kit: &Kit, slug: &str) -> PathBuf {
    kit.root().join("tests/submissions").join(slug).join("messages.txt")
}

/// What is written of each mistake; nothing yet where there is no such file.
fn read(kit: &Kit, slug: &str) -> Result<BTreeMap<String, String>> {
    let file = file(kit, slug);
    match fs::read_to_string(&file) {
        Ok(text) => Ok(parts(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", file.display())),
    }
}

/// The parts of a file: each begins with a name at the beginning of a line.
fn parts(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for part in text.split_inclusive("\n\n") {
        let name = part.split(':').next().unwrap_or_default();
        parts.insert(name.to_owned(), format!("{}\n", part.trim_end()));
    }
    parts
}

/// The first line that differs.
fn difference(written: &str, told: &str) -> Option<String> {
    let (mut written, mut told) = (written.lines(), told.lines());
    loop {
        match (written.next(), told.next()) {
            (None, None) => return None,
            (written, told) if written == told => {}
            (written, told) => {
                let line = |line: Option<&str>| {
                    line.map_or("nothing more".to_owned(), |line| format!("`{}`", line.trim()))
                };
                return Some(format!("messages.txt has {}, it is told {}", line(written), line(told)));
            }
        }
    }
}

/// The first check that does not pass, and the first crash: it may come later, and have a message of its own.
pub(super) fn of(checks: &[Checked]) -> String {
    let first = checks.iter().find(|check| check.status != Status::Pass);
    let crash = checks.iter().find(|check| check.status == Status::Crash);
    let crash = crash.filter(|crash| first.is_some_and(|first| crash.cause != first.cause));
    let mut text = String::new();
    for check in first.into_iter().chain(crash) {
        let _ = writeln!(text, "  {} ({})", check.id, check.status.as_str());
        let parts = [
            ("expected", &check.expected),
            ("observed", &check.observed),
            ("likely  ", &check.cause),
            ("try     ", &check.hint),
        ];
        for (title, part) in parts {
            let first = format!("    {title}  ");
            let options = Options::new(110).initial_indent(&first).subsequent_indent("              ");
            let _ = writeln!(text, "{}", fill(part.as_deref().unwrap_or_default(), options));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::corpus::subject;
    use super::*;

    const TEXT: &str = "wrong-a: one\n  check (fail)\n    expected  x\n\nwrong-b: two\n  check (fail)\n";

    #[test]
    fn a_file_has_its_parts_and_parts_make_the_file() {
        let parts = parts(TEXT);
        assert_eq!(parts.keys().collect::<Vec<_>>(), ["wrong-a", "wrong-b"]);
        assert_eq!(parts.into_values().collect::<Vec<_>>().join("\n"), TEXT);
    }

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let how = difference("a\n  b\n", "a\n  c\n").expect("they differ");
        assert_eq!(how, "messages.txt has `b`, it is told `c`");
        assert!(difference("", "a\n").is_some_and(|how| how.contains("nothing more")));
        assert!(difference("a\nb\n", "a\n").is_some_and(|how| how.ends_with("nothing more")));
    }

    #[test]
    fn only_what_luck_does_not_decide_is_compared() {
        let declared =
            |more: &str| subject(&format!("[wrong-a]\nverdict = \"fail\"\nabout = \"one\"\n{more}"));
        assert!(declared("checks = [\"a\"]").is_well_known());
        assert!(!declared("").is_well_known());
        assert!(!declared("checks = [\"a\"]\nby_chance = true").is_well_known());
    }
}
