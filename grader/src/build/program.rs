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
    /// The adapter that calls it where it was compiled for exploring.
    pub(super) explorer: Option<Vec<AdapterFile>>,
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
    let seats = crates.iter().map(|one| one.in_its_seat(builder.kit));
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
    let explored = crates.iter().filter_map(|one| one.explored.clone());
    let crates = crates.iter().map(|one| Extern { name: one.name(), file: one.library.file.clone() });
    once_each(given.chain(crates).chain(explored).chain(builder.prepared.of_programs()))
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

    /// The exercise's adapters, which call this crate.
    fn in_its_seat(&self, kit: &Kit) -> Result<Seat<'_>> {
        let mut adapter = self.exercise.adapter(kit)?;
        if !self.is_first() {
            self.calls(&mut adapter, &self.name())?;
        }
        let explorer = self.explored.as_ref().map(|explored| {
            let mut explorer = self.exercise.explorer(kit)?.context("it was compiled for an adapter")?;
            self.calls(&mut explorer, &explored.name)?;
            Ok::<_, anyhow::Error>(explorer)
        });
        let workers = self.exercise.suite.has_processes();
        Ok(Seat { name: &self.seat, adapter, workers, explorer: explorer.transpose()? })
    }

    /// Has an adapter call a crate of this name as the exercise. Nothing of it moves to another line.
    fn calls(&self, files: &mut [AdapterFile], name: &str) -> Result<()> {
        // What it shares with the checks knows no crate of an exercise.
        let (_, text) = files.first_mut().context("an adapter has a file")?;
        let _ = write!(text, "\nextern crate {name} as {};\n", self.library.name);
        Ok(())
    }
}

/// The crate root: the adapter of each seat in a module of its own, together with what it shares with the checks, as in the exercise's
/// own tests; and so the adapter for exploring, where there is one.
pub(super) fn root(seats: &[Seat<'_>]) -> String {
    let (mut modules, mut adapters) = (String::new(), String::new());
    for Seat { name, adapter, workers, explorer } in seats {
        add_module(&mut modules, name, adapter);
        let explores = if let Some(explorer) = explorer {
            add_module(&mut modules, &exploring(name), explorer);
            format!("e{}::explore::call", exploring(name))
        } else {
            "judge::interleavings::not_compiled".to_owned()
        };
        let worker = if *workers { format!("Some(e{name}::adapter::worker)") } else { "None".to_owned() };
        let _ = writeln!(
            adapters,
            "        (\"{name}\", (|judge, request| match request.entry {{\n            judge::interleavings::ENTRY => \
             {explores}(request),\n            _ => e{name}::adapter::call(judge, request),\n        }}, {worker})),"
        );
    }
    format!("{modules}\npub fn main() {{\n    judge::subject::serve_one_of(&[\n{adapters}    ])\n}}\n")
}

/// What the folder of the adapter for exploring is called, beside that of the seat.
pub(super) fn exploring(seat: &str) -> String {
    format!("{seat}_explored")
}

fn add_module(modules: &mut String, name: &str, files: &[AdapterFile]) {
    let _ = writeln!(modules, "#[path = \"{name}\"]\nmod e{name} {{");
    for (file, _) in files {
        let _ = writeln!(modules, "    pub(super) mod {};", file.trim_end_matches(".rs"));
    }
    modules.push_str("}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_seat_has_its_adapters_in_the_root_with_what_they_share_with_the_checks() {
        let file = |name| (name, String::new());
        let with = |first| vec![file(first), file("shared.rs")];
        let seat = |name, workers, explorer| Seat { name, adapter: with("adapter.rs"), workers, explorer };
        let alone = Seat { adapter: vec![file("adapter.rs")], ..seat("01", false, None) };
        let root = root(&[alone, seat("07_1", true, None), seat("13", false, Some(with("explore.rs")))]);
        for (folder, first) in [("07_1", "adapter"), ("13", "adapter"), ("13_explored", "explore")] {
            let module = format!(
                "#[path = \"{folder}\"]\nmod e{folder} {{\n    pub(super) mod {first};\n    pub(super) mod shared;\n}}\n"
            );
            assert!(root.contains(&module), "{root}");
        }
        let adapters = [
            ("01", "judge::interleavings::not_compiled", "None"),
            ("07_1", "judge::interleavings::not_compiled", "Some(e07_1::adapter::worker)"),
            ("13", "e13_explored::explore::call", "None"),
        ];
        for (name, explores, worker) in adapters {
            let adapter = format!(
                "(\"{name}\", (|judge, request| match request.entry {{\n            judge::interleavings::ENTRY => \
                 {explores}(request),\n            _ => e{name}::adapter::call(judge, request),\n        }}, {worker})),\n"
            );
            assert!(root.contains(&adapter), "{root}");
        }
    }
}
