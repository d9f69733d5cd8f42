//! `grader results`: what the folder of `grade --out` holds.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};

use super::export::View;
use super::{Common, Format, Sandbox, grade, marked, width};
use crate::course::Decided;
use crate::exit::Exit;
use crate::grade::Choice;
use crate::progress::Telling;
use crate::report;
use crate::store::{Comparison, Number, Past, Results as Store};

#[derive(Args)]
pub(super) struct Results {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the gradings, oldest first
    List(List),
    /// Show a grading, or hand-ins of it with their history
    Show(Show),
    /// Compare two gradings: which results changed, and why
    Compare(Compare),
    /// Grade again what was graded last, from the same paths and with the same options
    Regrade(Regrade),
    /// Remove old gradings, and the judgements that no grading shows any more
    Prune(Prune),
}

#[derive(Args)]
struct List {
    /// The folder of `grade --out`
    dir: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Args)]
struct Show {
    /// The folder of `grade --out`
    dir: PathBuf,
    /// Only these hand-ins, with their history
    ids: Vec<String>,
    /// Which grading [default: the newest complete one]
    #[arg(long, value_name = "N")]
    grading: Option<Number>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Args)]
struct Compare {
    /// The folder of `grade --out`
    dir: PathBuf,
    /// The earlier grading [default: the newest complete one but one]
    from: Option<Number>,
    /// The later grading [default: the newest complete one]
    to: Option<Number>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Args)]
struct Regrade {
    /// The folder of `grade --out`
    dir: PathBuf,
    /// Only this hand-in (ID) or exercise of it (ID/EXERCISE); all others keep what they have. May be given several times
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Only what could not be graded the last time; all others keep what they have
    #[arg(long)]
    failed: bool,
    /// Judge again what has not changed, too
    #[arg(long)]
    force: bool,
    /// How many hand-ins are graded side by side [default: 4 for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// End with status 1 where a hand-in scores less than this share of the points
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// How progress is told, on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Telling::Auto)]
    progress: Telling,
}

#[derive(Args)]
struct Prune {
    /// The folder of `grade --out`
    dir: PathBuf,
    /// How many complete gradings stay: the newest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
}

impl Results {
    pub(super) fn run(self) -> Result<Exit> {
        match self.command {
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Compare(command) => command.run(),
            Command::Regrade(command) => command.run(),
            Command::Prune(command) => command.run(),
        }
    }
}

impl List {
    fn run(self) -> Result<Exit> {
        let listed = Store::read(&self.dir)?.list()?;
        match self.format {
            Format::Human => grade::tell(&report::gradings(&listed, width()))?,
            Format::Json | Format::Jsonl => grade::out(report::json(&listed)?)?,
        }
        Ok(Exit::Graded)
    }
}

impl Show {
    fn run(self) -> Result<Exit> {
        let store = Store::read(&self.dir)?;
        let past = match store.grading(self.grading) {
            Ok(past) => past,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        let mut grading = store.document(&past)?;
        let decided = match Decided::read(Some(&self.dir), None) {
            Ok(decided) => decided,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        // Rules and marks are of what was graded last.
        let is_newest = store.grading(None).is_ok_and(|newest| newest.number == past.number);
        if is_newest {
            let told = marked::told(&self.dir)?.unwrap_or_default();
            marked::tell_of(&decided.mark(&mut grading.submissions, &told));
        } else if decided.is_anything() {
            eprintln!("an earlier grading, as it was judged: without the course's rules and marks by hand");
        }
        if let Some(unknown) = self.ids.iter().find(|id| !past.hand_ins().any(|known| known == *id)) {
            let mistake = anyhow::anyhow!("there is no hand-in `{unknown}` in grading {}", past.number);
            return Ok(grade::usage(&mistake));
        }
        if !self.ids.is_empty() {
            grading.submissions.retain(|submission| self.ids.contains(&submission.id));
        }
        if self.format != Format::Human {
            grade::out(report::json(&grading)?)?;
            return Ok(Exit::Graded);
        }
        grade::tell(&report::human(&grading, width()))?;
        for id in &self.ids {
            grade::tell(&format!("\n{}", report::history(id, &store.history(id)?, width())))?;
        }
        Ok(Exit::Graded)
    }
}

impl Compare {
    fn run(self) -> Result<Exit> {
        let store = Store::read(&self.dir)?;
        let (from, to) = match self.chosen(&store) {
            Ok(chosen) => chosen,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        let comparison = Comparison::new((&store, &from), (&store, &to))?;
        match self.format {
            Format::Human => grade::tell(&report::comparison(&comparison, width()))?,
            Format::Json | Format::Jsonl => grade::out(report::json(&comparison)?)?,
        }
        Ok(Exit::Graded)
    }

    fn chosen(&self, store: &Store) -> Result<(Past, Past)> {
        let to = store.grading(self.to)?;
        let from = if let Some(from) = self.from {
            store.grading(Some(from))?
        } else {
            let mut earlier = store.gradings()?.into_iter();
            let earlier = earlier.rfind(|past| past.ended.is_some() && past.number < to.number);
            earlier.with_context(|| format!("there is no complete grading before {}", to.number))?
        };
        Ok((from, to))
    }
}

impl Regrade {
    fn run(self) -> Result<Exit> {
        let past = match last(&self.dir) {
            Ok(past) => past,
            Err(mistake) => return Ok(grade::usage(&mistake)),
        };
        let again = grade::Grade {
            paths: past.request.paths,
            manifest: past.request.manifest,
            one: past.request.is_one,
            // As it lies there.
            course: None,
            common: Common {
                exercises: past.setup.exercises.iter().map(|exercise| exercise.id.clone()).collect(),
                jobs: self.jobs,
                seed: past.setup.seed,
                kit: past.request.kit,
                sandbox: Sandbox::named(&past.setup.sandbox),
            },
            format: self.format,
            out: Some(self.dir),
            force: self.force,
            partition: past.request.partition,
            fail_under: self.fail_under,
            require: grade::Require::default(),
            progress: self.progress,
            measure: false,
            export: Vec::new(),
            view: View::default(),
        };
        again.run_chosen(&Choice { force: self.force, only: self.only, failed: self.failed })
    }
}

/// The newest grading, which says what is to be graded again.
pub(super) fn last(dir: &std::path::Path) -> Result<Past> {
    let past = Store::read(dir)?.gradings()?.pop();
    let past = past.with_context(|| format!("{} holds no grading", dir.display()))?;
    ensure!(
        !past.request.paths.is_empty(),
        "the newest grading was united from parts: grade the parts again, and `grader merge` them"
    );
    Ok(past)
}

impl Prune {
    fn run(self) -> Result<Exit> {
        // To see that there is one.
        drop(Store::read(&self.dir)?);
        let removed = Store::open(&self.dir)?.prune(self.keep)?;
        grade::out(format!("{removed} gradings removed\n"))?;
        Ok(Exit::Graded)
    }
}
