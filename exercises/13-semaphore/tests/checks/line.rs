//! The model: free permits, and the line of those who wait.

use judge::checks::replay::{After, Miss, Spec};
use judge::steps::{Gave, Op};

use super::super::shared::{ACQUIRE, AGES, FOREVER, NONE, PANIC, PERMIT, RELEASE, TIMED, TOO_EARLY, TRY};
use super::scene::{HOUR, MS};

/// Time limits from here on never run out while anybody looks.
pub(super) const LONG: u64 = 10_000 * MS;

/// Two semaphores with so many permits each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(super) permits: [u64; 2],
    /// Whether the order of arrival is asked for. Without it, any of those who wait may go on.
    pub(super) in_order: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Semaphores {
    free: [u64; 2],
    /// The drivers that wait, where their order matters.
    line: [Vec<u16>; 2],
}

impl Spec for Line {
    type State = Semaphores;

    fn start(&self) -> Semaphores {
        Semaphores { free: self.permits, line: Default::default() }
    }

    fn arrive(&self, state: &mut Semaphores, driver: u16, op: &[u64]) {
        if self.in_order && matches!(op[0], ACQUIRE | TIMED) {
            state.line[which(op)].push(driver);
        }
    }

    fn next(&self, state: &Semaphores, driver: u16, op: &[u64]) -> Option<(Semaphores, Vec<u64>)> {
        let which = which(op);
        let mut after = state.clone();
        let free = state.free[which] > 0;
        let gave = match op[0] {
            ACQUIRE | TIMED => {
                let first = state.line[which].first().is_none_or(|first| *first == driver);
                let gave_up = op[0] == TIMED && op[2] < LONG;
                let gets = free && first;
                if !gets && !gave_up {
                    return None;
                }
                after.line[which].retain(|waiting| *waiting != driver);
                after.free[which] -= u64::from(gets);
                u64::from(gets)
            }
            // Whoever only looks gives it back at once.
            TRY => {
                after.free[which] -= u64::from(free && op[2] > 0);
                u64::from(free)
            }
            RELEASE | PANIC => {
                after.free[which] += 1;
                PERMIT
            }
            _ => return None,
        };
        Some((after, vec![gave]))
    }

    fn runs_out(&self, op: &[u64], result: &[u64]) -> bool {
        op[0] == TIMED && op[2] > 0 && *result == [NONE]
    }

    fn called(&self, op: &[u64]) -> String {
        match op[0] {
            ACQUIRE => "acquire".to_owned(),
            TRY => "try_acquire".to_owned(),
            TIMED if op[2] == FOREVER => "acquire_timeout(Duration::MAX)".to_owned(),
            TIMED if op[2] == AGES => "acquire_timeout(Duration::from_secs(u64::MAX))".to_owned(),
            TIMED if op[2] == HOUR => "acquire_timeout(1 h)".to_owned(),
            TIMED if !op[2].is_multiple_of(MS) => format!("acquire_timeout({} µs)", op[2]),
            TIMED => format!("acquire_timeout({} ms)", op[2] / MS),
            PANIC => "drop(permit) in a panic".to_owned(),
            _ => "drop(permit)".to_owned(),
        }
    }

    fn gave(&self, op: &[u64], result: &[u64]) -> String {
        match (op[0], result) {
            (ACQUIRE | RELEASE | PANIC, [PERMIT]) => String::new(),
            (RELEASE | PANIC, _) => "no permit to drop".to_owned(),
            (_, [PERMIT]) => "a permit".to_owned(),
            (_, [NONE]) => "`None`".to_owned(),
            (_, [TOO_EARLY]) => "`None` before the time had run out".to_owned(),
            _ => "nothing that it can give".to_owned(),
        }
    }

    fn explain(&self, miss: &Miss) -> Option<(String, String)> {
        let (cause, hint) = cause(miss)?;
        Some((cause.to_owned(), hint.to_owned()))
    }
}

fn which(op: &[u64]) -> usize {
    usize::from(op[1] > 0)
}

