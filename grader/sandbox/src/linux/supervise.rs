//! Watching the program: it is started, waited for, killed when it has to be, and whatever it leaves behind goes, too.
//!
//! The process that supervises is the program's parent and adopts its orphans. It cannot be traced, and its memory and
//! descriptors cannot be read, by a program with the same user id.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpid, pipe2};

use super::channel::Channel;
use super::failure::{Failure, Step};
use super::launcher::{Launch, fail, leave};
use super::privileges::Accounting;
use super::record::Record;
use super::workdir::WorkDir;
use super::{descriptors, inmate, sweep};
use crate::ended::How;

/// How often the work directory is looked at, where that is what limits it.
const LOOK: Duration = Duration::from_millis(100);

/// What this process may call its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every process that it can see: it is the first of a process table.
    Namespace,
    /// Its children, and the orphans that it adopts.
    OwnChildren,
}

/// A program that was started.
struct Watched {
    program: Pid,
    ended: SignalFd,
    deadline: Instant,
    work: Option<WorkDir>,
}

/// Runs the order, reports how it ended, waits to be let go, and ends the process.
pub(super) fn supervise(launch: &Launch, scope: Scope, accounting: Accounting) -> ! {
    let watched = match start(launch, accounting) {
        Ok(watched) => watched,
        Err(failure) => fail(&launch.channel, failure),
    };
    let killed_for = watch(&launch.channel, &watched);
    if killed_for.is_some() {
        // It may just have ended by itself: then there is nobody to kill, and what it did counts.
        let _ = kill(watched.program, Signal::SIGKILL);
    }
    let record = sweep::wait_for(watched.program).map(|(how, cpu)| {
        sweep::sweep(watched.program, scope);
        Record::Ended { how: judge(how, killed_for, watched.work.as_ref()), cpu }
    });
    // Without a result there is nothing to say; and a caller that is gone does not listen.
    if let Ok(record) = record {
        let _ = launch.channel.send(&record.to_bytes(), None);
    }
    // Until the caller lets go, the program stays unreaped, so that its process id means nobody else.
    wait_for_hangup(&launch.channel);
    let _ = waitpid(watched.program, None);
    leave(0)
}

/// Why the program ended, from how it ended and what it was killed for.
fn judge(how: How, killed_for: Option<How>, work: Option<&WorkDir>) -> How {
    match killed_for {
        Some(reason) if how == How::Signal(Signal::SIGKILL as i32) => reason,
        _ if work.is_some_and(WorkDir::is_over) => How::WorkLimit,
        _ => how,
    }
}

fn start(launch: &Launch, accounting: Accounting) -> Result<Watched, Failure> {
    prctl::set_child_subreaper(true).step("subreaper")?;
    prctl::set_dumpable(false).step("dumpable")?;
    let mut chld = SigSet::empty();
    chld.add(Signal::SIGCHLD);
    chld.thread_block().step("signals")?;
    let ended =
        SignalFd::with_flags(&chld, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).step("signals")?;
    let (outcome, told) = pipe2(OFlag::O_CLOEXEC).step("pipe")?;
    let program = fork_inmate(launch, accounting, told)?;
    descriptors::let_go_of_streams(&launch.null).step("streams")?;
    exec_outcome(outcome)?;
    launch.channel.send(&Record::Started.to_bytes(), None).step("report")?;
    let deadline = Instant::now() + Duration::from_millis(launch.order.limits.wall_ms);
    Ok(Watched { program, ended, deadline, work: WorkDir::to_watch(&launch.order) })
}

#[expect(unsafe_code, reason = "fork")]
fn fork_inmate(launch: &Launch, accounting: Accounting, told: OwnedFd) -> Result<Pid, Failure> {
    let supervisor = getpid();
    // SAFETY: this process has one thread, so the copy is whole.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => {
            let failure = match inmate::become_program(launch, supervisor, accounting) {
                Ok(never) => match never {},
                Err(failure) => failure,
            };
            inmate::tell(told, &failure);
            leave(1)
        }
        Ok(ForkResult::Parent { child }) => Ok(child),
        Err(error) => Err(Failure::new("fork", error)),
    }
}

/// Waits until the exec has happened (which closes the pipe), or the step that failed was told through it.
fn exec_outcome(outcome: OwnedFd) -> Result<(), Failure> {
    let mut text = Vec::new();
    File::from(outcome).read_to_end(&mut text).step("exec")?;
    match Record::from_bytes(&text) {
        _ if text.is_empty() => Ok(()),
        Some(Record::Failed(failure)) => Err(failure),
        _ => Err(Failure::new("exec", "the outcome makes no sense")),
    }
}

/// Waits for the program's end, or a reason to end it.
fn watch(channel: &Channel, watched: &Watched) -> Option<How> {
    loop {
        let left = watched.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Some(How::WallLimit);
        }
        if watched.work.as_ref().is_some_and(WorkDir::is_over) {
            return Some(How::WorkLimit);
        }
        let look = if watched.work.is_some() { left.min(LOOK) } else { left };
        let mut both = [
            PollFd::new(watched.ended.as_fd(), PollFlags::POLLIN),
            PollFd::new(channel.as_fd(), PollFlags::POLLIN),
        ];
        let timeout = PollTimeout::try_from(look.as_millis() + 1).unwrap_or(PollTimeout::MAX);
        if poll(&mut both, timeout).is_err() {
            continue;
        }
        let [ended, hung_up] = both.map(|one| one.any() == Some(true));
        // Taken out before the look: a signal after that comes again.
        if ended {
            let _ = watched.ended.read_signal();
            if sweep::has_ended(watched.program) {
                return None;
            }
        }
        if hung_up {
            return Some(How::Stopped);
        }
    }
}

fn wait_for_hangup(channel: &Channel) {
    let mut one = [PollFd::new(channel.as_fd(), PollFlags::POLLIN)];
    while poll(&mut one, PollTimeout::NONE)
        .is_err_and(|error| io::Error::from(error).kind() == io::ErrorKind::Interrupted)
    {}
}
