//! The caller's side: the launcher with its process, and the handle on what it runs.

use std::io::{self, PipeReader};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use nix::errno::Errno;

use super::channel::{Channel, SHORT, Sender};
use super::failure::Failure;
use super::observe::Observer;
use super::order::Order;
use super::record::{Record, Request};
use crate::ended::{Captured, Ended, How};
use crate::error::Error;
use crate::output::Drain;
use crate::process;
use crate::spec::Spec;
use crate::tier::Tier;

/// How long the launcher may say nothing where it has nothing to wait for. It answers within milliseconds; this only
/// keeps a caller from hanging forever on a broken machine, so it is far beyond any load.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes that are kept of what the launcher itself writes.
const COMPLAINTS: usize = 4 << 10;

/// Launches one program as often as asked. Setting up a sandbox costs more than a run, so one that a program has left as it
/// found it is used for the next run.
///
/// Runs at the same time have sandboxes of their own. Invariant: a run finds nothing of an earlier one.
#[derive(Debug)]
pub struct Launcher {
    tier: Tier,
    order: Order,
    idle: Arc<Idle>,
    /// Whether the next runs come prepared.
    prepared: AtomicBool,
}

/// The sandboxes in which nothing runs.
type Idle = Mutex<Vec<Line>>;

impl Launcher {
    /// A launcher for the program of `spec` in `tier`. It sets nothing up yet.
    ///
    /// The caller's `main` must call [`launcher_main_if_asked`](crate::launcher_main_if_asked) first.
    ///
    /// # Errors
    /// [`Error`]: nothing can be launched from this spec.
    pub fn new(tier: Tier, spec: &Spec) -> Result<Self, Error> {
        Ok(Self {
            tier,
            order: Order::new(tier, spec)?,
            idle: Arc::default(),
            prepared: AtomicBool::new(false),
        })
    }

    /// From now on runs are forked from a program that has prepared itself, as it does where it calls
    /// [`forkserver::serve_if_asked`], or are not prepared where it can't. Nothing else changes; where runs are not forked, nothing
    /// at all.
    pub fn prepare(&self) {
        self.prepared.store(true, Ordering::Relaxed);
    }

    /// Launches the program with `stdin` as its descriptor 0, and returns when it runs.
    ///
    /// For a judged program `stdin` is one end of a socket pair, the only channel that it has. The caller's copy of it is
    /// closed on return, so the other end reads its end when the program is gone.
    ///
    /// # Errors
    /// [`Error`]: the program could not be launched, and has not run.
    pub fn launch(&self, stdin: OwnedFd) -> Result<Jailed, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let line = match idle {
            Some(line) => line,
            None => Line::open(&self.order)?,
        };
        let (stdout, stdout_of_program) = io::pipe().map_err(Error::Start)?;
        let (stderr, stderr_of_program) = io::pipe().map_err(Error::Start)?;
        let streams = [stdin, stdout_of_program.into(), stderr_of_program.into()];
        line.ask(Request::Run { prepared: self.prepared.load(Ordering::Relaxed) }, &streams)?;
        drop(streams);
        let sender = line.expect_started(self.tier)?;
        let wall = Duration::from_millis(self.order.limits.wall_ms);
        line.channel.set_patience(wall.saturating_add(PATIENCE)).map_err(channel_error)?;
        let drain = |stream: PipeReader| Drain::start(Some(stream), self.order.limits.output_bytes);
        Ok(Jailed {
            line: Some(line),
            sender,
            stdout: drain(stdout).map_err(Error::Start)?,
            stderr: drain(stderr).map_err(Error::Start)?,
            ended: None,
            home: Arc::downgrade(&self.idle),
        })
    }
}

/// Launches the program of `spec` in `tier` with `stdin` as its descriptor 0: [`Launcher::launch`], once.
///
/// # Errors
/// [`Error`]: the program could not be launched, and has not run.
pub fn launch(tier: Tier, spec: &Spec, stdin: OwnedFd) -> Result<Jailed, Error> {
    Launcher::new(tier, spec)?.launch(stdin)
}

/// The way to a launcher's process. Dropping it ends that process and everything in its sandbox.
#[derive(Debug)]
struct Line {
    process: Child,
    channel: Channel,
    /// What the launcher itself has to say.
    complaints: Drain,
}

