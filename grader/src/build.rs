//! From sources to a program: a hand-in's crates, each compiled against the pristine manifest's dependencies, and one program of
//! all of them, each behind its pristine adapter.
//!
//! The dependencies are built once, by cargo, in the kit's own target folder; a hand-in costs a call of rustc for each exercise
//! and one for the program, all of them in the jail.
//!
//! Invariant: whoever is judged by one exercise's suite is judged as if it were alone in its program. A crate is compiled by itself
//! and given the kit's libraries, not the other crates; it has no code that runs before `main` and no symbol of its own making
//! (both take what `-F unsafe_code` forbids); and in a run only the adapter that is asked for is called. Where the crates can't be
//! linked together, each is linked alone, and whatever is wrong is the matter of that one. A hand-in has one answer to an exercise; where
//! hand-ins that are known are linked together, a program has several.

mod compilers;
mod diagnostics;
mod made;
mod prepared;
mod program;
mod store;
mod stubs;
mod toolchain;
mod workroom;
mod workshop;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use sandbox::ViewEntry;

use crate::intake::{self, Reads, Sources, Taken};
use crate::jail::{Cell, Compilation, Compiled, Jail};
use crate::kit::{Exercise, Kit};
use diagnostics::Messages;
pub(crate) use prepared::Prepared;
use program::{link, link_nothing};
pub(crate) use workroom::Workroom;
use workshop::{Bench, Workshop};

/// What became of the sources of an exercise.
pub(crate) enum Built {
    Program(Program),
    /// The compiler's messages.
    Failed(String),
    /// It reads or holds what is not allowed: where, which, and what to do instead.
    Refused(String),
}

/// A judged program. Its folders go with the last program that was built with it.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// An empty folder to run it in.
    pub(crate) scratch: PathBuf,
    /// The seat of the crate whose adapter is to be called: the program may have others.
    pub(crate) seat: String,
    /// Whether it may start processes.
    processes: bool,
    /// Whether the compiler had warnings about the student's code.
    pub(crate) warnings: bool,
    workshop: Arc<Workshop>,
}

impl Program {
    /// What it says, without paths of this machine: the folders that it finds itself in are the sandbox's everywhere.
    pub(crate) fn without_paths(&self, said: &str) -> String {
        let room = self.workshop.path();
        [self.scratch.as_path(), room].iter().fold(said.to_owned(), |said, folder| {
            let as_found = folder.canonicalize();
            let said = said.replace(&*folder.to_string_lossy(), SANDBOX);
            as_found.map_or_else(|_| said.clone(), |folder| said.replace(&*folder.to_string_lossy(), SANDBOX))
        })
    }

    /// Where it runs.
    pub(crate) fn cell(&self, jail: Jail) -> Cell {
        jail.cell(&self.path, &self.scratch, &self.seat, self.processes)
    }
}

/// Where a program finds itself in the strongest tier.
const SANDBOX: &str = "/sandbox";

/// What a hand-in has for an exercise.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) exercise: &'a Exercise,
    pub(crate) sources: &'a Sources,
}

/// A library that the compiler is given: its name in code, and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Extern {
    name: String,
    file: PathBuf,
}

impl Extern {
    /// Its copy in another folder.
    fn moved_to(&self, folder: &Path) -> Self {
        Self { name: self.name.clone(), file: folder.join(self.file.file_name().unwrap_or_default()) }
    }
}

/// Each library once, by its name.
fn once_each(libraries: impl Iterator<Item = Extern>) -> Result<Vec<Extern>> {
    let mut all: BTreeMap<String, Extern> = BTreeMap::new();
    for one in libraries {
        let known = all.entry(one.name.clone()).or_insert_with(|| one.clone());
        ensure!(*known == one, "two exercises are given different libraries `{}`", one.name);
    }
    Ok(all.into_values().collect())
}

