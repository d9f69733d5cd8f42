//! Time-outs and pauses: when an attempt ends, and when the next one starts.

use std::sync::Arc;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::{Finding, Status};
use judge::words::{count, thousands, tick};
use web::{CONNECT, REQUEST, RETRY_AFTER};

use super::places::lost_places;
use super::results::{Got, Pages, due, told};
use super::story::{Attempt, ComesTo, Story, requests, url_of};

/// An attempt that takes too long is dropped at its time-out, to the tick, and the URL reads `TimedOut` where it was the last one;
/// others are left alone. A pass proves it for the attempts that were played.
pub(super) struct TimesOut(pub(super) Arc<Story>);

impl Policy for TimesOut {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let story = &self.0;
        let all: Vec<(usize, usize, Attempt)> = (0..story.urls.len())
            .flat_map(|url| {
                story.attempts(url).into_iter().enumerate().map(move |(time, attempt)| (url, time, attempt))
            })
            .collect();
        for (url, time, attempt) in &all {
            match story.seen(run, *url, attempt) {
                None if *time > 0 => return Err(self.not_again(run, *url, *time)),
                Some(work) if attempt.comes_to == ComesTo::TimedOut => {
                    self.at_its_time(scenario, *url, attempt, work)?;
                }
                _ => {}
            }
        }
        // In whatever order the results stand.
        let results: Vec<(usize, Got)> =
            story.lists.iter().cloned().zip(told(story, run)).flat_map(|(list, got)| list.zip(got)).collect();
        let expected = results.iter().filter(|(url, _)| due(story, run, *url) == Got::TimedOut).count();
        let timed_out = results.iter().filter(|(_, got)| *got == Got::TimedOut);
        let mut in_vain = timed_out.clone().filter(|(url, _)| due(story, run, *url) != Got::TimedOut);
        let hit = in_vain.next().filter(|_| timed_out.count() > expected).map(|(url, _)| *url);
        if let Some(url) = hit {
            return Err(Finding::fail(
                format!(
                    "URL {url} (`{}`) waits for its place, and then takes less than the time-out of {} ticks",
                    story.urls[url].text, story.timeout
                ),
                "it reads `TimedOut`",
                "the time-out counts the wait for a place: the clock starts before there is one",
                "`acquire` the places first, and put `timeout` around the attempt alone",
            ));
        }
        Pages { story: Arc::clone(story), in_order: false }.judge(scenario, run)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let finding = lost_places(&self.0, finding, run);
        let connecting = run.works.iter().find(|work| work.work.kind == CONNECT && work.end.is_none());
        let Some(connecting) = connecting.filter(|_| finding.status == Status::Deadlock) else {
            return finding;
        };
        let (cause, hint) = NOT_AROUND_CONNECTING;
        Finding {
            expected: format!("connecting ends at {}", tick(connecting.start + self.0.timeout)),
            observed: format!("it is never ended; {}", finding.observed),
            cause: cause.to_owned(),
            hint: hint.to_owned(),
            ..finding
        }
    }
}

const NOT_AROUND_CONNECTING: (&str, &str) = (
    "the time-out does not cover connecting: its clock starts when the connection is there",
    "put `timeout` around all of the attempt: connecting, the head, and every piece of the body",
);

impl TimesOut {
    /// That an attempt which must time out is dropped when it must be.
    fn at_its_time(
        &self,
        scenario: &Scenario,
        url: usize,
        attempt: &Attempt,
        work: &WorkRecord,
    ) -> Result<(), Finding> {
        let story = &self.0;
        let due = work.start + attempt.ticks;
        let end = work.end.filter(|_| work.dropped);
        if end.is_some_and(|end| end + scenario.rounding() >= due && end <= due + scenario.rounding()) {
            return Ok(());
        }
        let observed = match work.end {
            Some(end) if work.dropped => format!("it ended at {}", tick(end)),
            Some(end) => format!("it was not ended: the server was done with it at {}", tick(end)),
            None => "it was never ended".to_owned(),
        };
        let is_early = end.is_some_and(|end| end < due);
        let head = story.answer(attempt.key).map(|answer| answer.head);
        let had_head =
            |end: Ticks| attempt.kind == REQUEST && head.is_some_and(|head| work.start + head <= end);
        let (cause, hint) = if is_early && work.end.is_some_and(had_head) {
            (
                "the answer is not read to its end: only a part of the body is waited for",
                "read all of it: `response.into_body().collect().await`",
            )
        } else if is_early {
            (
                "the time-out counts more than this attempt: the wait for a place, or the attempts and pauses before it",
                "give each attempt a time-out of its own, from when it has its places",
            )
        } else if attempt.kind == CONNECT || attempt.ticks < story.timeout {
            NOT_AROUND_CONNECTING
        } else if had_head(due) {
            (
                "the time-out does not cover the body: it stands around what gives the head (`client.get(…)`), or starts again with each piece",
                "put one `timeout` around all of the attempt: connecting, the head, and every piece of the body",
            )
        } else {
            ("nothing ends an attempt that takes too long", "put `tokio::time::timeout` around each attempt")
        };
        let what = if attempt.kind == CONNECT {
            format!("connecting for URL {url} (`{}`)", story.urls[url].text)
        } else {
            format!("the request for URL {url} (`{}`)", story.urls[url].text)
        };
        Err(Finding::fail(
            format!("{what} ends at {}, {} ticks after its attempt began", tick(due), story.timeout),
            observed,
            cause,
            hint,
        ))
    }

