//! `grader grade`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::export::View;
use super::{Common, Format, width};
use crate::build::Prepared;
use crate::exit::Exit;
use crate::export::{self, Destination, Live, Target};
use crate::grade::Observer;
use crate::kit::Kit;
use crate::progress::Progress;
use crate::record::{Grading, Reference, SCHEMA, Verdict};
use crate::{evidence, grade, intake, measure, report};

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
    /// Refuse to grade where hand-ins would not be sandboxed
    #[arg(long)]
    require_sandbox: bool,
    /// Then measure what passed with real work on this machine's cores, where the exercise is one for threads (01 to 03): about
    /// two seconds for each answer. It decides nothing: a table follows the report (on standard error with --format json),
    /// and --out also writes DIR/measured.json
    #[arg(long)]
    measure: bool,
    /// Also write a format of `grader export` to a file (or folder, see there); may be given several times. Gradescope's is
    /// written anew after each exercise, so that a time limit does not lose what was graded
    #[arg(long, value_name = "FORMAT=PATH", value_parser = export_to)]
    export: Vec<(Target, PathBuf)>,
    #[command(flatten)]
    view: View,
}

/// `gradescope=results.json`.
fn export_to(text: &str) -> Result<(Target, PathBuf), String> {
    let (format, path) =
        text.split_once('=').ok_or("write FORMAT=PATH, for example gradescope=results.json")?;
    Ok((Target::from_str(format, true)?, path.into()))
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
        let beside = match self.view.beside() {
            Ok(beside) => beside,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let jail = self.common.jail(self.require_sandbox)?;
        let prepared = Prepared::new(&kit)?;
        let progress = Progress::new(hand_ins.len() * kit.exercises.len());
        let live = match &hand_ins[..] {
            [hand_in] => {
                let files = self.export.iter();
                let files = files.map(|(format, path)| (*format, path.clone(), self.view.audience(*format)));
                Some(Live::new(&progress, files, &kit, hand_in))
            }
            _ => None,
        };
        let observer: &dyn Observer = live.as_ref().map_or(&progress, |live| live);
        let submissions = grade::class(&kit, &prepared, jail, &hand_ins, self.common.jobs(), observer);
        drop(progress);
        let grading = Grading {
            schema: SCHEMA.to_owned(),
            grader: env!("CARGO_PKG_VERSION").to_owned(),
            seed: self.common.seed,
            sandbox: jail.tier().as_str().to_owned(),
            submissions,
        };
        let json = report::json(&grading)?;
        self.write("grading.json", &json)?;
        if self.out.is_some() {
            let reference = grade::reference::of(&kit, &prepared, jail, &grading.submissions);
            // Pictures are no reason to fail a grading.
            let reference = reference.unwrap_or_else(|trouble| {
                eprintln!("warning: reports will lack the reference's runs: {trouble:#}");
                Reference::default()
            });
            self.write("evidence.json", &report::json(&evidence::of(&grading, reference))?)?;
        }
        for (format, path) in &self.export {
            let sheets = self.view.sheets(*format, &grading);
            export::write(format.exporter(), &sheets, &beside, &Destination::Path(path))?;
        }
        match self.format {
            Format::Human => print!("{}", report::human(&grading, width())),
            Format::Json => print!("{json}"),
        }
        if self.measure {
            let measured = measure::class(&kit, &prepared, jail, &hand_ins, &grading.submissions);
            self.write("measured.json", &report::json(&measured)?)?;
            let table = report::measured(&measured, width());
            match self.format {
                Format::Human => print!("{table}"),
                // Standard output is the one document, and that holds no time.
                Format::Json => eprint!("{table}"),
            }
        }
        Ok(self.exit(&grading))
    }

    /// Writes a document to the folder of `--out`, if there is one.
    fn write(&self, name: &str, document: &str) -> Result<()> {
        let Some(folder) = &self.out else { return Ok(()) };
        fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let file = folder.join(name);
        fs::write(&file, document).with_context(|| format!("{} can't be written", file.display()))
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
pub(super) fn usage(mistake: &anyhow::Error) -> Exit {
    eprintln!("error: {mistake:#}");
    Exit::Usage
}
