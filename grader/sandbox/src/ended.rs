//! How a launched program ended, and what it wrote. Facts only: what they mean for a verdict is the caller's business.

use std::time::Duration;

/// How a launched program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: How,
    /// CPU time (user and system) of the program and of those children that it waited for; `None` with
    /// [`How::NoResult`].
    pub cpu: Option<Duration>,
    /// What it wrote to stdout.
    pub stdout: Captured,
    /// What it wrote to stderr.
    pub stderr: Captured,
}

/// How a launched program ended: by itself, or why it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It exited with this code.
    Exit(i32),
    /// This signal ended it, sent by itself or by the kernel: SIGABRT (abort, stack overflow), SIGSEGV, SIGXCPU (CPU
    /// limit), SIGXFSZ (file size), SIGKILL (CPU limit with SIGXCPU ignored, or no memory left on the machine).
    Signal(i32),
    /// [`Jailed::stop`](crate::Jailed::stop) killed it.
    Stopped,
    /// The wall limit killed it.
    WallLimit,
    /// It was killed, or ended, with more in the work directory than allowed.
    WorkLimit,
    /// The launcher ended without the one well-formed result record: nothing is known about the program.
    NoResult,
}

/// One captured output stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first bytes, up to the limit. Whatever the program wrote, terminal escapes included.
    pub kept: Vec<u8>,
    /// How many bytes it wrote in all.
    pub total: u64,
}

impl Captured {
    /// How many bytes were thrown away.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.total - self.kept.len() as u64
    }

    /// The kept bytes as text, with replacement characters where they are none.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).into_owned()
    }
}
