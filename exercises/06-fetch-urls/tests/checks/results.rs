//! What the calls return: every page with its status and all of its bytes, and the right error where there is none.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::wire::Outcome;
use judge::words::{count, thousands};

use super::story::{ComesTo, Story, requests};

/// A result, as the adapter tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Got {
    Page {
        status: u64,
        bytes: u64,
        digest: u64,
    },
    BadUrl,
    TimedOut,
    Broken,
    /// A page of whose bytes nothing is known but their number: its request did not come to an end.
    Unknown {
        status: u64,
        bytes: u64,
    },
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { status, bytes, .. } | Self::Unknown { status, bytes } => {
                write!(f, "a page with status {status} and {} bytes", thousands(*bytes))
            }
            Self::BadUrl => f.write_str("`BadUrl`"),
            Self::TimedOut => f.write_str("`TimedOut`"),
            Self::Broken => f.write_str("`Broken`"),
        }
    }
}

/// The lists of results that a run told, as far as they are any. A list that was there before its future was to be dropped is none of
/// them.
pub(super) fn told(story: &Story, run: &Run) -> Vec<Vec<Got>> {
    let numbers =
        run.calls.first().and_then(|call| call.returned()).map_or(&[][..], |payload| &payload.numbers);
    let mut rest = numbers;
    let mut lists = Vec::new();
    while let Some((length, after)) = rest.split_first() {
        let length = usize::try_from(*length).unwrap_or(usize::MAX).min(after.len() / 4);
        let (list, next) = after.split_at(4 * length);
        lists.push(list.chunks_exact(4).map(got).collect());
        rest = next;
    }
    if let Some(dropped) = &story.dropped
        && lists.len() > story.lists.len()
    {
        lists.remove(dropped.before);
    }
    lists
}

fn got(numbers: &[u64]) -> Got {
    match numbers {
        [0, status, bytes, digest] => Got::Page { status: *status, bytes: *bytes, digest: *digest },
        [1, ..] => Got::BadUrl,
        [2, ..] => Got::TimedOut,
        _ => Got::Broken,
    }
}

/// What a URL must read.
pub(super) fn due(story: &Story, run: &Run, url: usize) -> Got {
    match story.comes_to(url) {
        ComesTo::BadUrl => Got::BadUrl,
        ComesTo::TimedOut => Got::TimedOut,
        ComesTo::Broken => Got::Broken,
        ComesTo::Page { key } => {
            let Some(answer) = story.answer(key) else { return Got::Broken };
            let status = u64::from(answer.status);
            let secret =
                requests(run).find(|work| work.work.key == key).and_then(|work| work.answer.as_ref());
            let Some(secret) = secret else {
                let bytes = answer.pieces.iter().map(|(_, bytes)| *bytes as u64).sum();
                return Got::Unknown { status, bytes };
            };
            let body = web::body(secret.numbers[0], answer);
            Got::Page { status, bytes: body.len() as u64, digest: web::digest(&body) }
        }
    }
}

/// Every list has the results of its URLs: in any order, or result i for URL i. Pages of equal URLs may stand in for one another. A
/// pass proves it for the bodies and the schedules that were played.
pub(super) struct Pages {
    pub(super) story: Arc<Story>,
    pub(super) in_order: bool,
}

impl Policy for Pages {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let told = told(&self.story, run);
        self.story.lists.iter().enumerate().try_for_each(|(place, list)| {
            let got = told.get(place).map_or(&[][..], Vec::as_slice);
            self.judge_list(run, list, got)
        })
    }
}

