//! Why a program could not be launched. How a launched program ended is no error: see [`Ended`](crate::Ended).

use std::io;
use std::path::PathBuf;

use crate::tier::Tier;

/// Why a program could not be launched: always the grader's or the machine's side, never the program's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path that the program is to use is nowhere in what it may see.
    #[error("{} is not in the program's view: add it, or a directory above it", path.display())]
    NotInView {
        /// The path on this machine.
        path: PathBuf,
    },
    /// A path of the view or the work directory cannot be used.
    #[error("{} cannot be shown to the program: {source}", path.display())]
    View {
        /// The path on this machine.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// An argument, variable or path that no program can be given.
    #[error("{0:?} holds a zero byte: no program can be given that")]
    ZeroByte(std::ffi::OsString),
    /// There is no directory to try the sandbox out in.
    #[error("no directory for trying the sandbox out can be made in {}: {source}", all.display())]
    NoCage {
        /// Where temporary files go.
        all: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The launcher could not be started.
    #[error("the sandbox launcher could not be started: {0}")]
    Start(#[source] io::Error),
    /// The launcher could not be talked to.
    #[error("the channel to the sandbox launcher failed: {0}")]
    Channel(#[source] io::Error),
    /// A step on the way into the sandbox failed; the program has not run.
    #[error("sandbox tier {tier}, step `{step}`: {reason}")]
    Setup {
        /// The tier that was asked for.
        tier: Tier,
        /// The step that failed.
        step: String,
        /// Why, and where there is one, the next thing to do.
        reason: String,
    },
    /// The launcher ended, or said nothing, before the program ran.
    #[error(
        "the sandbox launcher gave no answer: does main() call sandbox::launcher_main_if_asked() first? \
         It wrote: {stderr:?}"
    )]
    NoAnswer {
        /// What it wrote to stderr.
        stderr: String,
    },
    /// This system has no such tier.
    #[error("sandbox tier {tier} does not exist on this system: only Linux has it")]
    Unsupported {
        /// The tier that was asked for.
        tier: Tier,
    },
}