/// What all calls of the compiler share.
struct Builder<'a> {
    kit: &'a Kit,
    prepared: &'a Prepared,
    jail: Jail,
}

/// A student's crate that compiles.
struct Crate<'a> {
    exercise: &'a Exercise,
    /// What tells it apart in its program: the exercise's number, of several answers to one with a count.
    seat: String,
    library: Extern,
    /// The same compiled for exploring, by a name of its own; `None` where the exercise is not explored, or this answer can't be.
    explored: Option<Extern>,
    scratch: PathBuf,
    warnings: bool,
}

/// What became of a crate.
enum Checked<'a> {
    Crate(Crate<'a>),
    Not(Built),
}

/// Builds a program without anything in it, as those of hand-ins are built: so whatever stands in the way of all of them (a
/// toolchain that is closed to the compiler's user, no linker, no space) is told once, before the first.
pub(crate) fn try_out(kit: &Kit, prepared: &Prepared, jail: Jail) -> Result<()> {
    link_nothing(&Builder { kit, prepared, jail })
}

/// Builds sources as the crate of an exercise.
pub(crate) fn build(kit: &Kit, prepared: &Prepared, jail: Jail, answer: Answer<'_>) -> Result<Built> {
    let mut built = build_all(kit, prepared, jail, &[answer])?;
    built.pop().context("an answer was not built")
}

