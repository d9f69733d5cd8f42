//! The limits: never exceeded, and always used. The general policies judge; what is here finds the likely cause.

use std::collections::BTreeMap;
use std::sync::Arc;

use judge::checks::{self, Idle, Over, Policy, Ready};
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::{Finding, Status};
use web::REQUEST;

use super::story::{Story, requests, time_of, url_of};
use super::times::{OBEDIENT, OBEYS_THE_SERVER, PAUSE_TOO_LONG};

/// See [`checks::WithinPlaces`].
pub(super) struct WithinLimits(pub(super) Arc<Story>);

impl Policy for WithinLimits {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let places = self.0.places();
        let Some(over) = places.over(run) else { return Ok(()) };
        let found = checks::WithinPlaces(places).judge(scenario, run);
        let why = why_over(&self.0, run, &over);
        found.map_err(|finding| why.map_or(finding.clone(), |why| worded(finding, why)))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        lost_places(&self.0, finding, run)
    }
}

fn worded(finding: Finding, (cause, hint): (&str, &str)) -> Finding {
    Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..finding }
}

/// The mistake without which no limit would be exceeded: each is tried on the record.
fn why_over(story: &Story, run: &Run, over: &Over) -> Option<(&'static str, &'static str)> {
    let within = |change: &dyn Fn(&WorkRecord) -> Option<WorkRecord>| {
        let works = run.works.iter().filter_map(change).collect();
        story.places().over(&Run { works, ..run.clone() }).is_none()
    };
    let until_head = |work: &WorkRecord| {
        let head = story.answer(work.work.key).map(|answer| work.start + answer.head);
        Some(WorkRecord {
            end: head.filter(|head| work.end.is_none_or(|end| *head < end)).or(work.end),
            ..work.clone()
        })
    };
    let of_list = |list: usize| {
        move |work: &WorkRecord| story.lists[list].contains(&url_of(work.work.key)).then(|| work.clone())
    };
    let first_attempts = |work: &WorkRecord| (time_of(work.work.key) == 0).then(|| work.clone());
    if story.lists.len() > 1 && (0..story.lists.len()).all(|list| within(&of_list(list))) {
        return Some((
            "each call has a limit of its own: the semaphores are made in `fetch_all` and not in `new`",
            "places are the session's: keep the semaphores in `Session`, so that all calls share them",
        ));
    }
    if over.group.is_some() && story.is_asked_bit_by_bit() {
        return Some((
            "a host gets new places while its requests still hold the old ones, or wait for them: the map forgets the host too early",
            "leave each host's semaphore in the map; or take it out only when nobody has it any more (`Arc::strong_count` under the map's lock)",
        ));
    }
    if within(&until_head) {
        return Some((
            "a place is given back when the head arrives, and the body still comes: the permit ends with the block (or the function) \
             that sends the request",
            "hold the permit until the body was read: `client.get(…)` and `collect()` in one block with it",
        ));
    }
    if within(&first_attempts) {
        return Some((
            "a further attempt takes no place: the permit is given back for the pause, and never taken again",
            "take both places in the loop, again for each attempt",
        ));
    }
    let most = over.keys.len();
    let at_most = if over.group.is_some() { story.per_host } else { story.total };
    (over.group.is_some() && most > at_most).then_some((
        "nothing counts the requests to one host: the limit of the session alone does not spare a single server",
        "keep a semaphore for each host in the session: a map from name and port to an `Arc<Semaphore>` of `per_host` places",
    ))
}

/// See [`checks::UsesPlaces`].
pub(super) struct UsesEveryPlace(pub(super) Arc<Story>);

impl Policy for UsesEveryPlace {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let uses = checks::UsesPlaces { places: self.0.places(), ready: self.ready() };
        let named = |key| format!("URL {} (`{}`)", url_of(key), self.0.urls[url_of(key)].text);
        if let Some(key) = uses.left_out(run) {
            return Err(checks::never_started(&named(key)));
        }
        let Some(idle) = uses.idle(scenario.rounding(), run) else { return Ok(()) };
        let (expected, observed) = uses.words(&idle, &named(idle.key));
        let (cause, hint) = self.why(run, &idle);
        Err(Finding::fail(expected, observed, cause, hint))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        lost_places(&self.0, finding, run)
    }
}

/// Where everything waits forever after something has failed or was dropped, places were lost with it.
pub(super) fn lost_places(story: &Story, finding: Finding, run: &Run) -> Finding {
    if finding.status != Status::Deadlock {
        finding
    } else if story.dropped.as_ref().is_some_and(|dropped| requests(run).any(|work| work.start <= dropped.at))
    {
        worded(finding, LOST_WHEN_DROPPED)
    } else if requests(run).any(|work| failed(story, work, Ticks::MAX)) {
        worded(finding, LOST_WITH_FAILURES)
    } else {
        finding
    }
}

/// Whether a request ended as a failed attempt by then.
fn failed(story: &Story, work: &WorkRecord, by: Ticks) -> bool {
    let attempts = || story.attempts(url_of(work.work.key));
    work.end.is_some_and(|end| end <= by)
        && attempts().iter().any(|attempt| attempt.key == work.work.key && story.fails(attempt))
}

const LOST_WHEN_DROPPED: (&str, &str) = (
    "a place is lost when the future is dropped: what gives it back stands after an `.await`, and is never reached",
    "let a guard give the place back, in its `Drop`: a semaphore's permit in a variable does",
);
const LOST_WITH_FAILURES: (&str, &str) = (
    "a place is lost with each attempt that fails: what gives it back is jumped over by `?` or `return` (or the permit is forgotten)",
    "let a guard give the place back, in its `Drop`: a semaphore's permit in a variable does, on every way out",
);

