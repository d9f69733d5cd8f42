//! `grader bundle`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::grade::usage;
use crate::course::Rules;
use crate::exit::Exit;
use crate::kit::Kit;
use crate::record::{points, sum};
use crate::{bundle, document};

#[derive(Args)]
pub(super) struct Bundle {
    /// For which site
    #[arg(value_enum)]
    site: Site,
    /// Only this exercise (03, 3 or ordered-map); may be given several times. With a single one students may hand in its source
    /// file alone
    #[arg(long = "exercise", value_name = "EXERCISE")]
    exercises: Vec<String>,
    /// The course's rules: the exercises that count by them, their points, and who sees which check. Lateness is for Gradescope to
    /// count, which knows when a student submits
    #[arg(long, value_name = "FILE.toml", conflicts_with = "exercises")]
    course: Option<PathBuf>,
    /// The archive to write
    #[arg(long, value_name = "FILE", default_value = "autograder.zip")]
    out: PathBuf,
    /// The checkout of the kit to bundle [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Site {
    /// The zip to upload under "Configure Autograder"
    Gradescope,
}

impl Bundle {
    pub(super) fn run(self) -> Result<Exit> {
        let mut kit = Kit::find(self.kit, 0)?;
        let rules = self.course.as_deref().map(|file| Rules::read(file, hidden::suites(0))).transpose();
        let selected = rules.and_then(|rules| {
            kit.select(&rules.as_ref().map_or(self.exercises, Rules::exercises))?;
            Ok(rules)
        });
        let rules = match selected {
            Ok(rules) => rules,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let course = self
            .course
            .map(|file| fs::read(&file).with_context(|| format!("{} can't be read", file.display())));
        let bytes = match self.site {
            Site::Gradescope => bundle::gradescope(&kit, course.transpose()?.as_deref())?,
        };
        document::write_file(&self.out, &bytes)?;
        let of_exercise = kit.exercises.iter().map(|exercise| {
            let counts = rules.as_ref().and_then(|rules| rules.points(exercise.suite.id));
            counts.unwrap_or_else(|| points(exercise.suite.tenths()))
        });
        println!(
            "{}: {} KiB; upload it under \"Configure Autograder\" of an assignment worth {} points",
            self.out.display(),
            bytes.len() / 1024,
            sum(of_exercise)
        );
        Ok(Exit::Graded)
    }
}
