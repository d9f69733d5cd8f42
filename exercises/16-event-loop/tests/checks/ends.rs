//! What comes of scripts: results, panics, and what is dropped when.

use std::collections::BTreeMap;

use judge::scenario::Ticks;
use judge::suite::Finding;
use judge::words::{count, thousands, tick};

use super::promise::Judged;
use super::story::{Outcome, Story, What};

fn told(outcome: Outcome) -> String {
    outcome.map_or_else(|| "`Err(Panicked)`".to_owned(), |value| format!("`Ok({value})`"))
}

/// Handles and `block_on` give what the scripts have returned.
pub(super) fn gives_results(story: &Story) -> Judged {
    let ends = story.ends();
    for event in &story.events {
        match event.what {
            What::Joined(script, _, got) if ends.get(&script) != Some(&got) => {
                let (expected, cause) = match ends.get(&script) {
                    None => (
                        "a handle is ready once its task has ended".to_owned(),
                        "the handle is ready before the task has ended: it takes being polled, or being dropped, for the end",
                    ),
                    Some(None) => (
                        format!("{}: the task has panicked", told(None)),
                        "a panic is taken for a result, or for that of another task",
                    ),
                    Some(&end) => (
                        told(end),
                        "results are mixed up, or a panic elsewhere is taken for one of this task",
                    ),
                };
                return Err(Finding::fail(
                    expected,
                    format!("the handle of {} gave {}", story.name(script), told(got)),
                    cause,
                    "a slot for each task, filled once: with what its future returned, or with `Err(Panicked)`",
                ));
            }
            What::Back(script, None) if !ends.contains_key(&script) => {
                return Err(Finding::fail(
                    "a panic in a task ends that task, and nothing else",
                    "a task panicked, and `block_on` with it",
                    "the panic unwinds through the loop: nobody catches it, or only if its payload is a text",
                    "poll a task under `catch_unwind`, and put `Err(Panicked)` into its slot, whatever the payload is",
                ));
            }
            What::Back(script, got) if ends.get(&script) != Some(&got) => {
                return Err(Finding::fail(
                    "`block_on` gives what its future has returned, and panics as it does",
                    format!(
                        "the future gave {}, `block_on` {}",
                        ends.get(&script).map_or("nothing yet".to_owned(), |end| told(*end)),
                        told(got)
                    ),
                    "the result of another future is returned, or a panic is caught that is the caller's",
                    "poll the future until it is ready, return its output at once, and let its panics through",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whoever was spawned has run to the end by the end of the story.
pub(super) fn all_tasks_end(story: &Story) -> Judged {
    let ends = story.ends();
    let Some(&task) = story.tasks.iter().find(|task| !ends.contains_key(task)) else { return Ok(()) };
    if let Some(dropped) = dropped_before_its_end(story) {
        return Err(dropped);
    }
    let polls =
        story.events.iter().filter(|event| matches!(event.what, What::Polled(script, _) if script == task));
    let polls = polls.count();
    Err(Finding::fail(
        "every task runs to its end",
        format!("task {task} never ended; it was polled {}", count(polls, "time")),
        "the task is lost: between two calls of `block_on`, in a queue that is too short, or in another loop than its clone's",
        "keep every task until it has ended: the next `block_on` goes on with those that are left",
    ))
}

/// A task that was dropped though it had not ended.
pub(super) fn dropped_before_its_end(story: &Story) -> Option<Finding> {
    let ends = story.ends();
    story.events.iter().find_map(|event| match event.what {
        What::Dropped(script) if !ends.contains_key(&script) => Some(Finding::fail(
            "every task runs to its end",
            format!("{} was dropped at {}, before its end", story.name(script), tick(event.at)),
            "a task goes with its handle, or all are dropped when `block_on` returns",
            "let nothing but its own end take a task away; the next `block_on` goes on with those that are left",
        )),
        _ => None,
    })
}

/// `block_on` returns as soon as its future is ready: nobody is polled in between, and no time passes.
pub(super) fn comes_back_at_once(story: &Story) -> Judged {
    let mut ended: Option<(u64, Ticks)> = None;
    for event in &story.events {
        match (event.what, ended) {
            (What::Ended(script, _), _) if !story.tasks.contains(&script) => ended = Some((script, event.at)),
            (What::Polled(script, _), Some((_, at))) => {
                return Err(stays(
                    at,
                    &format!("{} was polled after that, at tick {}", story.name(script), event.at),
                ));
            }
            (What::Back(..), Some((_, at))) if event.at > at => {
                return Err(stays(at, &format!("`block_on` returned at tick {}", event.at)));
            }
            (What::Back(..), _) => ended = None,
            _ => {}
        }
    }
    match ended {
        Some((_, at)) => Err(stays(at, "`block_on` has not returned")),
        None => Ok(()),
    }
}

fn stays(at: Ticks, observed: &str) -> Finding {
    Finding::fail(
        "`block_on` returns as soon as its future is ready",
        format!("the future was ready at tick {at}; {observed}"),
        "`block_on` finishes a round, or waits for tasks",
        "return right from the poll that is ready; what is left is for the next `block_on`",
    )
}

/// The future of a task that has ended is dropped in the tick of its end: no time passes before that.
pub(super) fn drops_what_has_ended(story: &Story) -> Judged {
    let mut kept: BTreeMap<u64, Ticks> = BTreeMap::new();
    for event in &story.events {
        match event.what {
            What::Ended(script, _) if story.tasks.contains(&script) => {
                kept.insert(script, event.at);
            }
            What::Dropped(script) => {
                let at = kept.remove(&script);
                if at.is_some_and(|at| at < event.at) {
                    return Err(kept_on(story, script, &format!("it was dropped at tick {}", event.at)));
                }
            }
            _ => {}
        }
    }
    let Some((&script, _)) = kept.first_key_value() else { return Ok(()) };
    Err(kept_on(story, script, "it was never dropped"))
}

fn kept_on(story: &Story, script: u64, observed: &str) -> Finding {
    let panicked = story.ends().get(&script) == Some(&None);
    let cause = if panicked {
        "a future that has panicked stays in its place: only one that is ready is dropped"
    } else {
        "the future stays in its place when it is ready, or is owned by its handle or its wakers as well"
    };
    Finding::fail(
        "when a task has ended, its future is dropped at once",
        format!("task {script} had {}; {observed}", if panicked { "panicked" } else { "ended" }),
        cause,
        "let the loop own the future alone, and drop it as soon as it is ready or has panicked (`Option::take`, or out of the map)",
    )
}

/// The last `block_on` returns at this tick.
pub(super) fn ends_at(story: &Story, due: Ticks) -> Judged {
    let last = story.events.iter().rev().find(|event| matches!(event.what, What::Back(..)));
    let Some(last) = last.filter(|last| last.at != due) else { return Ok(()) };
    let (cause, hint) = if last.at < due {
        ("a sleep, or what is waited for, is over too early", "mend `keeps_time` first")
    } else {
        (
            "tasks wait one after the other: each is polled until it is ready before the next one is begun",
            "poll a task once and go on with the next; its waker says when it wants another poll",
        )
    };
    Err(Finding::fail(
        "waiting overlaps: all of them together take as long as the longest",
        format!("it took {} instead of {}", count_ticks(last.at), count_ticks(due)),
        cause,
        hint,
    ))
}

fn count_ticks(ticks: Ticks) -> String {
    if ticks == 1 { "1 tick".to_owned() } else { format!("{} ticks", thousands(ticks)) }
}

/// A handle that was dropped changes nothing.
pub(super) fn lets_go(story: &Story) -> Judged {
    all_tasks_end(story)?;
    comes_back_at_once(story)?;
    drops_what_has_ended(story)
}
