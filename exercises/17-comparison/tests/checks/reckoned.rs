//! How long each approach takes, by arithmetic; and what comes out where one thing is forgotten.
//!
//! Equal jobs go in rounds: as many at a time as there are places. So they wait in ⌈jobs / workers⌉ rounds, and compute in ⌈jobs / places⌉,
//! where a place is a worker that has a core. (Graham 1969 has the bounds for jobs that are not equal.)

use super::super::shared::Question;

/// The approaches, by their place.
pub(super) const SEQUENTIAL: u64 = 0;
pub(super) const EVENT_LOOP: u64 = 1;
pub(super) const THREADS: u64 = 2;
pub(super) const MIXED: u64 = 3;
pub(super) const PROCESSES: u64 = 4;
pub(super) const NAMES: [&str; 5] = ["Sequential", "EventLoop", "Threads", "Mixed", "Processes"];

/// One thing that somebody may have wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Nothing,
    RoundedDown,
    NotRounded,
    CoresForgotten,
    WorkersForgotten,
    LockForgotten,
    LockOnWaiting,
    LockOnProcesses,
    LoopOnCores,
    LoopInTurn,
    MixedInRounds,
    MixedOnOneCore,
    WaitingOnCores,
    StartForEach,
    StartInRounds,
    StartForgotten,
    StartWithoutJobs,
    FetchWithoutJobs,
    TooShort,
    InFloats,
}

/// How many ticks the approach takes that is asked for.
pub(crate) fn ticks(question: Question) -> u64 {
    with(question, Wrong::Nothing)
}

/// The approach that takes the fewest; of several the first.
pub(super) fn fastest(question: Question) -> u64 {
    let of = |approach: &u64| ticks(Question { approach: *approach, ..question });
    (SEQUENTIAL..=PROCESSES).min_by_key(of).unwrap_or(SEQUENTIAL)
}

/// The same where this is wrong.
pub(super) fn with(question: Question, wrong: Wrong) -> u64 {
    let Question { approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start } = question;
    if jobs == 0 {
        return match (wrong, approach) {
            (Wrong::StartWithoutJobs, PROCESSES) => process_start,
            (Wrong::FetchWithoutJobs, EVENT_LOOP | MIXED) => fetch,
            _ => 0,
        };
    }
    let rounds = |places: u64, length: u64| match wrong {
        Wrong::RoundedDown => jobs / places * length,
        Wrong::NotRounded => jobs.saturating_mul(length) / places,
        _ => jobs.div_ceil(places).saturating_mul(length),
    };
    let locked = one_at_a_time && wrong != Wrong::LockForgotten;
    let places = |locked: bool| match wrong {
        _ if locked => 1,
        Wrong::CoresForgotten => workers,
        Wrong::WorkersForgotten => cores,
        _ => workers.min(cores),
    };
    let waiting = match wrong {
        Wrong::WaitingOnCores => rounds(workers.min(cores), fetch),
        _ => rounds(workers, fetch),
    };
    let in_turn = jobs.saturating_mul(fetch.saturating_add(compute));
    let number = match approach {
        SEQUENTIAL => in_turn,
        EVENT_LOOP if wrong == Wrong::LoopOnCores => fetch + rounds(workers.min(cores), compute),
        EVENT_LOOP if wrong == Wrong::LoopInTurn => in_turn,
        EVENT_LOOP => fetch + jobs.saturating_mul(compute),
        THREADS if locked && wrong == Wrong::LockOnWaiting => in_turn,
        THREADS => waiting + rounds(places(locked), compute),
        MIXED if wrong == Wrong::MixedInRounds => rounds(workers, fetch) + rounds(places(locked), compute),
        MIXED if wrong == Wrong::MixedOnOneCore => fetch + jobs.saturating_mul(compute),
        MIXED => fetch + rounds(places(locked), compute),
        _ => {
            let places = places(locked && wrong == Wrong::LockOnProcesses);
            let start = match wrong {
                Wrong::StartForEach => process_start * workers.min(jobs),
                Wrong::StartInRounds => rounds(workers, process_start),
                Wrong::StartForgotten => 0,
                _ => process_start,
            };
            waiting + rounds(places, compute) + start
        }
    };
    match wrong {
        Wrong::TooShort => number & u64::from(u32::MAX),
        Wrong::InFloats => in_floats(number),
        _ => number,
    }
}

