//! Whether a subject sleeps: the question, apart from how a system answers it.

use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

use super::launch::Sight;
use crate::scenario::Scenario;
use crate::wire::Tid;

/// Looks at the threads of a subject from outside. A [`Tid`] is the number that a thread has for the subject: in a process table
/// of its own it counts otherwise than the system does here.
pub(super) trait Watch: Send {
    /// Looks once.
    ///
    /// Threads that are `exempt` are known to sleep and are not looked at. Threads in `spinning` are reported and do not make the
    /// subject busy. `owed` says that some thread was sent something and has said nothing since: for a watch that does not see it.
    ///
    /// # Errors
    /// Where the system can't say: trouble of the machine.
    fn look(
        &mut self,
        exempt: &dyn Fn(Tid) -> bool,
        spinning: &BTreeSet<Tid>,
        owed: bool,
    ) -> io::Result<Look>;

    /// Something was said, by either side.
    fn progress(&mut self) {}

    /// The main thread is an event loop whose clock is held: what its wait is limited to is how far off its next timer is on that clock,
    /// and when it passes for real, nothing happens.
    fn main_is_held(&mut self) {}

    /// The CPU time of all threads since the start, those that have ended included.
    ///
    /// # Errors
    /// As for [`Watch::look`].
    fn cpu(&mut self) -> io::Result<Duration>;

    /// What each thread has used since it started, those left out that are `exempt`.
    fn usage(&mut self, exempt: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)>;

    /// Where a thread waits to be woken, for one who would wake it: the address of its futex. `None` where that can't be seen.
    fn waits_at(&mut self, _tid: Tid) -> Option<u64> {
        None
    }

    /// The subject's main thread.
    fn main(&self) -> Tid;

    /// Whether the subject had this thread at the last look that found it asleep.
    fn has(&mut self, tid: Tid) -> bool;

    /// Whether the subject has this thread now: its threads are listed anew.
    fn finds(&mut self, tid: Tid) -> bool;

    /// Whether it is certain that the subject has no such thread: asked before a thread is listed, at next to no cost.
    fn lacks(&mut self, _tid: Tid) -> bool {
        false
    }

    /// How many threads the subject has now, as the system counts them. `None` where they can't be seen.
    fn alive(&mut self) -> Option<usize> {
        None
    }

    /// How many threads were ever listed: some that came and went between two looks are missing.
    fn births(&self) -> usize {
        0
    }

    /// The sleep that a thread is in now; `None` while it runs, and where that can't be seen.
    fn sleep(&mut self, _tid: Tid) -> Option<Seen> {
        None
    }

    /// How often a thread has been put on a CPU by now; `None` where that can't be seen.
    fn turns(&mut self, _tid: Tid) -> Option<u64> {
        None
    }

    /// The thread's name as the system knows it.
    fn name(&mut self, tid: Tid) -> Option<String>;

    /// A process of the subject has reached the judge, which is numbered so here; how the subject numbers it, where that is known.
    fn joins(&mut self, _process: u32) -> Option<Tid> {
        None
    }

    /// The processes beside the main one that there were at the last look that found the subject asleep.
    fn relatives(&mut self) -> Vec<Relative> {
        Vec::new()
    }

    /// The process of a thread that was there at the last look, as the subject numbers it; `None` where that can't be seen.
    fn process_of(&self, _tid: Tid) -> Option<Tid> {
        None
    }

    /// How many processes there were when they were listed last.
    fn population(&self) -> usize {
        1
    }

    /// The memory that all of them had then for themselves, in bytes.
    fn memory(&self) -> u64 {
        0
    }
}

/// A process of the subject beside its main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relative {
    /// As the subject numbers it.
    pub(super) process: Tid,
    /// Whether it has ended, and nobody has waited for it.
    pub(super) zombie: bool,
}

/// What was seen.
#[derive(Debug)]
pub(super) enum Look {
    /// There was no instant in which every thread slept, as far as could be seen.
    Busy,
    /// There was an instant in which every thread slept, those apart that [`Seen::doing`] tells.
    Asleep(Vec<Seen>),
    /// The process has ended.
    Gone,
}

/// A thread that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) tid: Tid,
    /// How often it has been put on a CPU.
    pub(super) turns: u64,
    pub(super) doing: Doing,
}

impl Seen {
    /// How long it is sure to stay asleep unless an event wakes it: of a sleep only the length is known, and not since when.
    pub(super) fn left(&self) -> Duration {
        match self.doing {
            Doing::WaitsForTime(Timer::EventUntil(end)) => end.saturating_duration_since(Instant::now()),
            _ => Duration::ZERO,
        }
    }
}

/// What a thread has used since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) cpu: Duration,
    /// How many turns on a CPU it did not end by going to sleep: its time was up, or it yielded.
    pub(super) turns: u64,
}

/// What a thread does.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "threads are seen on Linux alone"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// It runs (only for threads that are known to spin).
    Runs,
    /// It waits for another thread or for input, without a time limit: only an event can wake it.
    WaitsForEvent(Event),
    /// It wakes by itself after some time, or may: it may also have run for a moment while it was looked at.
    WaitsForTime(Timer),
    /// It does nothing. What it waits for can't be seen.
    Unseen,
}

