//! Watching the program: it is started, waited for, killed when it has to be, and whatever it leaves behind goes, too. Then
//! it may be run again.
//!
//! Invariant: a run finds nothing of an earlier one. Where anything is left that this process cannot see to (a process that
//! does not die, a file in the scratch directory), there is no other run in this sandbox.
//!
//! The process that supervises is the program's parent and adopts its orphans. It cannot be traced, and its memory and
//! descriptors cannot be read, by a program with the same user id.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpid, pipe2};

use super::channel::{Channel, SHORT};
use super::descriptors::Streams;
use super::failure::{Failure, Step};
use super::launcher::{Launch, fail, leave};
use super::privileges::Accounting;
use super::record::{Record, Request};
use super::template::Template;
use super::workdir::WorkDir;
use super::{inmate, sweep};
use crate::ended::How;
use crate::tier::Tier;

/// How often the work directory is looked at, where that is what limits it.
const LOOK: Duration = Duration::from_millis(100);

/// How many programs of earlier runs stay unreaped.
pub(super) const UNREAPED: usize = 8;

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
    deadline: Instant,
    work: Option<WorkDir>,
}

/// The process that supervises.
struct Supervisor<'a> {
    launch: &'a Launch,
    scope: Scope,
    accounting: Accounting,
    /// Tells that a child has ended.
    ended: SignalFd,
    /// What the next run is forked from, where the program can be.
    template: Option<Template>,
    /// Whether no program has failed to prepare itself here.
    can_prepare: bool,
    /// The programs of the last runs, and templates that became none, zombies all of them. For a while after a program's end the
    /// kernel clears its threads out of /proc, and a parent that reaps it meanwhile spins until they are: on a busy machine for longer
    /// than a whole run takes.
    unreaped: VecDeque<Pid>,
}

/// Runs the program of the order as often as the caller asks for it, and ends the process.
pub(super) fn supervise(launch: &Launch, scope: Scope, accounting: Accounting) -> ! {
    let mut supervisor = match settle() {
        Ok(ended) => Supervisor {
            launch,
            scope,
            accounting,
            ended,
            template: None,
            can_prepare: true,
            unreaped: VecDeque::new(),
        },
        Err(failure) => fail(&launch.channel, failure),
    };
    while let Some((Request::Run { prepared }, streams)) = request(&launch.channel) {
        let ran = match Streams::try_from(streams) {
            Ok(streams) => supervisor.run(streams, prepared),
            Err(_) => Err(Failure::new("streams", "a program has three")),
        };
        match ran {
            Ok(Another::MayRun) => drop(launch.channel.send(&Record::Ready.to_bytes(), &[])),
            Ok(Another::MayNot) => break,
            Err(failure) => fail(&launch.channel, failure),
        }
    }
    supervisor.reap(0);
    leave(0)
}

/// Makes this process the one that adopts orphans, hears of ends, and cannot be looked into.
fn settle() -> Result<SignalFd, Failure> {
    prctl::set_child_subreaper(true).step("subreaper")?;
    prctl::set_dumpable(false).step("dumpable")?;
    let mut chld = SigSet::empty();
    chld.add(Signal::SIGCHLD);
    chld.thread_block().step("signals")?;
    SignalFd::with_flags(&chld, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK).step("signals")
}

/// Whether another program may run where one has.
enum Another {
    MayRun,
    MayNot,
}

