//! Runs that did not come to an end, told by what never happened.

use judge::run::{End, Excess, Run, Stuck};
use judge::suite::{Finding, Status};
use judge::words;

use super::ends::dropped_before_its_end;
use super::polls::{Line, never_polled};
use super::promise::Judged;
use super::story::{By, Story, What};
use super::times::{Timers, never_rang};

/// What there is to say of it in the terms of an event loop, if there is anything: what has never happened, or else what breaks the
/// promise itself. The status stays.
pub(super) fn word(
    finding: Finding,
    story: &Story,
    run: &Run,
    promise: &dyn Fn(&Story) -> Judged,
) -> Finding {
    let told = match &run.end {
        End::RunsAway(Excess::Notes(_)) => Some(again_and_again(story)),
        End::PollsForever(_) if !waits_elsewhere(story) => Some(again_and_again(story)),
        end => end.waits_forever().and_then(|stuck| {
            if waits_elsewhere(story) {
                return Some(elsewhere_than_in_park(story, stuck));
            }
            let told = never_happened(story);
            let told = match (told, moved(story)) {
                (Some(told), Some((cause, hint))) => {
                    Some(Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..told })
                }
                (told, _) => told,
            };
            told.or_else(|| promise(story).err())
        }),
    };
    let Some(Finding { expected, observed, cause, hint, .. }) = told else { return finding };
    let certain = finding.status == Status::Deadlock;
    let observed = if certain { format!("{observed}. Now nothing can go on") } else { observed };
    Finding { expected, observed, cause, hint, ..finding }
}

/// Why something is lost if another thread goes on with the loop, and what to try.
fn moved(story: &Story) -> Option<(&'static str, &'static str)> {
    story.events.iter().any(|event| event.what == What::Moved).then_some((
        "tasks, timers, or the right to be woken belong to the thread of `new`, or to that of the first `block_on` (`thread_local!`, or a \
         thread that is remembered)",
        "keep all that belongs to a loop in the loop, behind a lock: a task is `Send` so that each `block_on` may be on another thread",
    ))
}

/// Whether the loop has not lain down in `park`.
fn waits_elsewhere(story: &Story) -> bool {
    let last = story.events.iter().rev().find_map(|event| match event.what {
        What::Parks(_) => Some(true),
        What::Unparks(_) => Some(false),
        _ => None,
    });
    last != Some(true)
}

fn elsewhere_than_in_park(story: &Story, stuck: &[Stuck]) -> Finding {
    let locked = |thread: &&Stuck| thread.callee.as_deref().is_some_and(|callee| callee.ends_with("::lock"));
    let place = |thread: &Stuck| {
        thread.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)))
    };
    match (stuck.iter().find(locked), stuck.first()) {
        (Some(thread), _) if let Some((script, does, needs)) = in_a_drop(story) => Finding::fail(
            "when a task has ended, its future is dropped at once, with all that it owns",
            format!(
                "{} had ended, and {does} `{}` waits for a lock{} which it holds itself",
                story.name(script),
                thread.thread,
                place(thread)
            ),
            format!("a lock is held while a future is dropped, that {needs}"),
            "take the future out, let go of every lock, and then drop it",
        ),
        (Some(thread), _) => Finding::fail(
            "a waker may be called, and a task spawned, at any moment, also during a poll",
            format!(
                "`{}` waits for a lock{}, and whoever holds it waits as well, or is this thread itself",
                thread.thread,
                place(thread)
            ),
            "a lock is held while a future is polled, or while the loop sleeps, that a waker or `spawn` needs",
            "take the future out, let go of every lock, and then poll",
        ),
        (None, Some(thread)) => elsewhere(&thread.thread, &thread.wait, &place(thread)),
        (None, None) => elsewhere("main", "waits", ""),
    }
}

/// Whose future was being dropped in the end, what that did, and what needs a lock in it.
fn in_a_drop(story: &Story) -> Option<(u64, &'static str, &'static str)> {
    // Others may have called wakers since.
    let mut last = story.events.iter().rev().map(|event| event.what);
    let woken = story.events.last().is_some_and(|event| matches!(event.what, What::Woken(_, By::Kit)));
    match [last.find(|what| !matches!(what, What::Woken(..))), last.next()] {
        [Some(What::Gone(_)), Some(What::Dropped(script))] => Some((
            script,
            "owned a sleep; in the drop of that",
            "the drop of a sleep needs: it takes the timer out",
        )),
        [Some(What::Spawn(..)), Some(What::Dropped(script))] => {
            Some((script, "spawns another one as it is dropped; in that", "`spawn` needs"))
        }
        [Some(What::Dropped(script)), _] if woken => {
            Some((script, "wakes another one as it is dropped; in that", "a waker needs"))
        }
        _ => None,
    }
}

