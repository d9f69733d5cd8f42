//! `grader export`.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use judge::words::printable;

use super::grade::usage;
use super::marked;
use crate::exit::Exit;
use crate::export::{self, Beside, Destination, Holds, Roster, Sheet, Target};
use crate::intake::Roster as People;
use crate::record::Grading;
use crate::report::audience::Audience;

#[derive(Args)]
pub(super) struct Export {
    /// What to write
    #[arg(value_enum)]
    format: Target,
    /// The folder of `grade --out`, or the JSON document itself
    results: PathBuf,
    /// Only this student; may be given several times
    #[arg(long = "student", value_name = "ID")]
    students: Vec<String>,
    /// Where to write; a folder, where the format has a file for each hand-in [default: standard output]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    #[command(flatten)]
    view: View,
}

/// Who reads it, and what is known beside the grading.
#[derive(Args, Default)]
pub(super) struct View {
    /// Who will read it: decides which checks are shown. (Gradescope gets all, each with its visibility)
    #[arg(long, value_enum, value_name = "WHO", default_value_t = Audience::Student)]
    pub(super) audience: Audience,
    /// A CSV with columns id, name, email, or a platform's list or gradebook. What `grade` learnt of people is known without it
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
}

impl View {
    /// What is known beside the grading of hand-ins with these ids: what the intake has learnt, and above it the list of `--roster`.
    pub(super) fn beside(&self, learnt: &People, ids: &[String]) -> Result<Beside> {
        let roster = match &self.roster {
            None => Roster::new(learnt.clone()),
            Some(file) => Roster::read(file, learnt, ids)?,
        };
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Beside { roster, variables: variables.collect() })
    }

    /// Whose eyes a file of this format is made for.
    pub(super) fn audience(&self, format: Target) -> Audience {
        if format.exporter().marks_visibility() { Audience::Instructor } else { self.audience }
    }

    /// The hand-ins as a format is to show them.
    pub(super) fn sheets(&self, format: Target, grading: &Grading) -> Vec<Sheet> {
        let audience = self.audience(format);
        grading.submissions.iter().map(|submission| Sheet::new(submission, audience)).collect()
    }
}

impl Export {
    pub(super) fn run(self) -> Result<Exit> {
        let given = marked::read(&self.results).and_then(|whole| {
            let beside = self.view.beside(&whole.told.people, &ids(&whole.grading))?;
            Ok((beside, self.chosen(whole.grading)?))
        });
        let (beside, grading) = match given {
            Ok(given) => given,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let exporter = self.format.exporter();
        let mut sheets = self.view.sheets(self.format, &grading);
        let mut exit = Exit::Graded;
        for sheet in sheets.iter().filter(|sheet| sheet.score.is_none()) {
            exit = Exit::Infrastructure;
            let then = if exporter.holds() == Holds::Scored { "; it is left out" } else { "" };
            eprintln!("warning: `{}` has no score: the grader failed; grade it again{then}", sheet.id);
        }
        if exporter.holds() == Holds::Scored {
            sheets.retain(|sheet| sheet.score.is_some());
            let ids = ids(&grading);
            if self.students.is_empty() {
                for id in beside.roster.others(&ids) {
                    eprintln!(
                        "warning: `{}` of the roster has no hand-in; there is no row for it",
                        printable(id)
                    );
                }
            }
            for id in ids.iter().filter(|id| self.view.roster.is_some() && !beside.roster.lists(id)) {
                eprintln!("warning: `{}` is not in the roster", printable(id));
            }
            let unknown = sheets.iter().filter(|sheet| !exporter.is_known(sheet, &beside));
            let unknown: Vec<&str> = unknown.map(|sheet| sheet.id.as_str()).collect();
            if let [first, ..] = unknown[..] {
                eprintln!(
                    "warning: of {} students, `{}` among them, nothing is known by which the gradebook could tell whose row it \
                     is; name the platform's own list of them by --roster",
                    unknown.len(),
                    printable(first)
                );
            }
        }
        let to = self.out.as_deref().map_or(Destination::Returned, Destination::Path);
        let bytes = export::write(exporter, &sheets, &beside, &to)?;
        super::grade::out(bytes)?;
        Ok(exit)
    }

    /// What is asked for of a grading.
    fn chosen(&self, mut grading: Grading) -> Result<Grading> {
        for id in &self.students {
            let is_there = grading.submissions.iter().any(|submission| submission.id == *id);
            ensure!(is_there, "{} has no hand-in `{id}`", self.results.display());
        }
        grading
            .submissions
            .retain(|submission| self.students.is_empty() || self.students.contains(&submission.id));
        Ok(grading)
    }
}

/// The ids of the hand-ins of a grading.
pub(super) fn ids(grading: &Grading) -> Vec<String> {
    grading.submissions.iter().map(|submission| submission.id.clone()).collect()
}
