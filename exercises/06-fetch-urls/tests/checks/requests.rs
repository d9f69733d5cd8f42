//! Which requests reach the servers, and that none goes on when nobody waits for it any more.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, list, tick};
use web::{CONNECT, REQUEST};

use super::results::told;
use super::story::{Dropped, Story, Url, requests, time_of, url_of};

/// Each URL is requested as often as it must be, nothing else is, and nobody is connected to for a URL that is none. A pass says
/// nothing of when.
pub(super) struct RequestsOnce(pub(super) Arc<Story>);

impl Policy for RequestsOnce {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let story = &self.0;
        let unknown = |kind| move |work: &&WorkRecord| work.work.kind == kind && work.unplanned;
        if let Some(stranger) = run.works.iter().find(unknown(CONNECT)) {
            return Err(stray_connect(stranger));
        }
        if let Some(stranger) = run.works.iter().find(unknown(REQUEST)) {
            return Err(stray_request(story, stranger));
        }
        let missing =
            |&url: &usize| story.attempts(url).iter().any(|attempt| story.seen(run, url, attempt).is_none());
        let missing: Vec<usize> = (0..story.urls.len()).filter(missing).collect();
        let Some(&first) = missing.first() else { return Ok(()) };
        let lists = story.lists.iter().map(Range::len);
        let (cause, hint) = if told(story, run).iter().map(Vec::len).ne(lists) {
            (
                "the list is cut short: the first error ends it (`?`, `try_join_all`), or a count or a closed channel is taken for its end",
                "keep each error in its own place, and go on until every URL has its result",
            )
        } else if requests(run).next().is_none() {
            (
                "nothing is sent at all: the results come from somewhere else, or no future is awaited",
                "make a request for each URL, and await all of them",
            )
        } else if (0..first).any(|url| story.are_equal(url, first)) {
            (
                "equal URLs are taken for one: they are collected in a set or a map, or a page is remembered",
                "go by the index of each URL and not by its text",
            )
        } else if story.attempts(first).len() > 1 {
            ("a failed attempt is not made again", "see the check `retries_with_pauses`")
        } else {
            ("a request is left out, or made for another URL", "make a request for each URL of the list")
        };
        Err(Finding::fail(
            "each URL is requested once",
            format!(
                "{} of {} never requested: URL {}",
                count(missing.len(), "URL"),
                story.urls.len(),
                list(missing)
            ),
            cause,
            hint,
        ))
    }
}

fn said(work: &WorkRecord) -> &str {
    work.work.input.texts.first().map_or("", String::as_str)
}

fn stray_connect(stranger: &WorkRecord) -> Finding {
    Finding::fail(
        "what is no `http://` URL with a host reads `BadUrl`, and nobody is connected to",
        format!("a connection to `{}` at {}", said(stranger), tick(stranger.start)),
        SCHEME_IGNORED.0,
        SCHEME_IGNORED.1,
    )
}

const SCHEME_IGNORED: (&str, &str) = (
    "the scheme is not looked at: an `https://` or `ftp://` URL is sent as if it were `http://`",
    "parse the URL, and go on only with `scheme_str() == Some(\"http\")` and a host that is not empty",
);

