//! The program of a hand-in: its crates, each behind the pristine adapter of its exercise.
//!
//! Which adapter a run calls is said in its environment ([`judge::subject::serve_one_of`]). Of several answers to one exercise each has the
//! adapter to itself, in which the exercise's name is that answer.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use super::workshop::{Bench, Workshop};
use super::{Builder, Built, Crate, Extern, Program, common, diagnostics, once_each, stubs, whose_doing};
use crate::jail::Compiled;
use crate::kit::{AdapterFile, Kit};

/// What its file is called.
const NAME: &str = "subject";

/// Where its crate root stands among its sources.
pub(super) const ROOT: &str = "kit/subject.rs";

/// A crate's place in a program.
pub(super) struct Seat<'a> {
    /// What it is called.
    pub(super) name: &'a str,
    /// The adapter that calls the crate there.
    pub(super) adapter: Vec<AdapterFile>,
    /// Whether answers start worker processes: then the adapter says what these do.
    pub(super) workers: bool,
}

/// Links crates into one program, or each alone where they don't go together. The results are in the same order.
pub(super) fn link(
    builder: &Builder<'_>,
    workshop: &Arc<Workshop>,
    crates: &[&Crate<'_>],
) -> Result<Vec<Built>> {
    if crates.len() > 1 {
        // What is wrong is asked of each by itself.
        if let Ok(program) = link_together(builder, workshop, crates)? {
            return Ok(program);
        }
    }
    let alone = |one: &&Crate<'_>| match link_together(builder, workshop, &[*one])? {
        Ok(mut program) => {
            ensure!(program.len() == 1, "one crate makes one program");
            Ok(program.remove(0))
        }
        Err(Compiled::Refused(said)) => {
            let errors = builder.students_errors(diagnostics::read(&said, &externs(builder, &[*one])?));
            Ok(Built::Failed(format!(
                "The function can't be called as the exercise's contract says: its name or signature was changed, or it \
                 asks for more than the contract gives.\n\n{errors}"
            )))
        }
        Err(Compiled::Stopped(message) | Compiled::Broke(message)) => Ok(Built::Failed(message)),
        Err(Compiled::Done(_)) => unreachable!("what is done is a program"),
    };
    crates.iter().map(alone).collect()
}

/// The program of these crates, once for each of them; or what the compiler said instead.
fn link_together(
    builder: &Builder<'_>,
    workshop: &Arc<Workshop>,
    crates: &[&Crate<'_>],
) -> Result<Result<Vec<Built>, Compiled>> {
    let seats = crates.iter().map(|one| {
        let (adapter, workers) = (one.adapter(builder.kit)?, one.exercise.suite.has_processes());
        Ok(Seat { name: &one.seat, adapter, workers })
    });
    let seats: Vec<Seat<'_>> = seats.collect::<Result<_>>()?;
    let names: Vec<&str> = crates.iter().map(|one| one.seat.as_str()).collect();
    let root = format!("extern crate {} as _;\n{}", stubs::NAME, root(&seats));
    let externs = externs(builder, crates)?;
    let call = |name: &str| {
        let bench = workshop.program_bench(name, &seats, &root)?;
        let compiled = builder.compile(&bench, arguments(), &externs)?;
        Ok((bench, compiled))
    };
    let (bench, compiled) =
        whose_doing(&names.join("-"), call, || compile_nothing(builder).map(|(_, done)| done))?;
    match compiled {
        Compiled::Done(_) => {}
        otherwise => return Ok(Err(otherwise)),
    }
    let path = workshop.take_out(&bench, NAME)?;
    let program = |one: &&Crate<'_>| {
        Built::Program(Program {
            path: path.clone(),
            scratch: one.scratch.clone(),
            seat: one.seat.clone(),
            processes: one.exercise.suite.has_processes(),
            warnings: one.warnings,
            workshop: Arc::clone(workshop),
        })
    };
    Ok(Ok(crates.iter().map(program).collect()))
}

/// What the compiler is told of every program.
fn arguments() -> Vec<String> {
    let mut arguments = common(ROOT, NAME, "bin");
    arguments.push("--emit=link".to_owned());
    arguments
}