    fn not_again(&self, run: &Run, url: usize, made: usize) -> Finding {
        let story = &self.0;
        let first = story.attempts(url).first().and_then(|attempt| story.seen(run, url, attempt));
        let one_for_all = first.is_some_and(|work| work.end == Some(work.start + story.timeout));
        let (cause, hint) = if one_for_all {
            (
                "one time-out ends all attempts together, or a time-out is not tried again",
                "put the `timeout` inside of the loop, around one attempt, and count it as a failed one",
            )
        } else {
            ("a failed attempt is not made again", "see the check `retries_with_pauses`")
        };
        Finding::fail(
            format!(
                "URL {url} (`{}`) is tried {} times, each for {} ticks at most",
                story.urls[url].text,
                story.attempts(url).len(),
                thousands(story.timeout)
            ),
            were_made(made),
            cause,
            hint,
        )
    }
}

/// Each further attempt starts a pause after the end of the one before it, twice as long each time, never earlier; there are as many
/// as there must be, and nothing is waited for after the last one. That none starts late is told here where nobody else takes
/// places; see [`super::places::UsesEveryPlace`].
pub(super) struct PausesBetween(pub(super) Arc<Story>);

impl Policy for PausesBetween {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let story = &self.0;
        if let Some(extra) =
            requests(run).find(|work| work.unplanned && url_of(work.work.key) < story.urls.len())
        {
            return Err(self.one_too_many(url_of(extra.work.key), extra));
        }
        for url in 0..story.urls.len() {
            self.judge_url(scenario, run, url)?;
        }
        let Some((end, _)) = run.calls[0].ended else { return Ok(()) };
        let last = run
            .works
            .iter()
            .filter(|work| [REQUEST, CONNECT].contains(&work.work.kind))
            .filter_map(|work| work.end)
            .max();
        match last {
            Some(last) if end > last + scenario.rounding() => {
                let (cause, hint) = if story.urls.iter().any(|url| url.is_bad) {
                    (
                        "what is no URL is tried again, after the same pauses: it is taken for a failed attempt",
                        "look at the URL before the first attempt, and return `BadUrl` at once: it would be as bad the next time",
                    )
                } else {
                    (
                        "there is a pause after the last attempt too, which nobody needs",
                        "look whether an attempt is left before you sleep",
                    )
                };
                Err(Finding::fail(
                    format!("the call returns when the last attempt has ended, at {}", tick(last)),
                    format!("it returned at {}", tick(end)),
                    cause,
                    hint,
                ))
            }
            _ => Ok(()),
        }
    }
}

impl PausesBetween {
    fn one_too_many(&self, url: usize, extra: &WorkRecord) -> Finding {
        let story = &self.0;
        let attempts = story.attempts(url);
        Finding::fail(
            format!("URL {url} is tried {}: `retries` is {}", times(attempts.len()), story.retries),
            format!("another attempt started at {}", tick(extra.start)),
            "one attempt too many: `retries` counts those that follow the first one; or an answer that is none of the failures is tried again",
            "one attempt, then at most `retries` more, each only after 503, a broken connection or a time-out",
        )
    }

    fn judge_url(&self, scenario: &Scenario, run: &Run, url: usize) -> Result<(), Finding> {
        let story = &self.0;
        let attempts = story.attempts(url);
        let alone = story.urls.len() <= story.total.min(story.per_host);
        let blocks = !run.waiting.blocking.is_empty();
        let mut before: Option<&WorkRecord> = None;
        for (time, attempt) in attempts.iter().enumerate() {
            let Some(work) = story.seen(run, url, attempt) else {
                return Err(Self::one_too_few(&attempts, url, time));
            };
            if let (ComesTo::Page { .. }, Some(end)) = (attempt.comes_to, work.end)
                && work.dropped
                && end + scenario.rounding() < work.start + attempt.ticks
            {
                return Err(self.cut_short(url, attempt, work.start, end));
            }
            if let Some((previous, end)) = before.and_then(|before| Some((before, before.end?))) {
                let doubled = u32::try_from(time - 1).unwrap_or(0);
                let due = end + (story.pause << doubled);
                let late = alone && work.start > due + scenario.rounding();
                if work.start < due || late {
                    return Err(self.at_another_time(
                        url,
                        time,
                        (previous.start, end, due),
                        (work.start, blocks),
                    ));
                }
            }
            before = Some(work);
        }
        Ok(())
    }