impl Supervisor<'_> {
    /// Runs the program, reports how it ended and waits to be let go.
    fn run(&mut self, streams: Streams, prepared: bool) -> Result<Another, Failure> {
        let channel = &self.launch.channel;
        let watched = self.start(streams, prepared)?;
        self.reap(UNREAPED);
        let killed_for = self.watch(&watched);
        if killed_for.is_some() {
            // It may just have ended by itself: then there is nobody to kill, and what it did counts.
            let _ = kill(watched.program, Signal::SIGKILL);
        }
        // Without a result there is nothing to say.
        let Ok((how, cpu)) = sweep::wait_for(watched.program) else { return Ok(Another::MayNot) };
        self.unreaped.push_back(watched.program);
        let template = self.template.as_ref().map(Template::pid);
        let swept = sweep::sweep(watched.program, &self.unreaped, self.scope, template);
        let how = judge(how, killed_for, watched.work.as_ref());
        // A caller that is gone does not listen.
        let _ = channel.send(&Record::Ended { how, cpu }.to_bytes(), &[]);
        // Until the caller lets go, the program stays unreaped, so that its process id means nobody else.
        let freed = std::iter::repeat_with(|| request(channel))
            .find(|asked| !matches!(asked, Some((Request::Stop, _))))
            .flatten();
        let as_before = swept && self.scratch_is_empty();
        Ok(if matches!(freed, Some((Request::Free, _))) && as_before {
            Another::MayRun
        } else {
            Another::MayNot
        })
    }

    /// Lets go of the programs that have ended, but for the last `kept` of them.
    fn reap(&mut self, kept: usize) {
        let old = self.unreaped.len().saturating_sub(kept);
        for ended in self.unreaped.drain(..old) {
            let _ = waitpid(ended, None);
        }
    }

    /// Whether a scratch directory that all runs in this sandbox share is as it was made. In the other tiers a judged
    /// program cannot write there, or nothing is promised.
    fn scratch_is_empty(&self) -> bool {
        let order = &self.launch.order;
        order.tier != Tier::Namespaces
            || fs::read_dir(&order.work_inside).is_ok_and(|mut entries| entries.next().is_none())
    }

    fn start(&mut self, streams: Streams, prepared: bool) -> Result<Watched, Failure> {
        let forks = self.launch.order.template;
        let program = if forks { self.fork(&streams, prepared)? } else { self.execute(streams)? };
        self.launch.channel.send(&Record::Started.to_bytes(), &[]).step("report")?;
        let order = &self.launch.order;
        let deadline = Instant::now() + Duration::from_millis(order.limits.wall_ms);
        Ok(Watched { program, deadline, work: WorkDir::to_watch(order) })
    }

    /// Forks the program from its template, which is started where none waits.
    fn fork(&mut self, streams: &Streams, prepared: bool) -> Result<Pid, Failure> {
        let template = match self.template.take() {
            Some(template) if !template.has_ended() => template,
            ended => {
                self.unreaped.extend(ended.as_ref().map(Template::pid));
                self.start_template()?
            }
        };
        let (prepared, pid) = (prepared && self.can_prepare, template.pid());
        let mut ran = template.run(prepared, &self.launch.channel, streams)?;
        if ran.is_none() && prepared {
            // What a program prepares may be its end, and is not worth more than the run.
            self.can_prepare = false;
            let _ = kill(pid, Signal::SIGKILL);
            sweep::wait_for(pid).step("template")?;
            self.unreaped.push_back(pid);
            ran = self.start_template()?.run(false, &self.launch.channel, streams)?;
        }
        let silent = "it ended without a word (was it built for another version of its launcher?)";
        let (program, successor) = ran.ok_or_else(|| Failure::new("template", silent))?;
        self.template = successor;
        Ok(program)
    }

    fn start_template(&self) -> Result<Template, Failure> {
        let nothing = || File::options().read(true).write(true).open("/dev/null").map(OwnedFd::from);
        let (socket, theirs) = Template::socket()?;
        let streams = [theirs, nothing().step("template")?, nothing().step("template")?];
        Ok(Template::new(self.execute(streams)?, socket))
    }

    fn execute(&self, streams: Streams) -> Result<Pid, Failure> {
        let (outcome, told) = pipe2(OFlag::O_CLOEXEC).step("pipe")?;
        let program = self.fork_inmate(told, streams)?;
        exec_outcome(outcome)?;
        Ok(program)
    }

    /// The parent's copies of the streams close when this returns: their other ends are to see the end when the program ends.
    #[expect(unsafe_code, reason = "fork")]
    #[expect(clippy::needless_pass_by_value, reason = "what it takes is closed here")]
    fn fork_inmate(&self, told: OwnedFd, streams: Streams) -> Result<Pid, Failure> {
        let supervisor = getpid();
        // SAFETY: this process has one thread, so the copy is whole.
        match unsafe { fork() } {
            Ok(ForkResult::Child) => {
                let failure = match inmate::become_program(self.launch, supervisor, self.accounting, &streams)
                {
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

    /// Waits for the program's end, or a reason to end it.
    fn watch(&self, watched: &Watched) -> Option<How> {
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
                PollFd::new(self.ended.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.launch.channel.as_fd(), PollFlags::POLLIN),
            ];
            let timeout = PollTimeout::try_from(look.as_millis() + 1).unwrap_or(PollTimeout::MAX);
            if poll(&mut both, timeout).is_err() {
                continue;
            }
            let [ended, asked] = both.map(|one| one.any() == Some(true));
            // Taken out before the look: a signal after that comes again.
            if ended {
                let _ = self.ended.read_signal();
                if sweep::has_ended(watched.program) {
                    return None;
                }
            }
            if asked {
                // Whatever it asks for: while a program runs there is nothing but "stop", or the caller's end.
                return Some(How::Stopped);
            }
        }
    }
}

/// The next request with what came along; `None` when the caller is gone, or makes no sense.
fn request(channel: &Channel) -> Option<(Request, Vec<OwnedFd>)> {
    let message = channel.receive(SHORT).ok()??;
    Some((Request::from_bytes(&message.bytes)?, message.descriptors))
}

/// Why the program ended, from how it ended and what it was killed for.
fn judge(how: How, killed_for: Option<How>, work: Option<&WorkDir>) -> How {
    match killed_for {
        Some(reason) if how == How::Signal(Signal::SIGKILL as i32) => reason,
        _ if work.is_some_and(WorkDir::is_over) => How::WorkLimit,
        _ => how,
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
