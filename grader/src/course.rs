//! What a teacher decides once the judge has spoken: which exercises count and for how much, what is late, and marks by hand.
//!
//! Two files beside the results: `course.toml`, the rules ([`Rules`]), and `marks.csv`, the marks ([`Marks`]). [`Decided::mark`] applies both
//! to what was judged, and every report and format is made of what it returns.
//!
//! Invariant: nothing here changes what is kept of a judgement: the rules may change, and the same hand-ins are marked again without
//! being judged again. Invariant: an exercise's points are those of its checks and of its changes, each with its reason.

mod effort;
mod file;
mod late;
mod marking;
mod marks;
mod points;
mod seen;

use std::io;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::evidence;
use crate::intake::{HandIn, Told};
use crate::record::{Graded, Submission};
pub(crate) use file::Rules;
use marking::Given;
pub(crate) use marking::in_words;
pub(crate) use marks::Marks;
pub(crate) use seen::{Digests, Seen, digest};

/// The rules, in the folder of `--out`.
pub(crate) const RULES: &str = "course.toml";
/// The marks by hand, there too.
pub(crate) const MARKS: &str = "marks.csv";

/// Whether there is no such file. Where the folder is none, whoever writes to it says so.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What is decided about the results in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decided {
    pub(crate) rules: Option<Rules>,
    pub(crate) marks: Marks,
    pub(crate) seen: Seen,
}

impl Decided {
    /// What lies in a folder of results, if there is one; the rules of `course`, where that is named, in place of those.
    pub(crate) fn read(folder: Option<&Path>, course: Option<&Path>) -> Result<Self> {
        let kept = folder.map(|folder| folder.join(RULES)).filter(|file| file.is_file());
        let file = course.map(Path::to_owned).or(kept);
        let rules = file.map(|file| Rules::read(&file, hidden::suites(0))).transpose()?;
        let Some(folder) = folder else { return Ok(Self { rules, ..Self::default() }) };
        Ok(Self { rules, marks: Marks::read(folder)?, seen: Seen::read(folder)? })
    }

    /// Notes of which hand-ins the marks in this folder are, before anything else is graded there. `told` is what is known of the
    /// grading that their authors saw.
    pub(crate) fn note(&mut self, folder: &Path, told: &Told) -> Result<()> {
        if self.seen.note(&self.marks, &told.sources) { self.seen.write(folder) } else { Ok(()) }
    }

    /// Whether anything is.
    pub(crate) fn is_anything(&self) -> bool {
        self.rules.is_some() || !self.marks.is_empty()
    }

    /// Marks hand-ins; returns what the teacher should look into.
    pub(crate) fn mark(&self, submissions: &mut [Submission], told: &Told) -> Vec<String> {
        let Self { rules, marks, seen } = self;
        let (rules, digests, people) = (rules.as_ref(), &told.sources, &told.people);
        marking::mark(submissions, &Given { rules, marks, seen, digests, people })
    }

    /// What an exercise of a hand-in comes to, as far as it can be told before the others are graded.
    pub(crate) fn marked(&self, hand_in: &HandIn, graded: &Graded, told: &Told) -> Graded {
        let (id, late, exercises) = (hand_in.id.clone(), hand_in.is_late, vec![graded.clone()]);
        let mut alone = [Submission { id, late, score: None, max_score: 0.0, exercises }];
        self.mark(&mut alone, told);
        let [Submission { exercises, .. }] = alone;
        exercises.into_iter().next().unwrap_or_else(|| graded.clone())
    }

    /// That runs are known, if rules are about them: without them the points would be others.
    pub(crate) fn ensure_runs(&self, has_runs: bool) -> Result<()> {
        ensure!(
            has_runs || !self.rules.as_ref().is_some_and(Rules::need_runs),
            "{} is not there, by which {RULES} tells what ran in parallel: grade again with --out, or give `[effort]` the bounds 100 and 0",
            evidence::FILE
        );
        Ok(())
    }
}
