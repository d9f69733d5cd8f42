//! `grader grade`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use judge::words::printable;

use super::export::View;
use super::{Common, Format, marked, tell_of_fewer, width};
use crate::build::Prepared;
use crate::course::{self, Decided, Rules};
use crate::exit::Exit;
use crate::export::{self, Beside, Destination, Live, Target};
use crate::grade::{Bench, Choice, Class, Outcome};
use crate::intake::{self, Asked, Course, HandIn, Intake, Told};
use crate::jail::Required;
use crate::kit::Kit;
use crate::progress::{All, JsonLines, Telling, reporter};
use crate::record::{Graded, Grading, Reference, Verdict, points};
use crate::store::{Partition, Past, Request, Results, Setup};
use crate::{document, evidence, grade, measure, report};

#[derive(Args)]
pub(super) struct Grade {
    /// A hand-in; a folder or archive of hand-ins whose names are the students' ids; or what Canvas, Moodle or Gradescope export
    #[arg(required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// Who should have handed in: a CSV file with the columns id, name and email, or a platform's list or gradebook. Who did not
    /// is listed as missing
    #[arg(long, value_name = "FILE.csv")]
    pub(super) manifest: Option<PathBuf>,
    /// Each PATH is one hand-in, whatever else lies in it: no folder of hand-ins, and no export
    #[arg(long)]
    pub(super) one: bool,
    /// The course's rules, a TOML file: which exercises count, their points, deadlines and what lateness costs. --out keeps a copy as
    /// DIR/course.toml, by which everything there is marked from then on
    #[arg(long, value_name = "FILE.toml")]
    pub(super) course: Option<PathBuf>,
    #[command(flatten)]
    pub(super) common: Common,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
    /// Keep the results in DIR/results.sqlite, judge nothing again that has not changed, and write the JSON document to
    /// DIR/grading.json (names and remarks, where there are any, to DIR/intake.json). Interrupted, the same command goes on
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Judge again what has not changed, too
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    /// Grade part I of N alone, by a hash of the hand-ins' ids: `grader merge` unites the parts
    #[arg(long, value_name = "I/N")]
    pub(super) partition: Option<Partition>,
    /// End with status 1 where a hand-in scores less than this share of the points
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(super) fail_under: Option<u8>,
    #[command(flatten)]
    pub(super) require: Require,
    /// How progress is told, on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Telling::Auto)]
    pub(super) progress: Telling,
    /// Then measure what passed with real work on this machine's cores, where the exercise is one for threads (01 to 03): about
    /// two seconds for each answer. It decides nothing: a table follows the report (on standard error with --format json),
    /// and --out also writes DIR/measured.json
    #[arg(long)]
    pub(super) measure: bool,
    /// Also write a format of `grader export` to a file (or folder, see there); may be given several times. Gradescope's is
    /// written anew after each exercise, so that a time limit does not lose what was graded
    #[arg(long, value_name = "FORMAT=PATH", value_parser = export_to)]
    pub(super) export: Vec<(Target, PathBuf)>,
    #[command(flatten)]
    pub(super) view: View,
}

/// What grading is refused without.
#[derive(Args, Default)]
pub(super) struct Require {
    /// Refuse to grade where hand-ins would not be sandboxed
    #[arg(long)]
    require_sandbox: bool,
    /// Refuse to grade where the threads of programs can't be seen, only their CPU time
    #[arg(long)]
    require_sight: bool,
}

/// `gradescope=results.json`.
fn export_to(text: &str) -> Result<(Target, PathBuf), String> {
    let (format, path) =
        text.split_once('=').ok_or("write FORMAT=PATH, for example gradescope=results.json")?;
    Ok((Target::from_str(format, true)?, path.into()))
}

impl Grade {
    pub(super) fn run(self) -> Result<Exit> {
        let choice = Choice { force: self.force, ..Choice::default() };
        self.run_chosen(&choice)
    }

