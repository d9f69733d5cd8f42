//! `grader alike`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use judge::words::printable;

use super::grade::{out, tell, usage};
use super::results::last;
use super::{Format, width};
use crate::alike::{self, Alike, Answers, COMMON, SCHEMA};
use crate::document::write_file;
use crate::exit::Exit;
use crate::export::folders;
use crate::intake::{self, Asked, Course, Sources, Taken};
use crate::kit::{Exercise, Kit};
use crate::report;

#[derive(Args)]
pub(super) struct AlikeArgs {
    /// The hand-ins, as for `grader grade`; or the folder of `grade --out`, for those that were graded there
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Only this exercise (03, 3 or ordered-map); may be given several times
    #[arg(long = "exercise", value_name = "EXERCISE")]
    exercises: Vec<String>,
    /// Leave out pairs of which neither is in the other by this share
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = clap::value_parser!(u8).range(1..=100))]
    at_least: u8,
    /// What more hand-ins than this share is how everybody writes it, and counts for nothing
    #[arg(long, value_name = "N", default_value_t = COMMON)]
    common: usize,
    /// Also write the sources as `JPlag` takes them, the stub as its base code, a folder for each exercise
    #[arg(long, value_name = "DIR")]
    jplag: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The checkout of the kit [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

/// What was found, schema [`SCHEMA`].
#[derive(serde::Serialize)]
struct Document {
    schema: &'static str,
    exercises: Vec<Alike>,
}

impl AlikeArgs {
    pub(super) fn run(self) -> Result<Exit> {
        let mut kit = Kit::find(self.kit.clone(), 0)?;
        let known = kit.slugs();
        if let Err(mistake) = kit.select(&self.exercises) {
            return Ok(usage(&mistake));
        }
        let course = Course { known, graded: kit.slugs() };
        let intake = self.asked().and_then(|(paths, manifest, is_one)| {
            let asked =
                Asked { paths: &paths, manifest: manifest.as_deref(), is_one, own: self.paths.clone() };
            intake::find(&asked, &course)
        });
        let intake = match intake {
            Ok(intake) => intake,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        for warning in &intake.warnings {
            eprintln!("warning: {}", printable(warning));
        }
        let mut exercises = Vec::new();
        for exercise in &kit.exercises {
            let mut answers = Answers::new();
            for hand_in in &intake.hand_ins {
                match intake::take(hand_in, exercise) {
                    Ok(Taken::Sources(sources)) => answers.push((hand_in.id.clone(), sources)),
                    Ok(_) => {}
                    Err(trouble) => {
                        eprintln!(
                            "warning: {}: {}",
                            printable(&hand_in.id),
                            printable(&format!("{trouble:#}"))
                        );
                    }
                }
            }
            if answers.is_empty() {
                continue;
            }
            let (stub, reference) = given(&kit, exercise)?;
            if let Some(folder) = &self.jplag {
                for_jplag(&folder.join(exercise.slug()), &answers, &stub)?;
            }
            let of = (exercise.suite.id, exercise.suite.name);
            let given = [vec![stub], reference].concat();
            exercises.push(alike::compare(of, &answers, &given, usize::from(self.at_least), self.common));
        }
        match self.format {
            Format::Human => tell(&report::likeness(&exercises, width()))?,
            Format::Json | Format::Jsonl => out(report::json(&Document { schema: SCHEMA, exercises })?)?,
        }
        if let Some(folder) = &self.jplag {
            eprintln!(
                "for JPlag, in each folder of {}: java -jar jplag.jar -l rust -bc base submissions",
                folder.display()
            );
        }
        Ok(Exit::Graded)
    }

    /// The hand-ins, their list, and whether each path is one: those that were graded last, where a folder of results is named.
    fn asked(&self) -> Result<(Vec<PathBuf>, Option<PathBuf>, bool)> {
        match &self.paths[..] {
            [results] if results.join("results.sqlite").is_file() => {
                let request = last(results)?.request;
                Ok((request.paths, request.manifest, request.is_one))
            }
            paths => Ok((paths.to_vec(), None, false)),
        }
    }
}

/// What everybody was given, and the reference's answer, which somebody may come to alone.
fn given(kit: &Kit, exercise: &Exercise) -> Result<(Sources, Vec<Sources>)> {
    let sources = |folder: &str| {
        let taken = intake::sources(kit.root(), folder).with_context(|| format!("{folder} can't be read"));
        Ok::<_, anyhow::Error>(match taken? {
            Taken::Sources(sources) => Some(sources),
            Taken::Missing(_) | Taken::Refused(_) => None,
        })
    };
    let stub = sources(&exercise.folder())?.unwrap_or(Sources(Vec::new()));
    Ok((stub, sources(&format!("solutions/{}", exercise.slug()))?.into_iter().collect()))
}

/// A folder for each hand-in below `submissions`, and what was given in `base`.
fn for_jplag(folder: &Path, answers: &Answers, stub: &Sources) -> Result<()> {
    let write = |folder: &Path, sources: &Sources| {
        sources.0.iter().try_for_each(|(path, text)| write_file(&folder.join(path), text))
    };
    let names = folders(answers.iter().map(|(id, _)| id.as_str()));
    for ((_, sources), name) in answers.iter().zip(names) {
        write(&folder.join("submissions").join(name), sources)?;
    }
    write(&folder.join("base"), stub)
}
