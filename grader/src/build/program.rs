//! The program of a hand-in: its crates, each behind the pristine adapter of its exercise.
//!
//! Which adapter a run calls is said in its environment ([`judge::subject::serve_one_of`]).

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Result, bail, ensure};

use super::workshop::Workshop;
use super::{Builder, Built, Crate, Extern, Program, common, diagnostics, once_each, stubs, students_errors};
use crate::jail::Compiled;
use crate::kit::{Exercise, Kit};

/// What its file is called.
const NAME: &str = "subject";

/// Where its crate root stands among its sources.
pub(super) const ROOT: &str = "kit/subject.rs";

/// Links crates into one program, or each alone where they don't go together. The results are in the same order.
pub(super) fn link(
    builder: &Builder<'_>,
    kit: &Kit,
    workshop: &Arc<Workshop>,
    crates: &[&Crate<'_>],
) -> Result<Vec<Built>> {
    if crates.len() > 1 {
        // What is wrong is asked of each by itself.
        if let Ok(program) = link_together(builder, kit, workshop, crates)? {
            return Ok(program);
        }
    }
    let alone = |one: &&Crate<'_>| match link_together(builder, kit, workshop, &[*one])? {
        Ok(mut program) => {
            ensure!(program.len() == 1, "one crate makes one program");
            Ok(program.remove(0))
        }
        Err(Compiled::Refused(said)) => {
            let errors = students_errors(diagnostics::read(&said, &externs(builder, &[*one])?))?;
            Ok(Built::Failed(format!(
                "The function can't be called as the exercise's contract says: its name or signature was changed, or it \
                 asks for more than the contract gives.\n\n{errors}"
            )))
        }
        Err(Compiled::TooMuch(message)) => Ok(Built::Failed(message)),
        Err(Compiled::Done(_)) => unreachable!("what is done is a program"),
    };
    crates.iter().map(alone).collect()
}

/// The program of these crates, once for each of them; or what the compiler said instead.
fn link_together(
    builder: &Builder<'_>,
    kit: &Kit,
    workshop: &Arc<Workshop>,
    crates: &[&Crate<'_>],
) -> Result<Result<Vec<Built>, Compiled>> {
    let ids: Vec<&str> = crates.iter().map(|one| one.exercise.suite.id).collect();
    let exercises: Vec<_> = crates.iter().map(|one| one.exercise).collect();
    let root = format!("extern crate {} as _;\n{}", stubs::NAME, root(kit, &exercises));
    let bench = workshop.program_bench(&ids.join("-"), kit, &exercises, &root)?;
    let mut arguments = common(ROOT, NAME, "bin");
    arguments.push("--emit=link".to_owned());
    match builder.compile(&bench.sources, &bench.out, arguments, &externs(builder, crates)?)? {
        Compiled::Done(_) => {}
        otherwise => return Ok(Err(otherwise)),
    }
    let path = workshop.take_out(&bench, NAME)?;
    let program = |one: &&Crate<'_>| {
        Built::Program(Program {
            path: path.clone(),
            scratch: one.scratch.clone(),
            exercise: one.exercise.suite.id.to_owned(),
            warnings: one.warnings,
            _workshop: Arc::clone(workshop),
        })
    };
    Ok(Ok(crates.iter().map(program).collect()))
}

/// A program that does nothing.
pub(super) fn link_nothing(builder: &Builder<'_>, kit: &Kit, workshop: &Workshop) -> Result<()> {
    let bench = workshop.program_bench("nothing", kit, &[], "fn main() {}\n")?;
    let mut arguments = common(ROOT, NAME, "bin");
    arguments.push("--emit=link".to_owned());
    match builder.compile(&bench.sources, &bench.out, arguments, &[])? {
        Compiled::Done(_) => workshop.take_out(&bench, NAME).map(drop),
        Compiled::Refused(said) => bail!("{}", diagnostics::read(&said, &[]).errors),
        Compiled::TooMuch(message) => bail!(message),
    }
}

/// The crates themselves, what their exercises are given, and what each program has besides.
fn externs(builder: &Builder<'_>, crates: &[&Crate<'_>]) -> Result<Vec<Extern>> {
    let given = crates.iter().flat_map(|one| builder.prepared.externs(one.exercise));
    let crates = crates.iter().map(|one| one.library.clone());
    once_each(given.chain(crates).chain(builder.prepared.of_programs()))
}

/// The crate root: the adapters of these exercises, by their numbers.
pub(super) fn root(kit: &Kit, exercises: &[&Exercise]) -> String {
    let with_files = exercises.iter().map(|exercise| (exercise.suite.id, exercise.adapter_files(kit)));
    of_adapters(&with_files.collect::<Vec<_>>())
}

/// Each in a module of its own, together with what it shares with the checks, as in the exercise's own tests.
fn of_adapters(exercises: &[(&str, Vec<&str>)]) -> String {
    let (mut modules, mut adapters) = (String::new(), String::new());
    for (id, files) in exercises {
        let _ = writeln!(modules, "#[path = \"{id}\"]\nmod e{id} {{");
        for file in files {
            let _ = writeln!(modules, "    pub(super) mod {};", file.trim_end_matches(".rs"));
        }
        modules.push_str("}\n");
        let _ = write!(adapters, "(\"{id}\", e{id}::adapter::call), ");
    }
    format!("{modules}\npub fn main() {{\n    judge::subject::serve_one_of(&[{adapters}])\n}}\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_exercise_has_its_adapter_in_the_root_with_what_it_shares_with_the_checks() {
        let root = super::of_adapters(&[("01", vec!["adapter.rs"]), ("03", vec!["adapter.rs", "shared.rs"])]);
        let modules =
            "#[path = \"03\"]\nmod e03 {\n    pub(super) mod adapter;\n    pub(super) mod shared;\n}\n";
        assert!(root.contains(modules), "{root}");
        assert!(root.contains("&[(\"01\", e01::adapter::call), (\"03\", e03::adapter::call), ]"), "{root}");
    }
}