fn cause(miss: &Miss) -> Option<Told> {
    let called = |code: u64| matches!(&miss.after, After::Row(_, row) if row[0][0] == code);
    let gives_back = called(RELEASE) || called(PANIC);
    let too_early = |gave: &Vec<Gave>| gave.contains(&Gave::Result(vec![TOO_EARLY]));
    if miss.back.values().any(too_early) {
        return Some(if gives_back || miss.has_nudge() { TIRED } else { MISCOUNTED });
    }
    if let Some((_, row, gave)) = miss.wrong.first() {
        let overtakes = gives_back && !miss.late.is_empty() && row[0][0] == TIMED;
        return Some(if overtakes { OUT_OF_ORDER } else { wrong_result(row, gave) });
    }
    let is_late = |code: u64| miss.late.iter().any(|(_, row)| row.iter().any(|op| op[0] == code));
    let is_limited = |row: &[Op]| row.iter().any(|op| op[0] == TIMED && op[2] < LONG);
    let by_caller =
        matches!(&miss.after, After::Row(driver, _) if miss.late.iter().any(|(late, _)| late == driver));
    if miss.early.is_empty() && miss.late.iter().any(|(_, row)| is_limited(row)) && !gives_back {
        return Some(NO_LIMIT);
    }
    Some(match (miss.late.is_empty(), miss.early.is_empty()) {
        // What a spurious wake-up does is the same everywhere.
        _ if miss.is_nudge() => return None,
        (false, false) => OUT_OF_ORDER,
        (true, false) if gives_back => ONE_FOR_TWO,
        (true, false) => TOO_MANY,
        (true, true) => return None,
        _ if by_caller && is_late(TRY) => TRY_WAITS,
        _ if miss.late.iter().any(|(_, row)| is_limited(row)) => LOOKS_TOO_LATE,
        _ if by_caller && (is_late(RELEASE) || is_late(PANIC)) => DROP_WAITS,
        _ if called(PANIC) => KEPT_IN_A_PANIC,
        _ if dropped_elsewhere(&miss.after) => KEPT_ELSEWHERE,
        _ if by_caller => LOST_PERMIT,
        _ if miss.before.iter().any(gave_up) => DEAD_TICKET,
        _ if matches!(&miss.after, After::Row(_, row) if row.len() > 1) => TOLD_ONCE,
        _ if miss.has_nudge() && miss.waiting > 0 => WRONG_ONE_WOKEN,
        _ => NOT_TOLD,
    })
}

/// Whether it is an acquire with a time limit that soon runs out.
fn gave_up(after: &After) -> bool {
    matches!(after, After::Row(_, row) if row.iter().any(|op| op[0] == TIMED && op[2] < LONG))
}

/// Whether a permit was dropped by another driver than the one that got it.
fn dropped_elsewhere(after: &After) -> bool {
    matches!(after, After::Row(driver, row) if row.iter().any(|op| op[0] == RELEASE && op[2] != u64::from(*driver)))
}

fn wrong_result(row: &[Op], gave: &[Gave]) -> Told {
    let none = matches!(gave, [Gave::Result(result), ..] if result.first() == Some(&NONE));
    match row[0][0] {
        RELEASE if row.last().is_some_and(|op| op[0] == TIMED) => (
            "`acquire_timeout` overtakes whoever waits: where there is no time to wait it looks at the count alone",
            "let everybody take a place in the line, or look first whether somebody waits: only then is a free permit free for all",
        ),
        TIMED if none => (
            "the time is looked at before the permits are",
            "ask first whether a permit is free; only whoever has to wait needs the time limit",
        ),
        TRY if none => (
            "`try_acquire` does not see the permit that is free: it gives up where it should take one, or a permit was lost before",
            "let it lock, look at the count and take a permit if one is free and nobody waits; and follow where each permit has gone",
        ),
        RELEASE | PANIC => (
            "there is nothing to give back: the permit was given back before, or never given out",
            "give out one `Permit` for each, and let its `Drop` alone give it back",
        ),
        _ => TOO_MANY,
    }
}

type Told = (&'static str, &'static str);