impl Line {
    /// Starts the process and gives it its order.
    fn open(order: &Order) -> Result<Self, Error> {
        let (channel, theirs) = Channel::pair().map_err(channel_error)?;
        channel.set_patience(PATIENCE).map_err(channel_error)?;
        let mut process = process::start_launcher(theirs).map_err(Error::Start)?;
        let complaints = match Drain::start(process.stderr.take(), COMPLAINTS) {
            Ok(drain) => drain,
            Err(error) => {
                // It has no order yet, and reads the end of its channel.
                drop(channel);
                let _ = process.wait();
                return Err(Error::Start(error));
            }
        };
        let line = Self { process, channel, complaints };
        line.send(&order.to_bytes(), &[])?;
        Ok(line)
    }

    fn ask(&self, request: Request, streams: &[OwnedFd]) -> Result<(), Error> {
        self.send(request.to_bytes(), streams)
    }

    fn send(&self, bytes: &[u8], descriptors: &[OwnedFd]) -> Result<(), Error> {
        let descriptors: Vec<_> = descriptors.iter().map(AsFd::as_fd).collect();
        match self.channel.send(bytes, &descriptors) {
            // A launcher that is gone is reported by what it said or wrote.
            Ok(()) | Err(Errno::EPIPE | Errno::ECONNRESET) => Ok(()),
            Err(error) => Err(channel_error(error)),
        }
    }

    /// The next record; `None` for the end, silence or anything that is no record.
    fn next_record(&self) -> Option<Record> {
        Record::from_bytes(&self.channel.receive(SHORT).ok()??.bytes)
    }

    /// The process that has become the program, once it has.
    fn expect_started(&self, tier: Tier) -> Result<Sender, Error> {
        let failed = |Failure { step, reason }| Error::Setup { tier, step, reason };
        let mut program = None;
        while let Some(message) = self.channel.receive(SHORT).map_err(Error::Channel)? {
            match (Record::from_bytes(&message.bytes), message.sender, program) {
                (Some(Record::Pid), Some(sender), _) if sender.pid > 0 => program = Some(sender),
                (Some(Record::Started), _, Some(program)) => return Ok(program),
                (Some(Record::Failed(failure)), ..) => return Err(failed(failure)),
                _ => {
                    return Err(failed(Failure::new(
                        "start",
                        "the launcher sent something that makes no sense",
                    )));
                }
            }
        }
        Err(Error::NoAnswer { stderr: self.complaints.to_the_end().text() })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.channel.half_close();
        // A failure shows as silence. The end comes when everybody who could hold the channel is gone.
        let _ = self.channel.set_patience(PATIENCE);
        let silent = loop {
            match self.channel.receive(SHORT) {
                Ok(Some(_)) => {}
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        // Normally it is about to go by itself, having waited for what it started. Nothing of this fails in a way that could be
        // mended: the launcher is our own child, not yet waited for.
        if silent {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A program that was launched. Dropping it kills the program and everything that the program started.
#[derive(Debug)]
pub struct Jailed {
    /// `None` once nothing of the program is left.
    line: Option<Line>,
    sender: Sender,
    stdout: Drain,
    stderr: Drain,
    ended: Option<(How, Option<Duration>)>,
    /// Where the sandbox goes if it can be used again, and anybody is there to use it.
    home: Weak<Idle>,
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
        Ended { how, cpu, stdout: self.stdout.to_the_end(), stderr: self.stderr.to_the_end() }
    }

    /// Kills the program with everything that it started, and returns when all of it is gone. A program that has ended
    /// by itself keeps its result. Doing it again changes nothing. (A [`Launcher`] may keep the zombie for some runs more.)
    pub fn stop(&mut self) {
        let Some(line) = &self.line else { return };
        if self.ended.is_none() {
            // It had all the time in the world; now it has none. A failure shows as silence below.
            let _ = line.channel.set_patience(PATIENCE);
            let _ = line.ask(Request::Stop, &[]);
        }
        self.result();
        let Some(line) = self.line.take() else { return };
        let _ = line.channel.set_patience(PATIENCE);
        let freed = line.ask(Request::Free, &[]);
        if freed.is_ok()
            && line.next_record() == Some(Record::Ready)
            && let Some(home) = self.home.upgrade()
        {
            home.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// The result, from the record once it has come. Without one the sandbox is ended.
    fn result(&mut self) -> (How, Option<Duration>) {
        if let Some(known) = self.ended {
            return known;
        }
        let record = self.line.as_ref().and_then(Line::next_record);
        let result = if let Some(Record::Ended { how, cpu }) = record {
            (how, Some(cpu))
        } else {
            self.line = None;
            (How::NoResult, None)
        };
        *self.ended.insert(result)
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
