//! `grader merge`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{Format, grade, width};
use crate::exit::Exit;
use crate::intake::{self, Told};
use crate::record::Reference;
use crate::store::{Results, United};
use crate::{document, evidence, report};

#[derive(Args)]
pub(super) struct Merge {
    /// The folders that `grade --out` made of the parts
    #[arg(required = true)]
    parts: Vec<PathBuf>,
    /// Where the whole is kept: DIR/results.sqlite and DIR/grading.json
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// End with status 1 where a hand-in scores less than this share of the points
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
}

impl Merge {
    pub(super) fn run(self) -> Result<Exit> {
        let united = match United::new(&self.parts) {
            Ok(united) => united,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        let mut store = Results::open(&self.out)?;
        let number = store.add(&united)?;
        let past = store.grading(Some(number))?;
        let grading = store.document(&past)?;
        let json = report::json(&grading)?;
        document::write(&self.out, "grading.json", &json)?;
        let evidence = evidence::of(&grading, self.reference()?);
        document::write(&self.out, evidence::FILE, &report::json(&evidence)?)?;
        let mut told = Vec::new();
        for part in &self.parts {
            told.extend(super::export::told(part)?);
        }
        let told = Told::united(told);
        if !told.is_empty() {
            document::write(&self.out, intake::FILE, &report::json(&told)?)?;
        }
        match self.format {
            Format::Human => grade::tell(&report::human(&grading, width()))?,
            Format::Json => grade::out(json)?,
            Format::Jsonl => {}
        }
        eprintln!("{}", grade::summary(&store.progress(number)?, &past));
        Ok(grade::exit(&grading, self.fail_under))
    }

    /// The reference's runs that the parts have, which were graded alike.
    fn reference(&self) -> Result<Reference> {
        let mut united = Reference::default();
        for part in &self.parts {
            let Some(evidence) = evidence::read(part)? else { continue };
            united.made_for = evidence.reference.made_for;
            for (exercise, runs) in evidence.reference.exercises {
                united.exercises.entry(exercise).or_default().extend(runs);
            }
        }
        Ok(united)
    }
}