/// What an `f64` makes of a number.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "that is what it tells"
)]
pub(super) fn in_floats(number: u64) -> u64 {
    number as f64 as u64
}

impl Wrong {
    /// What comes of one of these is told by its cause, the more common ones first.
    pub(super) const ALL: [Self; 19] = [
        Self::RoundedDown,
        Self::NotRounded,
        Self::CoresForgotten,
        Self::LockForgotten,
        Self::LockOnWaiting,
        Self::LockOnProcesses,
        Self::LoopOnCores,
        Self::LoopInTurn,
        Self::MixedInRounds,
        Self::MixedOnOneCore,
        Self::WorkersForgotten,
        Self::WaitingOnCores,
        Self::StartForEach,
        Self::StartInRounds,
        Self::StartForgotten,
        Self::StartWithoutJobs,
        Self::FetchWithoutJobs,
        Self::TooShort,
        Self::InFloats,
    ];

    /// The likely cause, and what to try.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("", ""),
            Self::RoundedDown => (
                "the number of rounds is rounded down: `jobs / workers` forgets the last round, which is not full and takes as long as any other",
                "round up: `jobs.div_ceil(workers)`",
            ),
            Self::NotRounded => (
                "the whole work is divided by the places: that would be right for work that can be cut anywhere, and a job can't",
                "count rounds, rounded up, and multiply them by what one job takes: `jobs.div_ceil(places) * compute`",
            ),
            Self::CoresForgotten => (
                "more workers than cores are taken to help with computing: each computes only while it has a core",
                "compute with `workers.min(cores)` places",
            ),
            Self::WorkersForgotten => (
                "all cores are taken to compute, also those for which there is no worker",
                "compute with `workers.min(cores)` places",
            ),
            Self::LockForgotten => (
                "`one_at_a_time` is forgotten: then the threads of a process compute one after the other, on however many cores",
                "count one core for the threads of a process where `one_at_a_time` is true",
            ),
            Self::LockOnWaiting => (
                "`one_at_a_time` is taken to hold for waiting as well: a thread that waits lets the lock go, and all wait at the same time",
                "let `one_at_a_time` change the rounds of computing alone",
            ),
            Self::LockOnProcesses => (
                "`one_at_a_time` is taken to hold for processes: each process has a lock of its own",
                "let processes compute on all cores, whatever `one_at_a_time` says",
            ),
            Self::LoopOnCores => (
                "the event loop is taken to compute on several cores: it is one thread",
                "all computing of an event loop is `jobs * compute`, however many cores and workers there are",
            ),
            Self::LoopInTurn => (
                "the event loop is taken to fetch one after the other: all jobs wait at the same time there",
                "count `fetch` once for an event loop",
            ),
            Self::MixedInRounds => (
                "fetching is taken to go in rounds: in `Mixed` it is done on the event loop, for all jobs at the same time",
                "count `fetch` once for `Mixed`; `workers` is a limit on computing alone",
            ),
            Self::MixedOnOneCore => (
                "`Mixed` is taken to compute on the event loop, one after the other",
                "count rounds of computing for `Mixed`, as for threads",
            ),
            Self::WaitingOnCores => (
                "waiting is taken to need a core: whoever waits holds none, so all workers wait at the same time, however many cores there are",
                "wait in `jobs.div_ceil(workers)` rounds; cores are a limit on computing alone",
            ),
            Self::StartForEach => (
                "`process_start` is counted for each process: they all start at the same time",
                "add `process_start` once",
            ),
            Self::StartInRounds => (
                "`process_start` is counted for each round: the processes stay, and work more than one job each",
                "add `process_start` once",
            ),
            Self::StartForgotten => {
                ("`process_start` is not counted", "add `process_start` once, where there are jobs")
            }
            Self::StartWithoutJobs => (
                "processes are started where there is nothing to do",
                "return 0 first where there are no jobs",
            ),
            Self::FetchWithoutJobs => (
                "`fetch` is counted although there is nothing to fetch",
                "return 0 first where there are no jobs",
            ),
            Self::TooShort => (
                "the number does not fit into 32 bits: a cast to `u32` cuts it off",
                "reckon in `u64` all the way",
            ),
            Self::InFloats => (
                "the number is reckoned as an `f64`, which has no odd numbers above 2^53: the result is rounded",
                "reckon in `u64` all the way: `div_ceil` rounds up there",
            ),
        }
    }
}
