//! Runs that did not come to an end, told by what never happened.

use judge::run::{End, Run};
use judge::suite::{Finding, Status};
use judge::words;

use super::polls::{Line, never_polled};
use super::story::{By, Story, What};
use super::times::{Timers, never_rang};

/// What is there to say of it in the terms of an event loop, if there is anything. The status stays.
pub(super) fn word(finding: Finding, story: &Story, run: &Run) -> Finding {
    let told = match &run.end {
        End::RunsAway(_) => again_and_again(story),
        end if end.waits_forever().is_some() => {
            let elsewhere = waits_elsewhere(story, run, &finding);
            elsewhere.or_else(|| never_happened(story))
        }
        _ => None,
    };
    let Some(Finding { expected, observed, cause, hint, .. }) = told else { return finding };
    let observed = if finding.status == Status::Deadlock {
        format!("{observed}. Now nothing can go on")
    } else {
        observed
    };
    Finding { expected, observed, cause, hint, ..finding }
}

/// The thread of the loop waits, and not in `park`.
fn waits_elsewhere(story: &Story, run: &Run, finding: &Finding) -> Option<Finding> {
    let in_park = story.events.iter().rev().find_map(|event| match event.what {
        What::Parks(_) => Some(true),
        What::Unparks(_) => Some(false),
        _ => None,
    });
    let blocked = run.waiting.blocking.first()?;
    if in_park == Some(true) {
        return None;
    }
    let place =
        blocked.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
    let during_a_poll = matches!(
        story.events.last().map(|event| event.what),
        Some(What::Woken(..) | What::Polled(..) | What::Spawn(..))
    );
    Some(if during_a_poll {
        Finding::fail(
            "a waker may be called, and a task spawned, at any moment, also during a poll",
            format!("{}; `{}` {}{place}", finding.observed, blocked.thread, blocked.wait),
            "a lock is held while a future is polled, or while the loop sleeps, that a waker or `spawn` needs",
            "take the future out, let go of every lock, and then poll",
        )
    } else {
        elsewhere(&blocked.thread, &blocked.wait, &place)
    })
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
    let awaited = story.tasks.iter().find(|task| {
        let told = |event: &What| matches!(event, What::Woken(_, By::Handle(script)) | What::Joined(script, ..) if script == *task);
        ends.contains_key(task) && !story.events.iter().any(|event| told(&event.what))
    });
    let panicked = ends.get(awaited?) == Some(&None);
    Some(Finding::fail(
        "a handle wakes whoever polled it last once its task has ended, and is ready at once if it had ended before",
        format!(
            "task {} {}, and nobody who waits for its handle was told",
            awaited?,
            if panicked { "panicked" } else { "ended" }
        ),
        if panicked {
            "a panic ends the task and fills no slot"
        } else {
            "the handle looks for the result only after a wake that came before it was there to hear it, or keeps an old waker"
        },
        "in the poll of a handle look for the result first, and else leave the waker, under one lock; whoever fills the slot takes the waker \
         out and calls it, after a panic as well",
    ))
}

/// Things without end.
fn again_and_again(story: &Story) -> Option<Finding> {
    let last = story.events.iter().rev().take(LAST);
    let parks = last.clone().filter(|event| matches!(event.what, What::Parks(_))).count();
    let by_handles = last.filter(|event| matches!(event.what, What::Woken(_, By::Handle(_)))).count();
    let (observed, cause, hint) = if parks > 0 {
        (
            "the loop lies down and gets up without end",
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
    Some(Finding::fail("the loop does nothing unless something has happened", observed, cause, hint))
}

/// So many events tell what a run was about in the end.
const LAST: usize = 20;
