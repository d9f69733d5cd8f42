//! The exit statuses of `grader`; the README names them.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was graded (or verified).
    Graded = 0,
    /// A score is under `--fail-under`, the kit did not get the verdicts that it declares, or `check` found something.
    Under = 1,
    /// The command line makes no sense. (clap ends with the same.)
    Usage = 2,
    /// Something could not be graded, and that is not a hand-in's fault.
    Infrastructure = 3,
    /// Ctrl-C or SIGTERM ended it: as shells say it of a program that SIGINT ended.
    Stopped = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