impl UsesEveryPlace {
    /// From when on each request can start: once its URL is asked for, or a pause after the attempt before it.
    fn ready(&self) -> Vec<(u64, Ready)> {
        let story = &self.0;
        let mut ready = Vec::new();
        for (url, asked) in story.urls.iter().enumerate() {
            let Some(from) = asked.from.filter(|_| !story.is_dropped(url)) else { continue };
            let attempts = story.attempts(url);
            // Where connecting fails nothing of that attempt is seen here.
            if attempts.iter().any(|attempt| attempt.kind != REQUEST) {
                continue;
            }
            ready.extend(attempts.first().map(|first| (first.key, Ready::At(from))));
            let pauses = attempts.windows(2).zip(0..);
            ready.extend(
                pauses
                    .map(|(pair, doubled)| (pair[1].key, Ready::After(pair[0].key, story.pause << doubled))),
            );
        }
        ready
    }

    /// The likely cause: what fills the places if it is counted as a request in flight.
    fn why(&self, run: &Run, idle: &Idle) -> (&'static str, &'static str) {
        let story = &self.0;
        let host = story.authority(url_of(idle.key));
        let name = |authority: &str| authority.split(':').next().unwrap_or_default().to_owned();
        let to = |host: &str, keys: &[u64]| {
            keys.iter().filter(|&&key| story.authority(url_of(key)) == host).count()
        };
        // Whose next attempt is still to come.
        let in_pause: Vec<u64> = requests(run)
            .filter(|work| failed(story, work, idle.from))
            .map(|work| work.work.key)
            // Nobody waits for a place that it holds itself.
            .filter(|key| key + web::AGAIN != idle.key)
            .filter(|key| {
                requests(run).any(|next| next.work.key == key + web::AGAIN && next.start > idle.from)
            })
            .collect();
        let full = |key: &&u64| to(story.authority(url_of(**key)), &idle.taken) >= story.per_host;
        let behind_full = idle.waiting.iter().filter(full).count();
        let failures = requests(run).filter(|work| failed(story, work, idle.from)).count();
        let same_name =
            idle.taken.iter().filter(|&&key| name(story.authority(url_of(key))) == name(host)).count();
        let taken = idle.taken.len();
        let start = requests(run).find(|work| work.work.key == idle.key).map(|work| work.start);
        let ends_then = |start: Ticks| {
            requests(run).any(|work| work.end.is_some_and(|end| end <= start && end + 1 >= start))
        };
        let is_obedient = start.is_some_and(|start| {
            requests(run).any(|work| {
                work.work.key + web::AGAIN == idle.key && work.end.is_some_and(|end| start == end + OBEDIENT)
            })
        });
        let by_itself = start.is_some_and(|start| !ends_then(start));
        if story.dropped.as_ref().is_some_and(|dropped| idle.from >= dropped.at) {
            LOST_WHEN_DROPPED
        } else if is_obedient {
            OBEYS_THE_SERVER
        } else if same_name >= story.per_host {
            (
                "two hosts share their places: they have one name and different ports",
                "a host is name and port: take `uri.authority()` for the key of the map, not `uri.host()`",
            )
        } else if !in_pause.is_empty()
            && (taken + in_pause.len() >= story.total
                || to(host, &idle.taken) + to(host, &in_pause) >= story.per_host)
        {
            (
                "a pause holds its place: the permit lives on while the attempt's URL only waits, or its lane of a `buffer_unordered(n)` does",
                "give the places back at the end of each attempt (a block, or a function of its own), and then sleep; start all URLs at once",
            )
        } else if behind_full > 0 && taken + behind_full >= story.total {
            (
                "one slow host holds up another: requests take a place of the session (or a lane of `buffer_unordered(total)`) first, and hold it \
                 while they wait for their host",
                "wait for the host's place first and then for the session's: whoever waits for a slow host then holds nothing that others need",
            )
        } else if by_itself && time_of(idle.key) > 0 {
            PAUSE_TOO_LONG
        } else if failures > 0 && taken + failures >= story.total.min(story.per_host) {
            LOST_WITH_FAILURES
        } else if by_itself {
            (
                "it starts when nothing else ends: what waits for a place looks on a timer whether there is one, or sleeps for too long",
                "wait for the place itself: a `Semaphore` wakes whoever is next as soon as a permit is given back",
            )
        } else if most_together(run) <= 1 {
            (
                "the requests go one after the other: each is awaited before the next starts, or a lock is held across an `.await`",
                "make a future for each URL that waits for its places by itself, and await all of them together",
            )
        } else {
            (
                "a place that becomes free stays empty: URLs go in batches, in fixed lanes, or the next start waits for the oldest one to \
                 end (so does a stream that is `buffered`)",
                "start the next one as soon as any one ends: all futures at once, each waiting for its own permits",
            )
        }
    }
}

fn most_together(run: &Run) -> usize {
    let mut changes: BTreeMap<Ticks, (usize, usize)> = BTreeMap::new();
    for work in requests(run) {
        changes.entry(work.start).or_default().0 += 1;
        if let Some(end) = work.end {
            changes.entry(end).or_default().1 += 1;
        }
    }
    let mut together = 0;
    changes
        .values()
        .map(|(started, ended)| {
            together = together + started - ended;
            together
        })
        .max()
        .unwrap_or(0)
}