    /// An attempt was ended before the last byte of its answer had come.
    fn cut_short(&self, url: usize, attempt: &Attempt, start: Ticks, end: Ticks) -> Finding {
        let (cause, hint) = if self.0.fails(attempt) {
            (
                "the body of a 503 is not read: the connection it still comes on can't be used again, and the server has not been left \
                 alone when the pause begins",
                "read each answer to its end, and look at its status then",
            )
        } else {
            (
                "the answer is not read to its end: only a part of the body is waited for",
                "read all of it: `response.into_body().collect().await`",
            )
        };
        Finding::fail(
            format!(
                "the request for URL {url} (`{}`) ends with the last byte of its answer, at {}",
                self.0.urls[url].text,
                tick(start + attempt.ticks)
            ),
            format!("it was given up at {}", tick(end)),
            cause,
            hint,
        )
    }

    fn one_too_few(attempts: &[Attempt], url: usize, made: usize) -> Finding {
        let last = made.checked_sub(1).and_then(|last| attempts.get(last));
        let (cause, hint) = match last.map(|attempt| (attempt.comes_to, attempt.kind)) {
            Some((ComesTo::TimedOut, _)) => (
                "a time-out is not tried again, or one time-out ends all attempts together",
                "put the `timeout` inside of the loop, around one attempt, and count it as a failed one",
            ),
            Some((ComesTo::Broken, CONNECT)) => (
                "a connection that is refused is not tried again",
                "whatever an attempt fails by, it is followed by another one: 503, no connection, one that breaks, a time-out",
            ),
            Some((ComesTo::Broken, _)) => (
                "a connection that breaks is not tried again: `?` ends the function at the first error",
                "keep the attempt's result, and decide by it whether another attempt follows",
            ),
            _ => (
                "too few attempts: a 503 is returned at once, or `retries` is taken for the number of all attempts",
                "one attempt, then at most `retries` more while it fails",
            ),
        };
        Finding::fail(format!("URL {url} is tried {}", times(attempts.len())), were_made(made), cause, hint)
    }

    /// `times` are the start and the end of the attempt before, and when the next one is due.
    fn at_another_time(
        &self,
        url: usize,
        time: usize,
        (began, end, due): (Ticks, Ticks, Ticks),
        (start, blocks): (Ticks, bool),
    ) -> Finding {
        let pause = self.0.pause;
        let (cause, hint) = if start == end && blocks {
            (
                "the pause is a `std::thread::sleep`, or something else that blocks: the thread stands still, and no time passes on it",
                "`tokio::time::sleep(pause).await` lets all others go on meanwhile",
            )
        } else if start == end {
            ("there is no pause", "`tokio::time::sleep(pause).await` between two attempts")
        } else if time > 1 && start == end + pause {
            ("each pause is as long as the first one", "double it after each: `pause *= 2`")
        } else if start + 1 >= began + (due - end) && start < due {
            (
                "the pause is counted from the start of the attempt before it",
                "begin to sleep when the attempt has ended",
            )
        } else if start == end + OBEDIENT {
            OBEYS_THE_SERVER
        } else if start > due {
            PAUSE_TOO_LONG
        } else {
            (
                "the pauses do not double, or only up to a bound",
                "`pause`, then twice that, then four times, and so on: the caller has said how often",
            )
        };
        Finding::fail(
            format!(
                "attempt {} for URL {url} starts at {}: the one before ended at {}, and the pause is {} ticks",
                time + 1,
                tick(due),
                tick(end),
                thousands(due - end)
            ),
            format!(
                "it started at {}, {} later",
                tick(start),
                count(usize::try_from(start - end).unwrap_or(usize::MAX), "tick")
            ),
            cause,
            hint,
        )
    }
}

pub(super) const PAUSE_TOO_LONG: (&str, &str) = (
    "the pause is too long: it is doubled before the first one already, has a random part (jitter), is counted from a time-out's end that \
     was missed, or looked at on a timer",
    "`pause`, then twice that, then four times: sleep first, and double after it",
);

/// How long a pause is that is made as each 503 says, in ticks.
pub(super) const OBEDIENT: Ticks = RETRY_AFTER * 1_000;

pub(super) const OBEYS_THE_SERVER: (&str, &str) = (
    "the pause is as long as the server's `Retry-After` says: this session's pauses are its own",
    "leave the header alone, and sleep `pause`, then twice that, then four times",
);

fn were_made(attempts: usize) -> String {
    format!("{} {} made", count(attempts, "attempt"), if attempts == 1 { "was" } else { "were" })
}

fn times(number: usize) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}
