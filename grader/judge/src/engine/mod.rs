//! Runs a scenario: launches a subject, holds every answer, moves the virtual clock, and records what happened.
//!
//! Invariant: the clock moves only at an instant in which every thread of the subject slept, and one call ends at a time.
//! Invariant: a run that ends without proof ends [`crate::run::End::Inconclusive`].

mod block;
mod budget;
mod burning;
mod clock;
mod controls;
mod cores;
mod cpu_time;
mod deliveries;
mod door;
#[cfg_attr(
    not(any(target_os = "linux", target_os = "macos", windows)),
    expect(dead_code, reason = "no process is listed")
)]
mod kin;
pub mod launch;
mod ledger;
mod link;
mod loopback;
mod measure;
mod pauses;
mod peers;
mod portable;
#[cfg(target_os = "linux")]
mod procfs;
mod relay;
mod session;
pub mod sight;
mod spins;
mod states;
mod steps;
#[cfg(target_os = "linux")]
mod syscalls;
#[cfg(target_os = "linux")]
mod task_files;
mod told;
mod waits;
mod wakes;
mod watch;

use std::io;
pub(crate) use watch::LATE;

use crate::run::Run;
use crate::scenario::Scenario;
pub use cores::{on_every_core, stay_on_one_core};
use launch::Launch;
pub use measure::{Timing, Untimed, measure};
use session::Session;

/// Trouble of the machine: there is no record of the run, and nothing is said about the student's code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program could not be started.
    #[error("the judged program could not be started: {0}")]
    Launch(io::Error),
    /// The program could not be watched or talked to.
    #[error("the judged program could not be watched: {0}")]
    Watch(io::Error),
    /// The program speaks another version of the protocol.
    #[error("the judged program was built with protocol {0}, the judge with {ours}: build both again", ours = crate::wire::PROTOCOL)]
    Protocol(u32),
}

/// Lets this process open as many files as the system lets it: watching a thread takes three. Where that fails it is left with
/// what it has.
pub fn open_many_files() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
            // Not without end: what starts other programs may close each number that there could be.
            let _ = setrlimit(Resource::RLIMIT_NOFILE, most.min(DESCRIPTORS), most);
        }
    }
}

/// As many as a few programs with the most threads take.
#[cfg(unix)]
const DESCRIPTORS: u64 = 1 << 16;

/// Plays a scenario once, with a subject of its own, which is killed at the end.
///
/// # Errors
/// Trouble of the machine. What the student's code does is never an error: [`Run::end`] says it.
pub fn run(launcher: &dyn Launch, scenario: &Scenario) -> Result<Run, Error> {
    let subject = launcher.launch().map_err(Error::Launch)?;
    // As long as this thread looks at the subject, until the run has ended.
    let _observer = subject.process.observer();
    let watch = watch::of(subject.pid, launcher.sight(), scenario).map_err(Error::Watch)?;
    let block = block::Block::of(scenario, &subject.channel).map_err(Error::Launch)?;
    Session::new(scenario, launcher, subject, watch, block).play()
}