/// What an untimed wait waits for.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "threads are seen on Linux alone"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// A lock, a condition, a channel, a join, a park: all of them are one system call.
    Wakeup,
    /// Bytes from a pipe or a terminal.
    Input,
    /// Bytes from a socket, or room in one, without a time limit.
    Stream,
    /// The same, with a time limit of its own that can't be seen, or with none.
    Socket,
    /// A child process.
    Child,
    /// Room in a pipe that a process of the subject reads.
    Room,
    /// One of the descriptors of an event loop that is idle.
    Descriptors,
    /// The same, of one whose clock is held: its next timer is due in so many ms of that clock.
    Held(u32),
}

/// The longest time that a thread may sleep while there is something to do: the contract of the exercises.
pub(crate) const LATE: Duration = Duration::from_millis(100);

/// What a timed wait waits for.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "threads are seen on Linux alone"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// A plain sleep: nothing can wake it early.
    Sleep,
    /// The same, asked for [`LATE`] or less. It is never late: where it lasts longer, the machine is.
    ShortSleep(Duration),
    /// The same, asked for over [`LATE`]: late by the contract whenever there is something to do.
    LongSleep,
    /// An event, with a time limit.
    EventOrTimeout,
    /// The same, with a limit that is known: this point in time.
    EventUntil(Instant),
    /// A system call that is not known here; it may return by itself.
    Unknown,
    /// One of the descriptors of an event loop, with a time limit: it has timers.
    Descriptors,
}

impl Doing {
    /// Whether nothing but time ends it.
    pub(super) fn is_a_sleep(self) -> bool {
        matches!(self, Self::WaitsForTime(Timer::Sleep | Timer::ShortSleep(_) | Timer::LongSleep))
    }

    /// Whether it is an event loop's own wait.
    pub(super) fn is_in_the_event_loop(self) -> bool {
        matches!(
            self,
            Self::WaitsForEvent(Event::Descriptors | Event::Held(_)) | Self::WaitsForTime(Timer::Descriptors)
        )
    }

    /// Whether it is known to go on for over [`LATE`] from now unless an event ends it: late by the contract whenever no event
    /// can come.
    pub(super) fn is_long(self) -> bool {
        self == Self::WaitsForTime(Timer::LongSleep) || self.lasts(LATE)
    }

    /// Whether it is known to be a wait for an event that goes on for over `time` from now unless that event ends it.
    pub(super) fn lasts(self, time: Duration) -> bool {
        match self {
            Self::WaitsForTime(Timer::EventUntil(end)) => {
                end.saturating_duration_since(Instant::now()) > time
            }
            _ => false,
        }
    }

    /// How long it takes at least unless an event ends it: what a sleep was asked to take, or is left of a time limit. `None` where that
    /// is not known.
    pub(super) fn takes_at_least(self) -> Option<Duration> {
        match self {
            Self::WaitsForTime(Timer::ShortSleep(asked)) => Some(asked),
            Self::WaitsForTime(Timer::LongSleep) => Some(LATE),
            Self::WaitsForTime(Timer::EventUntil(end)) => Some(end.saturating_duration_since(Instant::now())),
            _ => None,
        }
    }

    /// In words, for a report.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Unseen => "waits",
            Self::WaitsForEvent(Event::Stream | Event::Socket) => "waits on a socket",
            Self::WaitsForEvent(Event::Wakeup) => "waits to be woken",
            Self::WaitsForEvent(Event::Input) => "waits for input",
            Self::WaitsForEvent(Event::Child) => "waits for a child process",
            Self::WaitsForEvent(Event::Room) => "waits for room in a pipe",
            Self::WaitsForEvent(Event::Descriptors | Event::Held(_))
            | Self::WaitsForTime(Timer::Descriptors) => "waits in its event loop",
            Self::WaitsForTime(Timer::Sleep | Timer::ShortSleep(_) | Timer::LongSleep) => {
                "sleeps for a fixed time"
            }
            Self::WaitsForTime(Timer::EventOrTimeout | Timer::EventUntil(_)) => "waits with a time limit",
            Self::WaitsForTime(Timer::Unknown) => "waits in a system call",
        }
    }
}

/// The watch for a process of this machine that plays a scenario; for a patient one it takes its time where it can only guess.
///
/// # Errors
/// Where this system offers no way to look.
pub(super) fn of(pid: u32, sight: Sight, scenario: &Scenario) -> io::Result<Box<dyn Watch>> {
    #[cfg(target_os = "linux")]
    match sight {
        Sight::Threads if scenario.processes => return Ok(Box::new(super::procfs::Tree::new(pid)?)),
        Sight::Threads => return Ok(Box::new(super::procfs::Procfs::new(pid)?)),
        Sight::CpuTime => {}
    }
    #[cfg(not(target_os = "linux"))]
    let _ = sight;
    Ok(Box::new(super::portable::Portable::new(pid, scenario.limits.is_patient(), scenario.processes)?))
}