/// Builds answers, and links them together; the results are in the same order.
pub(crate) fn build_all(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    answers: &[Answer<'_>],
) -> Result<Vec<Built>> {
    let workshop = Arc::new(Workshop::new(prepared.workroom())?);
    let builder = Builder { kit, prepared, jail };
    let checked = answers
        .iter()
        .zip(seats(answers))
        .map(|(answer, seat)| builder.compile_crate(&workshop, *answer, seat));
    let checked = checked.collect::<Result<Vec<_>>>()?;
    let crates = checked.iter().filter_map(|checked| match checked {
        Checked::Crate(one) => Some(one),
        Checked::Not(_) => None,
    });
    let mut linked = link(&builder, &workshop, &crates.collect::<Vec<_>>())?.into_iter();
    let built = checked.into_iter().map(|checked| match checked {
        Checked::Crate(_) => linked.next().context("a crate was not linked"),
        Checked::Not(built) => Ok(built),
    });
    built.collect()
}

/// What tells answers apart in one program: `03`, and of several answers to one exercise `03_1`, `03_2` from the second on.
fn seats(answers: &[Answer<'_>]) -> Vec<String> {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let seat = |answer: &Answer<'_>| {
        let id = answer.exercise.suite.id;
        let count = taken.entry(id).or_default();
        *count += 1;
        if *count == 1 { id.to_owned() } else { format!("{id}_{}", *count - 1) }
    };
    answers.iter().map(seat).collect()
}

impl Builder<'_> {
    /// Compiles a student's crate, and holds what the compiler read against the rules.
    fn compile_crate<'a>(
        &self,
        workshop: &Workshop,
        answer: Answer<'a>,
        seat: String,
    ) -> Result<Checked<'a>> {
        let Answer { exercise, sources } = answer;
        let name = exercise.library();
        let src = PathBuf::from(exercise.folder()).join("src");
        let given = self.prepared.externs(exercise);
        let (bench, compiled) = whose_doing(
            &seat,
            |bench| self.try_crate(workshop, bench, answer, &seat, &given),
            || self.compile_stub(exercise, &given),
        )?;
        if let Compiled::Done(said) | Compiled::Refused(said) = &compiled {
            // There is none where the build broke off early.
            let list = std::fs::read(bench.out.join(format!("{name}.d"))).ok();
            ensure!(
                list.is_some() || matches!(compiled, Compiled::Refused(_)),
                "the compiler listed no dependencies"
            );
            let list = list.as_deref().map(String::from_utf8_lossy);
            if let Some(why) = intake::refusal(&src, sources, &Reads::new(list.as_deref(), said)) {
                return Ok(Checked::Not(Built::Refused(why)));
            }
        }
        let warnings = match compiled {
            Compiled::Done(said) => diagnostics::read(&said, &given).warnings,
            Compiled::Refused(said) => {
                let messages = diagnostics::read(&said, &given);
                // What intake took and was laid out is there to be read.
                let taken = |file: &Path| sources.has(file.strip_prefix(&src).unwrap_or(file));
                if let Some((file, why)) = messages.unreadable.iter().find(|(file, _)| taken(file)) {
                    bail!("the compiler can't read what was laid out for it: {}: {why}", file.display());
                }
                return Ok(Checked::Not(Built::Failed(self.students_errors(messages))));
            }
            Compiled::Stopped(message) | Compiled::Broke(message) => {
                return Ok(Checked::Not(Built::Failed(message)));
            }
        };
        let library = Extern { file: bench.out.join(format!("lib{name}.rlib")), name };
        let explored = self.compile_for_exploring(workshop, answer, &seat)?;
        Ok(Checked::Crate(Crate { exercise, seat, library, explored, scratch: bench.scratch, warnings }))
    }

    /// Compiles a student's crate once more, with another standard library. Where that does not take it, the answer is not explored.
    fn compile_for_exploring(
        &self,
        workshop: &Workshop,
        answer: Answer<'_>,
        seat: &str,
    ) -> Result<Option<Extern>> {
        let exercise = answer.exercise;
        if exercise.explorer(self.kit)?.is_none() || intake::has_globals(answer.sources) {
            return Ok(None);
        }
        let given = self.prepared.externs_for_exploring(exercise)?;
        let seat = program::exploring(seat);
        let (bench, compiled) = whose_doing(
            &seat,
            |bench| self.try_crate(workshop, bench, answer, &seat, &given),
            || self.compile_stub(exercise, &given),
        )?;
        let file = bench.out.join(format!("lib{}.rlib", exercise.library()));
        Ok(matches!(compiled, Compiled::Done(_)).then(|| Extern { name: format!("answer_{seat}"), file }))
    }

    /// One call of the compiler for a student's crate, in a bench of this name, with what it is given.
    fn try_crate(
        &self,
        workshop: &Workshop,
        bench: &str,
        answer: Answer<'_>,
        seat: &str,
        given: &[Extern],
    ) -> Result<(Bench, Compiled)> {
        let Answer { exercise, sources } = answer;
        let bench = workshop.bench(bench, exercise, sources)?;
        let crate_root = format!("{}/src/lib.rs", exercise.folder());
        let mut arguments = common(&crate_root, &exercise.library(), "lib");
        arguments.extend(["--emit=metadata,link,dep-info", "-F", "unsafe_code"].map(str::to_owned));
        // Crates of one name go together if this differs.
        arguments.push(format!("-Cmetadata={seat}"));
        let compiled = self.compile(&bench, arguments, given)?;
        Ok((bench, compiled))
    }

    /// Compiles an exercise as students are given it, as their crates are compiled.
    fn compile_stub(&self, exercise: &Exercise, given: &[Extern]) -> Result<Compiled> {
        let Taken::Sources(sources) = intake::sources(self.kit.root(), &exercise.folder())? else {
            bail!("{} of the kit has no sources", exercise.folder());
        };
        let workshop = Workshop::new(self.prepared.workroom())?;
        let id = exercise.suite.id;
        self.try_crate(&workshop, id, Answer { exercise, sources: &sources }, id, given)
            .map(|(_, compiled)| compiled)
    }

    /// The compiler's errors, without paths of this machine.
    fn students_errors(&self, messages: Messages) -> String {
        if messages.errors.is_empty() {
            return "The compiler said more than is kept before it came to what is wrong: fix what it warns of.".to_owned();
        }
        let folders = [self.prepared.libraries(), self.prepared.sysroot()];
        folders.iter().fold(messages.errors, |errors, folder| errors.replace(&*folder.to_string_lossy(), "…"))
    }

    /// One call of the compiler. It sees the toolchain, the kit's libraries, those that were given and the sources.
    fn compile(&self, bench: &Bench, mut arguments: Vec<String>, given: &[Extern]) -> Result<Compiled> {
        let prepared = self.prepared;
        // With lines and types for deadlocks: "`Condvar::wait` at src/lib.rs:22" needs both.
        arguments.extend(["--error-format=json", "-Cdebuginfo=limited"].map(str::to_owned));
        arguments.extend(given_to(prepared.libraries(), given));
        let mut view = sandbox::toolchain_view(prepared.sysroot());
        view.push(ViewEntry::same(prepared.libraries()));
        let others = given.iter().filter(|one| !one.file.starts_with(prepared.libraries()));
        view.extend(others.map(|one| ViewEntry::same(&one.file)));
        let rustc = &prepared.sysroot().join("bin/rustc");
        let _leave = prepared.compilers().take();
        let (sources, out) = (&bench.sources, &bench.out);
        let compiled = self.jail.compile(Compilation { rustc, view, sources, out, arguments })?;
        if let Compiled::Refused(said) = &compiled
            && let Some(error) = diagnostics::read(said, given).not_the_students
        {
            return Ok(Compiled::Broke(format!("it can't use a library: {error}")));
        }
        Ok(compiled)
    }
}