const TIRED: Told = (
    "a wake-up is taken for the end of the time: a `Condvar` may wake whoever waits for no reason, and `notify_all` also wakes those whose \
     turn has not come",
    "remember when the time is over (`Instant`), and wait on in a loop until it is or the permit has come; or `wait_timeout_while`",
);
const MISCOUNTED: Told = (
    "the time is counted from another moment than that of the call, in another unit, or rounded down; or its number does not fit into the \
     type in which it is kept; or it is not waited for where no permit seems to come",
    "`Instant::now().checked_add(timeout)` at the beginning of the call, and give up only once that moment has come; keep a `Duration` as it \
     is, and do not count in milliseconds",
);
const KEPT_IN_A_PANIC: Told = (
    "a permit that a panic drops does not come back: its `Drop` does nothing while its thread panics, or it panics itself, or finds a lock \
     poisoned",
    "let `Drop` do the same in a panic as otherwise: whoever has the permit may fail, and the others have to go on",
);
const KEPT_ELSEWHERE: Told = (
    "a permit that another thread drops than the one that got it does not come back: its `Drop` does nothing there, or changes what each \
     thread has for itself (`thread_local!`)",
    "let `Drop` do the same on any thread: a permit may be sent to another one, and the semaphore need not know who has it",
);
const OUT_OF_ORDER: Told = (
    "the permit goes to whoever wakes first, or was last to come, and not to whoever has waited longest. In which order a lock or a `Condvar` \
     lets threads in is up to the system, and one that woke for nothing has lost its place there",
    "give each thread that has to wait a place in a line (a ticket in a `VecDeque`), and let a thread go on only when it is the first in it",
);
const ONE_FOR_TWO: Told = (
    "one permit that came back let more than one thread in: it was counted twice, or each thread that woke took it for its own",
    "add 1 where a permit is dropped, and nowhere else; take 1 under the same lock in which you looked whether there is one",
);
const TOO_MANY: Told = (
    "more permits are out than there are: one was given out without being counted, or given back twice, or the condition lets one more in \
     than it should (`>=` for `>`)",
    "let the count say how many are free; take 1 whenever one is given out, `try_acquire` included, and add 1 when one is dropped",
);
const TRY_WAITS: Told = (
    "`try_acquire` waits: it calls `acquire`, or it needs a lock that somebody keeps while he waits",
    "look at the count and the line under the lock, take a permit or give `None`, and let go of the lock at once",
);
const DROP_WAITS: Told = (
    "giving a permit back waits: for a lock that somebody keeps while he waits, or until somebody takes the permit",
    "lock, add 1, wake who is next, and let go; whoever waits for a permit must not keep the lock meanwhile (`Condvar::wait` lets it go)",
);
const NO_LIMIT: Told = (
    "the time limit is not looked at, or begins again with each wake-up",
    "wait with what is left of the time (`wait_timeout_while`, or `wait_timeout` in a loop with a point in time that was set before)",
);
const LOOKS_TOO_LATE: Told = (
    "whoever waits with a time limit does not go on when it can: it looks again only when the time is over, is not woken, or each wake-up \
     starts the limit again",
    "wait on the `Condvar` with what is left of the time (`wait_timeout` in a loop, with a point in time that was set before), and let `Drop` \
     wake whoever waits, with a time limit or without",
);
const LOST_PERMIT: Told = (
    "a permit is free, and it waits: a permit was lost (dropped without being counted, or handed to nobody), somebody who is gone is still \
     first in the line, or two semaphores share what each should have for itself",
    "write down where each permit is after each step; keep no state in a `static`",
);
const DEAD_TICKET: Told = (
    "whoever gave up is still in the line: its turn comes, nobody takes it, and all behind it wait forever. Or the permit was handed to it, or \
     another one was taken out in its place, by an index from when it came (if `lets_the_next_in` does not pass, begin there)",
    "take its own place, wherever that is by now, out of the line when the time has run out, under the lock; if the permit has come meanwhile, keep it or hand it on",
);
const TOLD_ONCE: Told = (
    "several permits came back, and not as many threads were woken: `notify_one` for each only helps if each wakes the right one; whoever \
     notifies only when the count was 0 wakes but one; and the second in the line, which wakes first and sleeps again, is told by nobody that \
     the first has gone",
    "notify with every permit that comes back, and when a thread leaves the line and a permit is left; with one `Condvar` for all who wait, \
     `notify_all`",
);
const WRONG_ONE_WOKEN: Told = (
    "the wrong thread was woken: `notify_one` wakes any one of those that wait, and if it is not its turn it sleeps again, and nobody else \
     is woken",
    "`notify_all` with one `Condvar` for the whole line, or a `Condvar` for each thread that waits",
);
const NOT_TOLD: Told = (
    "a lost wake-up: a permit came back, and nobody who waits was woken",
    "let the `Drop` of a permit wake who waits (`notify_one`, `notify_all`), after the count has changed, each time",
);
