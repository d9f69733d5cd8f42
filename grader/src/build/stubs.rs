//! What programs have in common, compiled once: the program of the untouched stubs, as a library.
//!
//! Much of what the compiler makes of a program is the same in all of them, whatever a student wrote: the adapters make the same
//! lists and start the same event loop. It takes what a library below has made over making it again.

use std::path::Path;

use anyhow::{Context, Result};

use super::program::Seat;
use super::workroom::Workroom;
use super::workshop::Workshop;
use super::{Extern, common, given_to, program};
use crate::kit::{Exercise, Kit};
use crate::process;

/// What it is called in code. Programs name it so that the compiler looks there.
pub(super) const NAME: &str = "stubs";

/// Its file.
pub(super) const FILE: &str = "libstubs.rlib";

/// Whatever it is made of but the libraries.
pub(super) fn sources(kit: &Kit) -> Result<String> {
    let seats = seats(kit)?;
    let mut sources = program::root(&seats);
    sources.extend(seats.into_iter().flat_map(|seat| seat.adapter).map(|(_, text)| text));
    Ok(sources)
}

/// Compiles it in a folder of libraries that is laid out as a sysroot, with the libraries of the stubs and what they are given.
pub(super) fn compile(kit: &Kit, workroom: &Workroom, folder: &Path, externs: &[Extern]) -> Result<()> {
    let workshop = Workshop::new(workroom)?;
    let seats = seats(kit)?;
    let bench = workshop.program_bench(NAME, &seats, &program::root(&seats))?;
    let root = bench.sources.join(program::ROOT);
    let mut arguments = common(root.to_str().context("a temporary folder is not valid UTF-8")?, NAME, "lib");
    arguments.extend([format!("--out-dir={}", folder.display()), "--cap-lints=allow".to_owned()]);
    arguments.extend(given_to(folder, externs));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    process::rustc(kit.root(), &arguments).context("the stubs and their adapters do not fit together")?;
    Ok(())
}

/// The stubs, each behind its adapter.
fn seats(kit: &Kit) -> Result<Vec<Seat<'_>>> {
    let seat = |exercise: &'_ Exercise| {
        let (adapter, workers) = (exercise.adapter(kit)?, exercise.suite.has_processes());
        Ok(Seat { name: exercise.suite.id, adapter, workers, explorer: None })
    };
    kit.everything().into_iter().map(seat).collect()
}
