//! When messages are handled, and replies passed on.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{thousands, tick};

use super::super::shared::{HANDLE, ON_REPLY, START};
use super::contents::word_end;
use super::talk::{Turn, done, given, of_kind, planned};

/// Each reply is passed on at the tick in which it was given, or in which `on_reply` came back from the one before it, if that is later.
/// A pass proves it in virtual time.
pub(super) struct AtOnce;

/// Each message is handled as soon as the one before it is done, and the call is over when the child has ended and the last reply has been
/// passed on. A pass proves it for replies that are short and few.
pub(super) struct NobodyWaits;

impl Policy for AtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let mut free: Ticks = 0;
        for (place, (work, given)) in of_kind(run, ON_REPLY).into_iter().zip(given(scenario, run)).enumerate()
        {
            let due = given.max(free);
            if work.start > due {
                let (cause, hint) = late(scenario, run, place, work.start, given);
                return Err(Finding::fail(
                    format!("reply {place} is passed on at {}, in which it is given", tick(due)),
                    format!("it was passed on at {}, {} later", tick(work.start), ticks(work.start - due)),
                    cause,
                    hint,
                ));
            }
            free = work.end.unwrap_or(Ticks::MAX);
        }
        Ok(())
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn ticks(number: Ticks) -> String {
    if number == 1 { "1 tick".to_owned() } else { format!("{} ticks", thousands(number)) }
}

/// What a pipe has room for.
const PIPE: u64 = 64 << 10;

fn longest(scenario: &Scenario) -> u64 {
    planned(scenario).iter().map(|turn| turn.message.length).max().unwrap_or(0)
}

/// Why a reply that was given at this tick was passed on so late.
fn late(
    scenario: &Scenario,
    run: &Run,
    place: usize,
    at: Ticks,
    given_at: Ticks,
) -> (&'static str, &'static str) {
    let done = done(scenario, run);
    let of_message = |turn: &Turn| {
        let replies = turn.orders.first..turn.orders.first + turn.orders.replies.len() as u64;
        replies.contains(&(place as u64))
    };
    let own = planned(scenario).iter().position(of_message);
    let last = done.iter().flatten().max();
    if last.is_some_and(|last| at >= *last) {
        (
            "replies are passed on when the child has ended, or has nothing more to say: they are collected first (`wait_with_output`, \
             `read_to_end`, a `Vec`), or lie in a buffer of the child that is not flushed",
            "pass each reply on as soon as it has been read, and `flush` after each that is given",
        )
    } else if own.is_some_and(|own| done[own] == Some(at)) {
        (
            "replies are kept until their message has been handled",
            "send each reply when it is given, with a `flush`, and pass it on when it has been read",
        )
    } else if of_kind(run, HANDLE).iter().any(|work| work.start == at) && longest(scenario) > PIPE {
        (
            "whoever passes replies on also writes: it waits for room in the child's input, and meanwhile a reply waits",
            "let a thread of its own write, and pass replies on in the one that reads",
        )
    } else if given(scenario, run).into_iter().any(|next| next == at && next > given_at) {
        (
            "a reply waits for the next one: the reader looks ahead, or the buffer is flushed before a reply and not after it",
            "`flush` after each reply, and pass it on before you read on",
        )
    } else {
        (
            "a reply is looked for now and then, and not when it comes",
            "let a thread sleep in `read_exact`: it wakes when there is something",
        )
    }
}

impl Policy for NobodyWaits {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let (handles, done) = (of_kind(run, HANDLE), done(scenario, run));
        let ready = of_kind(run, START).first().and_then(|start| start.end);
        let before = std::iter::once(ready).chain(done.iter().copied());
        for (place, (work, before)) in handles.iter().zip(before).enumerate() {
            let Some(before) = before.filter(|before| work.start > *before) else { continue };
            return Err(Finding::fail(
                format!("message {place} is handled from {} on: the child is free then", tick(before)),
                format!("it was handled from {} on, {} later", tick(work.start), ticks(work.start - before)),
                "the child waits for its next message although there is one: it is sent only when the replies to the one before it have \
                 been passed on (one after the other), or who writes also calls `on_reply`",
                "write all messages in a thread of its own, one right after the other, whatever is replied",
            ));
        }
        in_time(scenario, run)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// Against what it takes where nobody waits for anybody.
fn in_time(scenario: &Scenario, run: &Run) -> Result<(), Finding> {
    let start = scenario.plan.get(START, 0).map_or(0, |planned| planned.ticks);
    let (mut child, mut caller) = (start, 0);
    for turn in planned(scenario) {
        child += turn.handling;
        for nth in 0..turn.orders.replies.len() as u64 {
            let passing =
                scenario.plan.get(ON_REPLY, turn.orders.first + nth).map_or(0, |planned| planned.ticks);
            caller = child.max(caller) + passing;
        }
    }
    let bound = child.max(caller);
    let Some(makespan) = run.calls[0].makespan().filter(|makespan| *makespan > bound) else { return Ok(()) };
    Err(Finding::fail(
        format!("at most {}: handling and passing on overlap", ticks(bound)),
        ticks(makespan),
        "the two ends take turns: what one of them does, the other one waits for",
        "let one thread write and another one read: `on_reply` is called while the child is at its next message",
    ))
}