pub(super) fn elsewhere(thread: &str, wait: &str, place: &str) -> Finding {
    Finding::fail(
        "the loop waits in `Machine::park` and nowhere else",
        format!("`{thread}` {wait}{place}"),
        "the loop waits by itself (`thread::sleep`, `thread::park`, a `Condvar`, a channel): the clock of the machine does not know that it \
         sleeps, and its `unpark` does not wake it",
        "`Machine::park(until)` for every wait, and `Machine::unpark` for every wake",
    )
}

fn never_happened(story: &Story) -> Option<Finding> {
    if let Some(left) = Line::left(story) {
        return Some(never_polled(story, left));
    }
    if let Some(sleep) = Timers::left(story) {
        return Some(never_rang(sleep));
    }
    let ends = story.ends();
    if let Some(dropped) = dropped_before_its_end(story) {
        return Some(dropped);
    }
    let awaited = |task: u64| {
        story.events.iter().any(|event| matches!(event.what, What::Awaited(script, _) if script == task))
    };
    let joined = |task: u64| {
        story.events.iter().any(|event| matches!(event.what, What::Joined(script, ..) if script == task))
    };
    let task = ends.keys().copied().find(|task| awaited(*task) && !joined(*task))?;
    let woken = story.events.iter().find_map(|event| match event.what {
        What::Woken(script, By::Handle(of)) if of == task => Some(script),
        _ => None,
    });
    let panicked = ends.get(&task) == Some(&None);
    let (who, cause) = match woken {
        Some(script) => (
            format!(
                "the handle woke {}, which had polled it before, and not whoever polled it last",
                story.name(script)
            ),
            "the handle keeps the waker of its first poll",
        ),
        None if panicked => (
            "nobody who waits for its handle was told".to_owned(),
            "a panic ends the task and fills no slot, or wakes nobody",
        ),
        None => (
            "nobody who waits for its handle was told".to_owned(),
            "the handle waits to be woken though the result is there already, or the end of the task wakes nobody",
        ),
    };
    Some(Finding::fail(
        "a handle wakes whoever polled it last once its task has ended, and is ready at once if it had ended before",
        format!("task {task} {}, and {who}", if panicked { "panicked" } else { "ended" }),
        cause,
        "in the poll of a handle look for the result first, and else leave the waker, under one lock; whoever fills the slot takes the waker \
         out and calls it, after a panic as well",
    ))
}

/// Whether a sleep has woken somebody before its time.
fn rings_early(story: &Story) -> bool {
    let sleeps = story.sleeps();
    story.events.iter().any(|event| match event.what {
        What::Woken(_, By::Sleep(sleep)) => sleeps.get(&sleep).is_some_and(|sleep| event.at < sleep.due),
        _ => false,
    })
}

/// Things without end.
fn again_and_again(story: &Story) -> Finding {
    let last = story.events.iter().rev().take(LAST);
    let parks = last.clone().filter(|event| matches!(event.what, What::Parks(_))).count();
    let by_handles = last.filter(|event| matches!(event.what, What::Woken(_, By::Handle(_)))).count();
    let (observed, cause, hint) = if rings_early(story) {
        (
            "a sleep wakes whoever has polled it, finds that its time has not come, and does so again without end",
            "timers ring before their time: each return of `park` is taken for the time that it was to wait for, though it returns for a wake as \
             well",
            "look at `now` after each `park`, and ring those timers alone whose time is not later",
        )
    } else if parks > 0 {
        (
            "the loop goes to sleep and wakes up again without end",
            "a timer that is due now does not ring (`<` for `<=`), or the loop looks again and again by the clock",
            "a timer is due if its time is not later than `now`; sleep until the earliest one, and trust `unpark`",
        )
    } else if by_handles > 0 {
        (
            "a handle that is not ready wakes whoever has polled it, without end",
            "the handle wakes its waiter to be polled again: that is looking again and again",
            "leave the waker in the slot, and return `Pending`: the end of the task wakes it",
        )
    } else {
        (
            "somebody is polled without end",
            "the loop goes through its tasks again and again, whether anybody was woken or not",
            "poll those alone who were woken; if nobody was, `park`",
        )
    };
    Finding::fail("the loop does nothing unless something has happened", observed, cause, hint)
}

/// So many events tell what a run was about in the end.
const LAST: usize = 20;