/// A program that does nothing, as the compiler made it, and the workshop that it lies in.
fn compile_nothing(builder: &Builder<'_>) -> Result<((Workshop, Bench), Compiled)> {
    let workshop = Workshop::new(builder.prepared.workroom())?;
    let bench = workshop.program_bench("nothing", &[], "fn main() {}\n")?;
    let compiled = builder.compile(&bench, arguments(), &[])?;
    Ok(((workshop, bench), compiled))
}

/// A program that does nothing.
pub(super) fn link_nothing(builder: &Builder<'_>) -> Result<()> {
    let ((workshop, bench), compiled) = compile_nothing(builder)?;
    match compiled {
        Compiled::Done(_) => workshop.take_out(&bench, NAME).map(drop),
        Compiled::Refused(said) => bail!("{}", diagnostics::read(&said, &[]).errors),
        Compiled::Stopped(why) | Compiled::Broke(why) => bail!(why),
    }
}

/// The crates themselves, what their exercises are given, and what each program has besides.
fn externs(builder: &Builder<'_>, crates: &[&Crate<'_>]) -> Result<Vec<Extern>> {
    let given = crates.iter().flat_map(|one| builder.prepared.externs(one.exercise));
    let crates = crates.iter().map(|one| Extern { name: one.name(), file: one.library.file.clone() });
    once_each(given.chain(crates).chain(builder.prepared.of_programs()))
}

impl Crate<'_> {
    /// Whether it has the exercise's name for itself.
    fn is_first(&self) -> bool {
        self.seat == self.exercise.suite.id
    }

    /// What it is called in the program's code.
    fn name(&self) -> String {
        if self.is_first() { self.library.name.clone() } else { format!("answer_{}", self.seat) }
    }

    /// The exercise's adapter, which calls this crate. Nothing of it moves to another line.
    fn adapter(&self, kit: &Kit) -> Result<Vec<AdapterFile>> {
        let mut files = self.exercise.adapter(kit)?;
        if !self.is_first() {
            // What it shares with the checks knows no crate of an exercise.
            let (_, text) = files.first_mut().context("an adapter has a file")?;
            let _ = write!(text, "\nextern crate {} as {};\n", self.name(), self.library.name);
        }
        Ok(files)
    }
}

/// The crate root: the adapter of each seat in a module of its own, together with what it shares with the checks, as in the exercise's
/// own tests.
pub(super) fn root(seats: &[Seat<'_>]) -> String {
    let (mut modules, mut adapters) = (String::new(), String::new());
    for Seat { name, adapter, workers } in seats {
        let _ = writeln!(modules, "#[path = \"{name}\"]\nmod e{name} {{");
        for (file, _) in adapter {
            let _ = writeln!(modules, "    pub(super) mod {};", file.trim_end_matches(".rs"));
        }
        modules.push_str("}\n");
        let worker = if *workers { format!("Some(e{name}::adapter::worker)") } else { "None".to_owned() };
        let _ = write!(adapters, "(\"{name}\", (e{name}::adapter::call, {worker})), ");
    }
    format!("{modules}\npub fn main() {{\n    judge::subject::serve_one_of(&[{adapters}])\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::Seat;

    #[test]
    fn each_seat_has_its_adapter_in_the_root_with_what_it_shares_with_the_checks() {
        let file = |name| (name, String::new());
        let both = || vec![file("adapter.rs"), file("shared.rs")];
        let seat = |name, adapter, workers| Seat { name, adapter, workers };
        let root = super::root(&[
            seat("01", vec![file("adapter.rs")], false),
            seat("07", both(), true),
            seat("07_1", both(), true),
        ]);
        let modules =
            "#[path = \"07_1\"]\nmod e07_1 {\n    pub(super) mod adapter;\n    pub(super) mod shared;\n}\n";
        assert!(root.contains(modules), "{root}");
        let adapters = "&[(\"01\", (e01::adapter::call, None)), \
                        (\"07\", (e07::adapter::call, Some(e07::adapter::worker))), \
                        (\"07_1\", (e07_1::adapter::call, Some(e07_1::adapter::worker))), ]";
        assert!(root.contains(adapters), "{root}");
    }
}
