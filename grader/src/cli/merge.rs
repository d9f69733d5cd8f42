//! `grader merge`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{Format, grade, marked, width};
use crate::course::{self, Decided};
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
        let united = United::new(&self.parts).and_then(|united| Ok((united, self.decided()?)));
        let (united, decided) = match united {
            Ok(united) => united,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        let mut store = Results::open(&self.out)?;
        decided.write(&self.out)?;
        let number = store.add(&united)?;
        let past = store.grading(Some(number))?;
        let mut grading = store.document(&past)?;
        let parts = self.parts.iter().filter_map(|part| marked::told(part).transpose());
        let told = Told::united(parts.collect::<Result<Vec<_>>>()?);
        document::write(&self.out, intake::FILE, &report::json(&told)?)?;
        document::write(&self.out, "grading.json", &report::json(&grading)?)?;
        let evidence = evidence::of(&grading, self.reference()?);
        document::write(&self.out, evidence::FILE, &report::json(&evidence)?)?;
        marked::tell_of(&decided.decided.mark(&mut grading.submissions, &told));
        match self.format {
            Format::Human => grade::tell(&report::human(&grading, width()))?,
            Format::Json => grade::out(report::json(&grading)?)?,
            Format::Jsonl => {}
        }
        eprintln!("{}", grade::summary(&store.progress(number)?, &past));
        Ok(grade::exit(&grading, self.fail_under))
    }

    /// The rules, which all parts that have any have alike, and the marks of all, those of the whole first. Nothing is written yet.
    fn decided(&self) -> Result<OfParts> {
        let mut all = OfParts { rules: rules(&self.out)?, ..OfParts::default() };
        all.decided = Decided::read(Some(&self.out), None)?;
        // What was merged before: whoever gave a mark then saw that.
        let before = marked::told(&self.out)?.unwrap_or_default();
        all.decided.seen.note(&all.decided.marks, &before.sources);
        let mut whose: Option<(&PathBuf, Vec<u8>)> = None;
        for part in &self.parts {
            let mut decided = Decided::read(Some(part), None)?;
            let told = marked::told(part)?.unwrap_or_default();
            decided.seen.note(&decided.marks, &told.sources);
            all.decided.seen.add(decided.seen);
            all.has_more |= all.decided.marks.add(&decided.marks)?;
            let Some(own) = rules(part)? else { continue };
            if let Some((other, _)) = whose.as_ref().filter(|(_, rules)| *rules != own) {
                bail!(
                    "{} and {} have different {}: copy one over the other",
                    other.display(),
                    part.display(),
                    course::RULES
                );
            }
            (all.decided.rules, all.rules) = (decided.rules, Some(own.clone()));
            whose = Some((part, own));
        }
        Ok(all)
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

/// The rules in a folder, as they are written.
fn rules(folder: &Path) -> Result<Option<Vec<u8>>> {
    let file = folder.join(course::RULES);
    let text = file.is_file().then(|| fs::read(&file));
    text.transpose().with_context(|| format!("{} can't be read", file.display()))
}

/// What is decided in all parts.
#[derive(Default)]
struct OfParts {
    decided: Decided,
    rules: Option<Vec<u8>>,
    /// Marks that the whole did not have.
    has_more: bool,
}

impl OfParts {
    fn write(&self, folder: &Path) -> Result<()> {
        if let Some(rules) = &self.rules {
            document::write_file(&folder.join(course::RULES), rules)?;
        }
        if self.has_more {
            document::write_file(&folder.join(course::MARKS), &self.decided.marks.text()?)?;
        }
        if !self.decided.marks.is_empty() {
            self.decided.seen.write(folder)?;
        }
        Ok(())
    }
}