/// Calls the compiler in the bench of this name, and finds out by whose doing it breaks down, if it does: by that of the sources
/// where it does so once more, and not at the `control` in between, which is the kit's own.
fn whose_doing(
    bench: &str,
    call: impl Fn(&str) -> Result<(Bench, Compiled)>,
    control: impl FnOnce() -> Result<Compiled>,
) -> Result<(Bench, Compiled)> {
    let first = call(bench)?;
    let Compiled::Broke(how) = &first.1 else { return Ok(first) };
    match control()? {
        Compiled::Done(_) => {}
        Compiled::Refused(said) => bail!(
            "the compiler can't use what the kit gives it; remove the kit's `target/grader` and try again. {}",
            diagnostics::read(&said, &[]).errors
        ),
        Compiled::Stopped(why) | Compiled::Broke(why) => bail!(
            "the compiler fails on the kit's own code too ({why}): install the toolchain again, and remove the kit's \
             `target/grader`. Of the hand-in: {how}"
        ),
    }
    Ok(match call(&format!("{bench}-again"))? {
        (bench, Compiled::Broke(how)) => (bench, Compiled::Stopped(breaks_down(&how))),
        otherwise => otherwise,
    })
}

/// What a student is told whose sources the compiler breaks down on.
fn breaks_down(how: &str) -> String {
    format!(
        "The compiler breaks down on this code instead of telling what is wrong with it: {how}\n\
         It compiles the exercise as it was given, so something in your code brings that about (a fault of the compiler's that it runs \
         into, statics of enormous size). Take out what you wrote last, piece by piece, until it compiles, and write that piece \
         differently."
    )
}

/// What each call of the compiler is told: as cargo compiles a development build.
fn common(crate_root: &str, name: &str, kind: &str) -> Vec<String> {
    let mut arguments =
        vec![crate_root.to_owned(), format!("--crate-name={name}"), format!("--crate-type={kind}")];
    arguments.extend(["--edition=2024", "-Ccodegen-units=1"].map(str::to_owned));
    arguments
}

/// The arguments that give it libraries, and this folder of what they depend on.
fn given_to(libraries: &Path, given: &[Extern]) -> Vec<String> {
    let folder = libraries.display();
    let mut arguments = vec![format!("--sysroot={folder}"), format!("-Ldependency={folder}")];
    arguments.extend(given.iter().map(|Extern { name, file }| format!("--extern={name}={}", file.display())));
    arguments
}