    /// Grades what was chosen, and keeps what else an earlier grading has.
    pub(super) fn run_chosen(self, choice: &Choice) -> Result<Exit> {
        let mut kit = Kit::find(self.common.kit.clone(), self.common.seed)?;
        let known = kit.slugs();
        let decided = Decided::read(self.out.as_deref(), self.course.as_deref());
        let mut decided = match decided.and_then(|decided| self.select(&mut kit, &decided).map(|()| decided))
        {
            Ok(decided) => decided,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let course = Course { known, graded: kit.slugs() };
        let own = self.out.iter().chain(self.export.iter().map(|(_, path)| path)).cloned().collect();
        let asked = Asked { paths: &self.paths, manifest: self.manifest.as_deref(), is_one: self.one, own };
        let given = intake::find(&asked, &course).and_then(|intake| {
            let ids: Vec<String> = intake.hand_ins.iter().map(|hand_in| hand_in.id.clone()).collect();
            let beside = self.view.beside(&intake.roster, &ids)?;
            Ok((intake, beside))
        });
        let (mut intake, beside) = match given {
            Ok(given) => given,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        for warning in &intake.warnings {
            eprintln!("warning: {}", printable(warning));
        }
        let mut hand_ins = std::mem::take(&mut intake.hand_ins);
        let mut store = self.out.as_deref().map_or_else(Results::in_memory, Results::open)?;
        let before = self.keep(&mut decided)?;
        let required = Required { sandbox: self.require.require_sandbox, sight: self.require.require_sight };
        let jail = self.common.jail(required)?;
        let prepared = Prepared::new(&kit)?;
        let late =
            hand_ins.iter().filter(|hand_in| hand_in.is_late).map(|hand_in| hand_in.id.clone()).collect();
        let roster: Vec<String> = hand_ins.iter().map(|hand_in| hand_in.id.clone()).collect();
        if let Some(partition) = self.partition {
            hand_ins.retain(|hand_in| partition.has(&hand_in.id));
        }
        let setup = Setup::new(&kit, &prepared, jail, self.common.seed)?;
        let pictures = self.out.is_some();
        let bench = Arc::new(Bench { kit, prepared, jail, promise: OnceLock::new(), pictures });
        let class = Arc::new(Class { bench, setup, hand_ins });

        let base = store.gradings()?.into_iter().rfind(|past| past.ended.is_some());
        let plan = match class.plan(&store, choice, base.as_ref()) {
            Ok(plan) => plan,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        let mut jobs = self.common.jobs().min(plan.to_judge());
        if jobs > 0 {
            let (fit, why) = class.bench.try_out(jobs)?;
            tell_of_fewer(fit, jobs, why.as_deref());
            jobs = fit;
        }
        let mut told = intake.told();
        told.know(&before.sources);
        told.know(&plan.sources);
        let number = store.begin(&class.setup, &Request { late, ..self.request()? }, &roster)?;
        let outcome = {
            let mut observers = All(vec![reporter(self.progress)]);
            if self.format == Format::Jsonl {
                observers.0.push(Box::new(JsonLines));
            }
            if let [hand_in] = &class.hand_ins[..] {
                observers.0.push(Box::new(self.live(&class.bench.kit, hand_in, &decided, &told)));
            }
            Arc::clone(&class).grade(plan, jobs, &mut store, number, &mut observers)?
        };
        let past = store.grading(Some(number))?;
        match outcome {
            Outcome::Done => {
                let done =
                    Done { class: &class, intake: &intake, told: &told, decided: &decided, beside: &beside };
                self.report(&choice.only, &done, &store, &past)
            }
            Outcome::Stopped { left } => {
                class.bench.prepared.clear();
                eprintln!("{}", self.stopped(past.size() - left, past.size()));
                Ok(Exit::Stopped)
            }
        }
    }

    /// Keeps those exercises of the kit that are asked for, or else those that count.
    fn select(&self, kit: &mut Kit, decided: &Decided) -> Result<()> {
        let counting = decided.rules.as_ref().map(Rules::exercises);
        if self.common.exercises.is_empty() {
            return kit.select(&counting.unwrap_or_default());
        }
        kit.select(&self.common.exercises)?;
        let Some(counting) = counting else { return Ok(()) };
        let mut ids = kit.exercises.iter().map(|exercise| exercise.suite.id);
        let Some(id) = ids.find(|id| !counting.iter().any(|one| one == id)) else { return Ok(()) };
        ensure!(
            self.course.is_none(),
            "exercise {id} does not count by {}: give it a table `[exercises.{id}]` there",
            course::RULES
        );
        // As when it was graded before: that the rules have changed is no reason not to look at it again.
        eprintln!(
            "warning: exercise {id} does not count by {}: it is graded, and nothing shows it",
            course::RULES
        );
        Ok(())
    }

    /// Keeps the rules, and notes of what the marks are that were there before. Returns what was known then.
    fn keep(&self, decided: &mut Decided) -> Result<Told> {
        let Some(folder) = &self.out else { return Ok(Told::default()) };
        if let Some(file) = &self.course {
            let text = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
            document::write_file(&folder.join(course::RULES), &text)?;
        }
        let before = marked::told(folder)?.unwrap_or_default();
        decided.note(folder, &before)?;
        Ok(before)
    }

    /// What of `--export` is written as results come.
    fn live(&self, kit: &Kit, hand_in: &HandIn, decided: &Decided, told: &Told) -> Live {
        let files = self.export.iter();
        let files = files.map(|(format, path)| (*format, path.clone(), self.view.audience(*format)));
        let exercises = kit.exercises.iter().map(|exercise| {
            let suite = &exercise.suite;
            let counts = decided.rules.as_ref().and_then(|rules| rules.points(suite.id));
            (suite.id, suite.name, counts.unwrap_or_else(|| points(suite.tenths())))
        });
        let (decided, told, of) = (decided.clone(), told.clone(), hand_in.clone());
        let marked = move |graded: &Graded| decided.marked(&of, graded, &told);
        Live::new(files, exercises, hand_in, Box::new(marked))
    }

    /// What is asked for, to be asked for again from any folder.
    fn request(&self) -> Result<Request> {
        let absolute = |path: &PathBuf| {
            std::path::absolute(path).with_context(|| format!("{} has no absolute path", path.display()))
        };
        Ok(Request {
            paths: self.paths.iter().map(absolute).collect::<Result<_>>()?,
            manifest: self.manifest.as_ref().map(absolute).transpose()?,
            kit: self.common.kit.as_ref().map(absolute).transpose()?,
            partition: self.partition,
            is_one: self.one,
            ..Request::default()
        })
    }

    fn stopped(&self, done: usize, total: usize) -> String {
        match &self.out {
            Some(folder) => format!(
                "stopped: {done} of {total} are graded, and kept in {}; the same command goes on from there",
                folder.display()
            ),
            None => {
                format!("stopped: {done} of {total} were graded, and are lost; --out DIR would keep them")
            }
        }
    }

    /// Prints and writes what the grading says; of the hand-ins that were asked for alone, as `ID` or `ID/EXERCISE`, where any were.
    fn report(&self, asked: &[String], done: &Done<'_>, store: &Results, past: &Past) -> Result<Exit> {
        let Done { class, intake, told, decided, beside } = done;
        let judged = store.document(past)?;
        // First what was handed in: a mark must never be taken for one of what comes after it.
        self.write(intake::FILE, &report::json(told)?)?;
        self.write("grading.json", &report::json(&judged)?)?;
        if let Some(folder) = &self.out {
            self.write(
                evidence::FILE,
                &report::json(&evidence::of(&judged, reference(class, &judged, folder)))?,
            )?;
        }
        let mut grading = judged;
        marked::tell_of(&decided.mark(&mut grading.submissions, told));
        for (format, path) in &self.export {
            let sheets = self.view.sheets(*format, &grading);
            export::write(format.exporter(), &sheets, beside, &Destination::Path(path))?;
        }
        match self.format {
            Format::Human => {
                let of_asked = |id: &str| asked.is_empty() || asked.iter().any(|only| is_of(only, id));
                let mut shown = grading.clone();
                shown.submissions.retain(|submission| of_asked(&submission.id));
                let notes = intake.notes.iter().filter(|(id, _)| of_asked(id)).cloned();
                tell(&report::human(&shown, width()))?;
                tell(&report::notes(&notes.collect::<Vec<_>>(), width()))?;
                let mut alike = store.alike(past.number)?;
                alike.retain(|(_, ids)| ids.iter().any(|id| of_asked(id)));
                tell(&report::alike(&alike, width()))?;
            }
            Format::Json => {
                out(report::json(&grading)?)?;
                eprint!("{}", report::notes(&intake.notes, width()));
            }
            Format::Jsonl => {}
        }
        if self.out.is_some() {
            eprintln!("{}", summary(&store.progress(past.number)?, past));
        }
        if self.measure {
            let bench = &class.bench;
            let measured = measure::class(
                &bench.kit,
                &bench.prepared,
                bench.jail,
                &class.hand_ins,
                &grading.submissions,
            );
            self.write("measured.json", &report::json(&measured)?)?;
            let table = report::measured(&measured, width());
            match self.format {
                Format::Human => tell(&table)?,
                // Standard output is for documents, and they hold no time.
                Format::Json | Format::Jsonl => eprint!("{table}"),
            }
        }
        Ok(exit(&grading, self.fail_under))
    }

    /// Writes a document to the folder of `--out`, if there is one.
    fn write(&self, name: &str, text: &str) -> Result<()> {
        self.out.as_deref().map_or(Ok(()), |folder| document::write(folder, name, text))
    }
}

/// What a grading came to, and what is known beside it.
struct Done<'a> {
    class: &'a Class,
    intake: &'a Intake,
    told: &'a Told,
    decided: &'a Decided,
    beside: &'a Beside,
}

/// The reference's runs that reports show beside the hand-ins'. Pictures are no reason to fail a grading.
fn reference(class: &Class, grading: &Grading, folder: &Path) -> Reference {
    // Whatever else lies there is written anew.
    let kept = evidence::read(folder).ok().flatten().map(|known| known.reference).unwrap_or_default();
    let runs = grade::reference::of(&class.bench, &class.setup, &grading.submissions, kept);
    runs.unwrap_or_else(|trouble| {
        eprintln!("warning: reports will lack the reference's runs: {trouble:#}");
        Reference::default()
    })
}

/// `grading 4, 60 in all: 2 judged, 58 unchanged`.
pub(super) fn summary(counts: &std::collections::HashMap<&'static str, u32>, past: &Past) -> String {
    let count = |kind: &str| counts.get(kind).copied().unwrap_or_default();
    let parts = [
        (count("judged") + count("shared"), "judged"),
        (count("unchanged"), "unchanged"),
        (count("kept"), "left as they were"),
        (count("failed"), "could not be graded (the next grading tries again)"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, words)| format!("{count} {words}")).collect();
    let parts = if parts.is_empty() { "nothing to grade".to_owned() } else { parts.join(", ") };
    format!("grading {}, {} in all: {parts}", past.number, past.size())
}

/// Whether `ID` or `ID/EXERCISE` names something of this hand-in.
fn is_of(named: &str, id: &str) -> bool {
    named.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// How a grading ends the command.
pub(super) fn exit(grading: &Grading, fail_under: Option<u8>) -> Exit {
    let mut exercises = grading.submissions.iter().flat_map(|submission| &submission.exercises);
    if exercises.any(|graded| graded.verdict == Verdict::Error) {
        return Exit::Infrastructure;
    }
    let share = f64::from(fail_under.unwrap_or(0)) / 100.0;
    let under =
        grading.submissions.iter().any(|submission| submission.score < Some(share * submission.max_score));
    if under { Exit::Under } else { Exit::Graded }
}

/// To standard output. That nobody reads it any more is no failure of the grading.
pub(super) fn out(text: impl AsRef<[u8]>) -> Result<()> {
    match std::io::stdout().write_all(text.as_ref()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("standard output can't be written")
        }
        _ => Ok(()),
    }
}

/// Text for people, to standard output. GitHub's runner obeys lines of what it sees printed, but not between these two.
pub(super) fn tell(text: &str) -> Result<()> {
    if text.is_empty() || std::env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return out(text);
    }
    let nobody_knows = format!("{:016x}", RandomState::new().build_hasher().finish());
    let end = if text.ends_with('\n') { "" } else { "\n" };
    out(format!("::stop-commands::{nobody_knows}\n{text}{end}::{nobody_knows}::\n"))
}

/// Says what is wrong with the command line.
pub(super) fn usage(mistake: &anyhow::Error) -> Exit {
    eprintln!("error: {}", printable(&format!("{mistake:#}")));
    Exit::Usage
}
