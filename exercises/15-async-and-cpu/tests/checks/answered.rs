//! Each client has its own prediction, and the service ends when all of them have.

use judge::checks::{Policy, Returns};
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::{Finding, Status};
use judge::words::tick;

use super::super::shared::{ARRIVE, LOAD, OPEN, PATIENCE, PREDICT, REPLY};
use super::panics;
use super::seen::{Seen, requests};

/// The service does not panic where no prediction does.
pub(super) struct KeepsGoing;

impl Policy for KeepsGoing {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        if seen.requests().any(|id| seen.panics(id)) { Ok(()) } else { Returns.judge(scenario, run) }
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        panics::word_end(finding, run)
    }
}

/// Each client that is there when its prediction has ended, and whose prediction does not panic, has that prediction in the end. A pass
/// says nothing of when.
pub(super) struct AnswersEach;

impl Policy for AnswersEach {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        for id in seen.requests() {
            let due = seen.prediction(id).and_then(|work| work.answer.as_ref()?.numbers.first().copied());
            match seen.reply(id) {
                Some((at, Some(number))) if due != Some(number) => {
                    return Err(anothers(&seen, id, at, number));
                }
                Some((at, None)) if !seen.panics(id) => return Err(unanswered(&seen, id, at)),
                None if seen.left(id).is_none() && seen.arrived(id).is_some() => {
                    return Err(never_taken(&seen, id));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn anothers(seen: &Seen, id: u64, at: Ticks, number: u64) -> Finding {
    let is_it = |other: &u64| {
        let answer = seen.prediction(*other).and_then(|work| work.answer.as_ref());
        answer.is_some_and(|answer| answer.numbers.first() == Some(&number))
    };
    let whose = seen.requests().find(is_it);
    let whose = whose.map_or("a number that was never predicted".to_owned(), |other| {
        format!("the prediction for request {other}")
    });
    Finding::fail(
        format!("the client of request {id} gets the prediction for request {id}"),
        format!("at {} it got {whose}", tick(at)),
        "a reply goes to whoever has waited longest, or to the next in a list: requests and predictions are kept apart, and put together \
         again in another order",
        "keep the request's `reply` together with its features all the way, and send to it what came of these",
    )
}

fn unanswered(seen: &Seen, id: u64, at: Ticks) -> Finding {
    let (cause, hint) = match (seen.load(id), seen.prediction(id)) {
        (None, _) => (
            "the request was received and thrown away: a `select!` drops the future that has taken it, or something that is full drops it",
            "let nothing drop a request once it is received: `recv` alone in the `select!`, and the load in a future of its own",
        ),
        (Some(load), None) if load.dropped => (
            "the task that loads it was ended: aborted, dropped with the `JoinSet` or the future that it is a part of, or given up by a time \
             limit",
            "go on until every request is answered, however long that takes, also when the channel has closed",
        ),
        (Some(_), None) => (
            "it was loaded and never computed: a queue that is dropped or full, or an end that comes before its turn",
            "go on until every request is answered, also when the channel has closed",
        ),
        (Some(_), Some(_)) => (
            "its prediction was computed and not waited for: a time limit that gives up, a task that was ended, or a channel for the way \
             back whose other end is gone",
            "wait for each prediction as long as it takes, and send it where the client waits",
        ),
    };
    let (cause, hint) = seen.because_of_a_panic_or(cause, hint);
    Finding::fail(
        format!("the client of request {id} gets its prediction"),
        format!("its reply was dropped at {}", tick(at)),
        cause,
        hint,
    )
}

fn never_taken(seen: &Seen, id: u64) -> Finding {
    let (cause, hint) = seen.because(
        "the service ended, or dropped its receiver, while there were requests to come",
        "take requests until `recv` gives `None`: the last sender is gone then",
    );
    Finding::fail(
        format!("request {id} is taken, and its client gets its prediction"),
        format!("it came at {}, and nobody took it", tick(seen.arrived(id).unwrap_or_default())),
        cause,
        hint,
    )
}

/// The service ends no earlier than the last sender is gone and the last reply is sent, and no later than nothing of it is under way.
pub(super) struct EndsInTime;

impl Policy for EndsInTime {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let seen = Seen::of(scenario, run);
        let Some(served) = seen.served() else { return Ok(()) };
        let ends = |kind| seen.of_kind(kind).filter_map(|work| work.end);
        let closed = ends(ARRIVE).chain(ends(OPEN)).max().unwrap_or(0);
        let replied = seen.requests().filter_map(|id| seen.reply(id)).map(|(at, _)| at).max().unwrap_or(0);
        let may = closed.max(replied);
        let under_way: Vec<u64> =
            seen.requests().filter(|&id| seen.reply(id).is_some_and(|(at, _)| at > served)).collect();
        if served < may {
            let observed = if under_way.is_empty() {
                format!("it ended at {}; the last sender was gone at {}", tick(served), tick(closed))
            } else {
                format!("it ended at {}, and {} had no reply yet", tick(served), requests(&under_way))
            };
            return Err(Finding::fail(
                format!("the service ends when the last reply is sent, at {}", tick(may)),
                observed,
                "it takes something else for the end: a moment in which nothing is under way, or the end of the channel alone",
                "when `recv` gives `None`, wait for all that is still under way, and only then return",
            ));
        }
        let last = ends(LOAD).chain(ends(PREDICT)).max().unwrap_or(0).max(may);
        if served <= last {
            return Ok(());
        }
        let (cause, hint) = seen.because(
            "it looks on a timer whether everything is done, or waits for something that nobody needs any more",
            "await the work itself: it wakes whoever waits, and no `sleep` is needed",
        );
        Err(Finding::fail(
            format!("the service ends when nothing is left to do, at {}", tick(last)),
            format!("it ended at {}", tick(served)),
            cause,
            hint,
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let of_kind =
            |kind: u16| run.works.iter().filter(move |work| work.work.kind == kind && !work.dropped);
        let answered = of_kind(REPLY).count() + of_kind(PATIENCE).filter(|work| work.end.is_some()).count();
        let all_have_their_replies = answered == of_kind(ARRIVE).count();
        if finding.status != Status::Deadlock || !all_have_their_replies {
            return finding;
        }
        Finding {
            expected: "the service ends when the last sender is gone and the last reply is sent".to_owned(),
            observed: format!("every client has its reply, and the service goes on; {}", finding.observed),
            cause: "it waits for what never comes: the end of a channel of which it holds a sender itself, or of a task that waits for such \
                    an end"
                .to_owned(),
            hint: "drop each sender of your own before you wait for the end of its channel, the first one and all its clones".to_owned(),
            ..finding
        }
    }
}
