//! Systems other than Linux: a plain child process with captured output. **Nothing is sandboxed and no limit is
//! enforced**, and no other tier can be asked for. It is there so that students' own machines can run what they wrote.

use std::process::{Child, ExitStatus};

use crate::ended::{Captured, Ended, How};
use crate::error::Error;
use crate::limits::Limits;
use crate::output::Drain;
use crate::promise::Room;
use crate::spec::Spec;
use crate::tier::Tier;
use crate::{Stdin, process};

/// Nothing to do on this system: programs are started without a launcher.
pub fn launcher_main_if_asked() {}

/// Whether judged programs that may start processes can be launched in this tier.
///
/// # Errors
/// That there is no such tier on this system.
pub fn holds_processes(tier: Tier) -> Result<(), String> {
    if tier == Tier::Limits { Ok(()) } else { Err(Error::Unsupported { tier }.to_string()) }
}

/// A program that was launched. Dropping it kills the program.
#[derive(Debug)]
pub struct Jailed {
    child: Child,
    stdout: Drain,
    stderr: Drain,
    how: Option<How>,
}

/// Looking at a program's threads needs nothing on this system.
#[derive(Debug)]
pub struct Observer(());

/// Launches one program as often as asked.
#[derive(Debug)]
pub struct Launcher(Spec);

impl Launcher {
    /// A launcher for the program of `spec`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for every tier but [`Tier::Limits`].
    pub fn new(tier: Tier, spec: &Spec) -> Result<Self, Error> {
        if tier == Tier::Limits { Ok(Self(spec.clone())) } else { Err(Error::Unsupported { tier }) }
    }

    /// Nothing to do on this system: runs are not forked.
    pub fn prepare(&self) {}

    /// Launches the program as a plain child process. **Not sandboxed.**
    ///
    /// # Errors
    /// [`Error::Start`].
    pub fn launch(&self, stdin: Stdin) -> Result<Jailed, Error> {
        let mut child = process::start_plain(&self.0, stdin).map_err(Error::Start)?;
        let cap = self.0.limits.output_bytes;
        Ok(Jailed {
            stdout: Drain::start(child.stdout.take(), cap).map_err(Error::Start)?,
            stderr: Drain::start(child.stderr.take(), cap).map_err(Error::Start)?,
            child,
            how: None,
        })
    }
}

/// Nothing is limited on this system, and so nothing is promised.
#[derive(Debug)]
pub struct Promise(());

impl Promise {
    /// Nothing to try on this system.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for every tier but [`Tier::Limits`].
    pub fn new(tier: Tier, _limits: &Limits) -> Result<Self, Error> {
        if tier == Tier::Limits { Ok(Self(())) } else { Err(Error::Unsupported { tier }) }
    }

    /// It is.
    ///
    /// # Errors
    /// None.
    pub fn is_kept(&self) -> Result<(), String> {
        Ok(())
    }

    /// As much as is wanted.
    #[must_use]
    pub fn room(&self, wanted: usize) -> Room {
        Room { runs: wanted, why_no_more: None }
    }
}

/// Launches the program of `spec` as a plain child process. **Not sandboxed.**
///
/// # Errors
/// [`Error::Unsupported`] for every tier but [`Tier::Limits`]; [`Error::Start`].
pub fn launch(tier: Tier, spec: &Spec, stdin: Stdin) -> Result<Jailed, Error> {
    Launcher::new(tier, spec)?.launch(stdin)
}

impl Jailed {
    /// The program's process id.
    #[must_use]
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap_or(0)
    }

    /// Nothing to do on this system.
    #[must_use]
    pub fn observer(&self) -> Observer {
        Observer(())
    }

    /// What the program has written to stdout so far.
    #[must_use]
    pub fn stdout(&self) -> Captured {
        self.stdout.so_far()
    }

    /// What the program has written to stderr so far.
    #[must_use]
    pub fn stderr(&self) -> Captured {
        self.stderr.so_far()
    }

    /// Waits until the program has ended. Its CPU time is not known here.
    #[must_use]
    pub fn wait(&mut self) -> Ended {
        let how = *self.how.get_or_insert_with(|| self.child.wait().map_or(How::NoResult, how_of));
        Ended { how, cpu: None, stdout: self.stdout.to_the_end(), stderr: self.stderr.to_the_end() }
    }

    /// Kills the program. What it has started goes on.
    pub fn stop(&mut self) {
        if self.how.is_none() {
            let ended_before = self.child.try_wait().ok().flatten().map(how_of);
            // It fails only for one that has ended.
            let _ = self.child.kill();
            let _ = self.child.wait();
            self.how = Some(ended_before.unwrap_or(How::Stopped));
        }
    }
}

impl Drop for Jailed {
    fn drop(&mut self) {
        self.stop();
    }
}

fn how_of(status: ExitStatus) -> How {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return How::Signal(signal);
    }
    status.code().map_or(How::NoResult, How::Exit)
}