impl Pages {
    fn judge_list(&self, run: &Run, list: &Range<usize>, got: &[Got]) -> Result<(), Finding> {
        let story = &*self.story;
        if got.len() != list.len() {
            return Err(Finding::fail(
                format!("{} for {}", count(list.len(), "result"), count(list.len(), "URL")),
                count(got.len(), "result"),
                "results are lost on their way: the first error ends the list (`?`, `try_join_all`), errors are filtered out, or equal \
                 URLs share a result",
                "one `Result` for each URL, whatever it is: keep errors in their place",
            ));
        }
        let dues: Vec<Got> = list.clone().map(|url| due(story, run, url)).collect();
        let fits = |place: usize| {
            let equals = list.clone().zip(&dues).filter(|(url, _)| story.are_equal(*url, list.start + place));
            equals.into_iter().any(|(_, due)| *due == got[place])
        };
        let Some(wrong) = (0..got.len()).find(|&place| !fits(place)) else { return Ok(()) };
        // Without those that are there, wherever they stand.
        let (mut owed, mut foreign) = (Vec::new(), got.to_vec());
        for (place, due) in dues.iter().enumerate() {
            match foreign.iter().position(|got| got == due) {
                Some(found) => drop(foreign.swap_remove(found)),
                None => owed.push(place),
            }
        }
        let Some(&missing) = owed.first() else {
            return if self.in_order {
                Err(in_another_order(story, list, &dues, got, wrong))
            } else {
                Ok(())
            };
        };
        // Where nothing is out of its place it is known which result stands for the missing one.
        let place = if owed.contains(&wrong) { wrong } else { missing };
        let instead = if foreign.contains(&got[place]) { got[place] } else { foreign[0] };
        let url = list.start + place;
        let (cause, hint) = why(story, run, url, (dues[place], instead));
        Err(Finding::fail(
            format!("URL {url} (`{}`) reads {}", story.urls[url].text, dues[place]),
            format!("it reads {instead}{}", same_length(dues[place], instead)),
            cause,
            hint,
        ))
    }
}

fn same_length(due: Got, got: Got) -> &'static str {
    match (due, got) {
        (Got::Page { bytes, .. }, Got::Page { bytes: others, .. }) if bytes == others => {
            ", which are not those that the server sent"
        }
        _ => "",
    }
}

fn in_another_order(story: &Story, list: &Range<usize>, dues: &[Got], got: &[Got], wrong: usize) -> Finding {
    let whose = dues.iter().position(|due| *due == got[wrong]).map_or(0, |place| list.start + place);
    let url = list.start + wrong;
    Finding::fail(
        format!("result {wrong} belongs to URL {url} (`{}`)", story.urls[url].text),
        format!("it is that of URL {whose}"),
        "the results are in the order in which the requests end (`buffer_unordered`, `FuturesUnordered`, a `JoinSet` or a channel as it \
         comes)",
        "`join_all` keeps the order; or carry the index along with each result, and sort or fill a list by it",
    )
}

/// More than a limit on the length of bodies may let through.
const MANY_BYTES: u64 = 1 << 16;