fn stray_request(story: &Story, stranger: &WorkRecord) -> Finding {
    let (what, at) = (said(stranger), tick(stranger.start));
    let url = url_of(stranger.work.key);
    if let Some(of_url) = story.urls.get(url) {
        let (due, times) = (story.attempts(url).len(), time_of(stranger.work.key) + 1);
        let after_scheme = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
        let is_bad_one =
            |other: &Url| other.is_bad && after_scheme(&other.text) == after_scheme(&of_url.text);
        let (cause, hint) = if story.urls.iter().any(is_bad_one) {
            SCHEME_IGNORED
        } else if due > 1 {
            ("one attempt too many", "`retries` further attempts at most follow the first one")
        } else {
            (
                "an answer is taken for a failed attempt and tried again, or two futures take the same URL",
                "only 503, a broken connection and a time-out are tried again: each other status is an answer, with an empty body, too",
            )
        };
        return Finding::fail(
            format!(
                "URL {url} is requested {}",
                if due == 1 { "once".to_owned() } else { format!("{due} times") }
            ),
            format!("`{}` was requested {times} times, the last time at {at}", of_url.text),
            cause,
            hint,
        );
    }
    let (cause, hint) = if what.contains("`Host") {
        (
            "the request is made by hand, and its `Host` header is missing or wrong: a server needs name and port as in the URL",
            "with `hyper::client::conn` set it: `.header(hyper::header::HOST, authority)`; the pooled client does so by itself",
        )
    } else if story.web.pages.iter().flat_map(|page| &page.replies).any(|reply| {
        matches!(reply, web::Reply::Answer(answer) if answer.location.as_deref().is_some_and(|to| to.ends_with(path_of(what))))
    }) {
        ("a redirect is followed", "a 302 is an answer as any other: return its status and its body")
    } else {
        (
            "path or query is changed on the way: the request is made of something else than the URL",
            "send `path_and_query()` of the parsed URL, as it is",
        )
    };
    Finding::fail(
        "only the URLs of the list are requested",
        format!("`{what}` was requested at {at}"),
        cause,
        hint,
    )
}

fn path_of(what: &str) -> &str {
    what.find('/').map_or(what, |at| &what[at..])
}

/// When the calls have returned, no request is in flight any more. A pass does not prove that no task is left that does nothing.
pub(super) struct NothingGoesOn;

impl Policy for NothingGoesOn {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some((end, _)) = run.calls[0].ended else { return Ok(()) };
        let late = |work: &&WorkRecord| work.end.is_none_or(|at| at > end + scenario.rounding());
        let late = requests(run).filter(late).count();
        if late == 0 {
            return Ok(());
        }
        Err(Finding::fail(
            "at the return nothing is in flight",
            format!("the call returned at {}, and {} went on", tick(end), count(late, "request")),
            "tasks were spawned and are not awaited to their end",
            "await every future, or keep the tasks in a `JoinSet` and take each result from it",
        ))
    }
}

/// When a future is dropped, its requests end at that tick, and none starts later; a tick is allowed for tasks to be told. A pass
/// proves it for the moment at which it was dropped.
pub(super) struct Stops(pub(super) Arc<Story>);

impl Policy for Stops {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let story = &self.0;
        let Some(Dropped { list: dropped, at, .. }) = &story.dropped else { return Ok(()) };
        let last = at + scenario.rounding();
        // What was connected to before anything was sent there; later a pool may finish a connection for whoever comes next.
        let mut first_sent: BTreeMap<&str, Ticks> = BTreeMap::new();
        for work in requests(run) {
            first_sent.entry(story.authority(url_of(work.work.key))).or_insert(work.start);
        }
        let is_of_it = |work: &&WorkRecord| {
            let key = usize::try_from(work.work.key % web::AGAIN).unwrap_or(usize::MAX);
            match work.work.kind {
                REQUEST => dropped.contains(&key),
                CONNECT => {
                    let host = story.web.hosts.get(key).map_or("", |host| &host.authority);
                    let only_it = (0..story.urls.len())
                        .filter(|&url| story.authority(url) == host)
                        .all(|url| dropped.contains(&url));
                    only_it && first_sent.get(host).is_none_or(|&sent| work.start <= sent)
                }
                _ => false,
            }
        };
        let of_it: Vec<_> = run.works.iter().filter(is_of_it).collect();
        let went_on =
            of_it.iter().filter(|work| work.start <= last && work.end.is_none_or(|end| end > last)).count();
        let started = of_it.iter().filter(|work| work.start > last).count();
        if went_on + started == 0 {
            return Ok(());
        }
        let told = [(went_on, "went on"), (started, "started later")];
        let told = told.into_iter().filter(|(number, _)| *number > 0);
        let told: Vec<_> =
            told.map(|(number, what)| format!("{} {what}", count(number, "request"))).collect();
        Err(Finding::fail(
            format!(
                "the future of `fetch_all` is dropped at {}: its requests end, and none starts later",
                tick(*at)
            ),
            told.join("; "),
            "spawned tasks live on when their `JoinHandle` is dropped: that detaches them",
            "keep them in something that aborts them when it is dropped (a `JoinSet`), or do not spawn: poll the futures in place",
        ))
    }
}
