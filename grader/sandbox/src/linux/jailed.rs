//! The caller's side: starting the launcher, and the handle on what it runs.

use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::time::Duration;

use nix::errno::Errno;

use super::channel::{Channel, Sender};
use super::failure::Failure;
use super::observe::Observer;
use super::order::Order;
use super::record::Record;
use crate::ended::{Captured, Ended, How};
use crate::error::Error;
use crate::output::Drain;
use crate::process;
use crate::spec::Spec;
use crate::tier::Tier;

/// How long the launcher may say nothing where it has nothing to wait for. It answers within milliseconds; this only
/// keeps a caller from hanging for ever on a broken machine, so it is far beyond any load.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that was launched. Dropping it kills the program and everything that the program started.
#[derive(Debug)]
pub struct Jailed {
    launcher: Child,
    channel: Channel,
    sender: Sender,
    stdout: Drain,
    stderr: Drain,
    wall: Duration,
    ended: Option<(How, Option<Duration>)>,
    gone: bool,
}

/// Launches the program of `spec` in `tier` with `stdin` as its descriptor 0, and returns when it runs.
///
/// For a judged program `stdin` is one end of a socket pair, the only channel that it has. The caller's copy of it is
/// closed on return, so the other end reads its end when the program is gone.
///
/// The caller's `main` must call [`launcher_main_if_asked`](crate::launcher_main_if_asked) first.
///
/// # Errors
/// [`Error`]: the program could not be launched, and has not run.
pub fn launch(tier: Tier, spec: &Spec, stdin: OwnedFd) -> Result<Jailed, Error> {
    let order = Order::new(tier, spec)?;
    let (channel, theirs) = Channel::pair().map_err(channel_error)?;
    channel.set_patience(PATIENCE).map_err(channel_error)?;
    let mut launcher = process::start_launcher(theirs).map_err(Error::Start)?;
    let cap = spec.limits.output_bytes;
    let mut jailed = Jailed {
        stdout: Drain::start(launcher.stdout.take(), cap),
        stderr: Drain::start(launcher.stderr.take(), cap),
        launcher,
        channel,
        sender: Sender { pid: 0, uid: 0, gid: 0 },
        wall: Duration::from_millis(spec.limits.wall_ms),
        ended: None,
        gone: false,
    };
    match jailed.channel.send(&order.to_bytes(), Some(stdin.as_fd())) {
        // A launcher that ended at once (it was not asked for in main) is reported by what it wrote, below.
        Ok(()) | Err(Errno::EPIPE | Errno::ECONNRESET) => {}
        Err(error) => return Err(channel_error(error)),
    }
    drop(stdin);
    jailed.expect_started(tier)?;
    jailed.channel.set_patience(jailed.wall.saturating_add(PATIENCE)).map_err(channel_error)?;
    Ok(jailed)
}

impl Jailed {
    /// The program's own process id in the caller's process table: the one to look at in /proc. It stays the program's
    /// (as a zombie, when it has ended) until [`Jailed::stop`] or the drop.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.sender.pid
    }

    /// The user id that the program runs as, as the caller sees it.
    #[must_use]
    pub fn uid(&self) -> u32 {
        self.sender.uid
    }

    /// Lets the calling thread read the program's files in /proc where they are closed to root: see [`Observer`].
    #[must_use]
    pub fn observer(&self) -> Observer {
        Observer::new(self.sender.uid, self.sender.gid)
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

    /// Waits until the program has ended and everything that it started is gone.
    #[must_use]
    pub fn wait(&mut self) -> Ended {
        let (how, cpu) = self.result();
        if how == How::NoResult {
            self.end_launcher();
        }
        Ended { how, cpu, stdout: self.stdout.to_the_end(), stderr: self.stderr.to_the_end() }
    }

    /// Kills the program with everything that it started, and returns when all of it is gone. A program that has ended
    /// by itself keeps its result. Doing it again changes nothing.
    pub fn stop(&mut self) {
        if self.gone {
            return;
        }
        self.channel.half_close();
        // It had all the time in the world; now it has none. A failure shows as silence below.
        let _ = self.channel.set_patience(PATIENCE);
        self.result();
        while matches!(self.channel.receive(), Ok(Some(_))) {}
        self.end_launcher();
    }

    /// The result, from the record once it has come.
    fn result(&mut self) -> (How, Option<Duration>) {
        if let Some(known) = self.ended {
            return known;
        }
        let result = match self.next_record() {
            Some(Record::Ended { how, cpu }) => (how, Some(cpu)),
            _ => (How::NoResult, None),
        };
        *self.ended.insert(result)
    }

    /// The next record; `None` for the end, silence or anything that is no record.
    fn next_record(&self) -> Option<Record> {
        Record::from_bytes(&self.channel.receive().ok()??.bytes)
    }

    fn expect_started(&mut self, tier: Tier) -> Result<(), Error> {
        let failed = |Failure { step, reason }| Error::Setup { tier, step, reason };
        while let Some(message) = self.channel.receive().map_err(Error::Channel)? {
            match (Record::from_bytes(&message.bytes), message.sender) {
                (Some(Record::Pid), Some(sender)) if sender.pid > 0 => self.sender = sender,
                (Some(Record::Started), _) if self.pid() > 0 => return Ok(()),
                (Some(Record::Failed(failure)), _) => return Err(failed(failure)),
                _ => {
                    return Err(failed(Failure::new(
                        "start",
                        "the launcher sent something that makes no sense",
                    )));
                }
            }
        }
        self.end_launcher();
        Err(Error::NoAnswer { stderr: self.stderr.to_the_end().text() })
    }

    /// Makes sure that the launcher is gone. Normally it has gone by itself, and there is nothing to kill.
    fn end_launcher(&mut self) {
        if !self.gone {
            // Neither fails in a way that could be mended: the launcher is our own child, not yet waited for.
            let _ = self.launcher.kill();
            let _ = self.launcher.wait();
            self.gone = true;
        }
    }
}

impl Drop for Jailed {
    fn drop(&mut self) {
        self.stop();
    }
}

fn channel_error(error: nix::Error) -> Error {
    Error::Channel(error.into())
}