/// Why a URL reads this and not what is due.
fn why(story: &Story, run: &Run, url: usize, (due, got): (Got, Got)) -> (String, String) {
    let attempts = story.attempts(url);
    // What became of the request whose answer is due, where it reached the server.
    let asked = attempts.last().and_then(|attempt| story.seen(run, url, attempt));
    let (cause, hint) = match (due, got) {
        (Got::Page { status, .. }, Got::Broken | Got::BadUrl) if status >= 300 => (
            "an answer with another status than 200 is taken for an error",
            "every status is an answer: return it in the `Page`; an error is when there is no answer",
        ),
        (Got::Page { .. } | Got::Unknown { .. }, Got::TimedOut)
            if attempts.iter().any(|attempt| attempt.comes_to == ComesTo::TimedOut) =>
        {
            (
                "an attempt that takes too long is not made again, or one time-out ends all attempts together",
                "put the `timeout` inside of the loop, around one attempt, and count it as a failed one",
            )
        }
        (Got::Page { .. } | Got::Unknown { .. }, Got::TimedOut) => (
            "the time-out counts more than one attempt: the wait for a place, the attempts before, or the pauses",
            "start the clock of each attempt when it has its places: `acquire` first, and `timeout` around the attempt alone",
        ),
        (Got::Page { .. } | Got::Unknown { .. }, Got::BadUrl) => (
            "a good URL is refused: one with a port or a query is as good as any",
            "leave it to `url.parse::<hyper::Uri>()`, then look at `scheme_str()` and `host()`",
        ),
        (Got::Page { .. } | Got::Unknown { .. }, Got::Broken) if story.web.pages[url].replies.len() > 1 => (
            "a failed attempt is not made again, or the last attempt's page is thrown away",
            "try again after a failed attempt; what the last one gives is the result",
        ),
        (Got::Page { bytes: 0, .. }, Got::Broken) if asked.is_some_and(|work| !work.dropped) => (
            "an answer without a body is taken for a broken one",
            "return it as it is: a body may be empty. What is broken, hyper says with an `Err`",
        ),
        (Got::Page { bytes, .. } | Got::Unknown { bytes, .. }, Got::Broken)
            if asked.is_some_and(|work| work.dropped || bytes > MANY_BYTES) =>
        {
            (
                "the answer is given up while its body still comes: there is a limit on its length, or a check that it does not pass",
                "read all of it, however long it is: `response.into_body().collect().await`",
            )
        }
        (Got::Page { .. } | Got::Unknown { .. }, Got::Broken) => (
            "the request is sent on a connection that is not fit for it: one that the server has closed, or on which an answer has not \
             been read to its end",
            "put a connection back only when the body was read to its end, and look whether it is closed before you use it again",
        ),
        (Got::Page { status, .. }, Got::Page { status: other, .. }) if status != other => (
            "it is the answer to another request: a redirect is followed, or another attempt's answer is returned",
            "return the status and the body of the one answer, and of the last attempt",
        ),
        (Got::Page { bytes, .. } | Got::Unknown { bytes, .. }, Got::Page { bytes: fewer, .. })
            if fewer < bytes =>
        {
            (
                "only a part of the body is read: a body comes in pieces, and the first frame is not all of it",
                "read to the end: `response.into_body().collect().await`, or `frame()` until it gives `None`",
            )
        }
        (Got::Page { .. }, Got::Page { .. }) => (
            "the bytes are changed on their way: text is made of them (`from_utf8_lossy`), or pieces are put together in another order; or \
             it is the answer to another attempt",
            "keep bytes as bytes: `to_bytes().to_vec()`",
        ),
        (Got::BadUrl, _) => (
            "a URL that is none is tried all the same, or reads another error",
            "parse it first; whatever has no scheme `http` and no host reads `BadUrl`, and nothing is sent",
        ),
        (Got::Broken | Got::TimedOut, Got::Page { .. })
            if attempts.iter().any(|attempt| matches!(attempt.comes_to, ComesTo::Page { .. })) =>
        {
            (
                "the page of an earlier attempt is returned, or the best of all: it is the last attempt that counts",
                "return what the last attempt gives, a page or an error, and keep nothing of those before it",
            )
        }
        (Got::TimedOut, Got::Broken) => (
            "a time-out reads like a broken connection: both errors are mapped to one",
            "`timeout(…).await` gives a `Result` around the `Result`: its own `Err` is `TimedOut`",
        ),
        (Got::TimedOut, _) => (
            "the time-out does not cover the whole attempt",
            "put `timeout` around all of it: connecting, the head, and every piece of the body",
        ),
        (Got::Broken, Got::Page { .. }) => (
            "an answer that is broken, or was cut off, is taken for a page",
            "an error while the body is read is an error of the attempt: do not return what had come by then",
        ),
        _ => (
            "the wrong error is returned",
            "see the documentation of `FetchError`: each error has one meaning",
        ),
    };
    (cause.to_owned(), hint.to_owned())
}

/// Whatever arrives, nothing panics. A pass proves it for what was sent.
pub(super) struct Survives;

impl Policy for Survives {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some((_, Outcome::Panicked(message))) = &run.calls[0].ended else { return Ok(()) };
        let panic = run.panics.iter().find(|panic| panic.message == *message);
        let place = panic.and_then(|panic| panic.place.as_ref());
        let at = place.map_or_else(String::new, |place| format!(" at {}", judge::words::place(place)));
        Err(Finding::fail(
            "whatever a server sends, the call returns",
            format!("it panicked with `{message}`{at}"),
            "an error is unwrapped: what comes over a network may be missing, late or wrong at any time",
            "no `unwrap` and no `expect` on what a request, a body or a task gives: make it a `FetchError`",
        ))
    }
}
