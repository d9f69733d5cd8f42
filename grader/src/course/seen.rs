//! Of which hand-in each mark was given: whoever gave it looked at those sources, and a later hand-in may deserve another.
//!
//! `marks.json` beside `marks.csv` has the digest of the sources that were there when a mark was first found. It is found before anything
//! is graded again, so that it counts for what was graded last: that is what its author saw. Invariant: the digest of a mark never
//! changes; a line that is written again is a new mark.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::is_absent;
use super::marks::{Mark, Marks};
use crate::document;
use crate::intake::Taken;

/// By hand-in and exercise, the digest of the sources.
pub(crate) type Digests = BTreeMap<String, BTreeMap<String, String>>;

const FILE: &str = "marks.json";
const SCHEMA: &str = "marks/1";

/// `marks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    schema: String,
    seen: Vec<Of>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Of {
    mark: Mark,
    sources: String,
}

impl Default for Seen {
    fn default() -> Self {
        Self { schema: SCHEMA.to_owned(), seen: Vec::new() }
    }
}

/// Of what was handed in for an exercise.
pub(crate) fn digest(taken: &Taken) -> String {
    let mut all = Sha256::new();
    let mut add = |part: &[u8]| {
        all.update((part.len() as u64).to_le_bytes());
        all.update(part);
    };
    match taken {
        Taken::Missing(_) => add(b"missing"),
        Taken::Refused(why) => [b"refused", why.as_bytes()].into_iter().for_each(add),
        Taken::Sources(sources) => {
            for (path, text) in &sources.0 {
                add(path.as_os_str().as_encoded_bytes());
                add(text);
            }
        }
    }
    all.finalize().iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

impl Seen {
    /// What is noted in this folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE);
        match fs::read(&file) {
            Err(error) if is_absent(&error) => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} can't be read", file.display())),
            Ok(text) => serde_json::from_slice(&text).with_context(|| {
                format!(
                    "{} is not what `grader` writes; remove it, and look at every mark again",
                    file.display()
                )
            }),
        }
    }

    /// Notes the marks that are new here, for these sources, and forgets those that are gone. Whether anything has changed.
    pub(crate) fn note(&mut self, marks: &Marks, digests: &Digests) -> bool {
        let before = self.clone();
        self.seen.retain(|of| marks.0.iter().any(|line| line.mark == of.mark));
        for line in &marks.0 {
            let sources = digests.get(&line.mark.id).and_then(|of| of.get(&line.mark.exercise));
            if let Some(sources) = sources.filter(|_| self.of(&line.mark).is_none()) {
                self.seen.push(Of { mark: line.mark.clone(), sources: sources.clone() });
            }
        }
        *self != before
    }

    /// Takes over what others have noted of marks that are new here.
    pub(crate) fn add(&mut self, others: Self) {
        let new = others.seen.into_iter().filter(|of| self.of(&of.mark).is_none()).collect::<Vec<_>>();
        self.seen.extend(new);
    }

    /// Writes it into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        document::write(folder, FILE, &(serde_json::to_string_pretty(self)? + "\n"))
    }

    /// Whether a mark was given for other sources than these.
    pub(super) fn is_stale(&self, mark: &Mark, digests: &Digests) -> bool {
        let now = digests.get(&mark.id).and_then(|of| of.get(&mark.exercise));
        self.of(mark).zip(now).is_some_and(|(then, now)| then != now)
    }

    fn of(&self, mark: &Mark) -> Option<&String> {
        self.seen.iter().find(|of| of.mark == *mark).map(|of| &of.sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(rows: &str) -> Marks {
        Marks::parse(format!("id,exercise,change,comment\n{rows}").as_bytes()).expect("they are understood")
    }

    fn digests(of: &str) -> Digests {
        [("s1".to_owned(), [("03".to_owned(), of.to_owned())].into())].into()
    }

    #[test]
    fn a_mark_is_of_what_was_there_when_it_was_first_found() {
        let one = marks("s1,03,1,good\n");
        let mut seen = Seen::default();
        assert!(!seen.note(&one, &Digests::new()), "nothing is known yet");
        assert!(!seen.is_stale(&one.0[0].mark, &digests("a")), "it is new");
        assert!(seen.note(&one, &digests("a")));
        assert!(!seen.note(&one, &digests("b")), "it stays");
        assert!(
            seen.is_stale(&one.0[0].mark, &digests("b")) && !seen.is_stale(&one.0[0].mark, &digests("a"))
        );
        let written_again = marks("s1,03,1,\"good, looked at again\"\n");
        assert!(seen.note(&written_again, &digests("b")));
        assert!(!seen.is_stale(&written_again.0[0].mark, &digests("b")));
        assert_eq!(seen.seen.len(), 1, "what is gone is forgotten");
    }

    #[test]
    fn what_is_noted_is_kept_in_its_folder() {
        let folder = tempfile::tempdir().expect("there is room");
        let mut seen = Seen::read(folder.path()).expect("there is none");
        seen.note(&marks("s1,03,-0.5,\n"), &digests("a"));
        seen.write(folder.path()).expect("it can be written");
        assert_eq!(Seen::read(folder.path()).expect("it is there"), seen);
        let mut other = Seen::default();
        other.note(&marks("s1,03,-0.5,\n"), &digests("b"));
        other.add(seen);
        assert!(!other.is_stale(&marks("s1,03,-0.5,\n").0[0].mark, &digests("b")), "the own note counts");
    }

    #[test]
    fn other_sources_have_another_digest() {
        let sources = |text: &str| {
            Taken::Sources(crate::intake::Sources(
                [("lib.rs".into(), text.as_bytes().to_vec())].into_iter().collect(),
            ))
        };
        let all = [sources("a"), sources("b"), Taken::Missing("x".into()), Taken::Refused("x".into())];
        let digests: std::collections::BTreeSet<String> = all.iter().map(digest).collect();
        assert_eq!(digests.len(), all.len());
        assert_eq!(digest(&Taken::Missing("y".into())), digest(&all[2]));
    }
}
