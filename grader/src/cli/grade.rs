//! `grader grade`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::{Common, Format, width};
use crate::build::Prepared;
use crate::exit::Exit;
use crate::kit::Kit;
use crate::progress::Progress;
use crate::record::{Grading, SANDBOX, SCHEMA, Verdict};
use crate::{grade, intake, report};

#[derive(Args)]
pub(super) struct Grade {
    /// A hand-in, or a folder of hand-ins whose names are the students' ids
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the JSON document to DIR/grading.json
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// End with status 1 where a hand-in scores less than this share of the points
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
}

impl Grade {
    pub(super) fn run(self) -> Result<Exit> {
        let hand_ins = match intake::find(&self.paths) {
            Ok(hand_ins) => hand_ins,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let mut kit = Kit::find(self.common.kit.clone(), self.common.seed)?;
        if let Err(mistake) = kit.select(&self.common.exercises) {
            return Ok(usage(&mistake));
        }
        let prepared = Prepared::new(&kit)?;
        let progress = Progress::new(hand_ins.len() * kit.exercises.len());
        let submissions = grade::class(&kit, &prepared, &hand_ins, self.common.jobs(), &progress);
        drop(progress);
        let grading = Grading {
            schema: SCHEMA,
            grader: env!("CARGO_PKG_VERSION"),
            seed: self.common.seed,
            sandbox: SANDBOX,
            submissions,
        };
        let json = report::json(&grading)?;
        if let Some(folder) = &self.out {
            fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
            let file = folder.join("grading.json");
            fs::write(&file, &json).with_context(|| format!("{} can't be written", file.display()))?;
        }
        match self.format {
            Format::Human => print!("{}", report::human(&grading, width())),
            Format::Json => print!("{json}"),
        }
        Ok(self.exit(&grading))
    }

    fn exit(&self, grading: &Grading) -> Exit {
        let mut exercises = grading.submissions.iter().flat_map(|submission| &submission.exercises);
        if exercises.any(|graded| graded.verdict == Verdict::Error) {
            return Exit::Infrastructure;
        }
        let share = f64::from(self.fail_under.unwrap_or(0)) / 100.0;
        let under = grading
            .submissions
            .iter()
            .any(|submission| submission.score < Some(share * submission.max_score));
        if under { Exit::Under } else { Exit::Graded }
    }
}

/// Says what is wrong with the command line.
fn usage(mistake: &anyhow::Error) -> Exit {
    eprintln!("error: {mistake:#}");
    Exit::Usage
}
