//! Calls and their downloads, and what is judged of them.

use judge::checks::{
    AllResults, AllTogether, CALL_KEYS, EachCallAlone, EventLoopFree, KeepsBusy, MostInFlight, NoneTwice,
    NothingLeft, PanicsNaming, Policy, ResultsInOrder, Returns, StopsWhenDropped,
};
use judge::scenario::{Call, Plan, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::failures::{FailAlone, PanicsOrErr};
use super::promises::{AsGiven, AsManyAsBefore, AtOnce, IfOnce, SideBySide};
use Which::{All, AtMost};

/// The supplied download, and what it is called.
pub(super) const DOWNLOAD: u16 = 0;
pub(super) const NOUN: &str = "URL";

/// Which function is called.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// `download_all`.
    All,
    /// `download_at_most` with this limit.
    AtMost(usize),
}
/// One call.
pub(crate) fn downloads(label: &str, which: Which, ticks: &[Ticks]) -> Scenario {
    several(label, &[(which, ticks)])
}

/// Calls one after the other, each with its own URLs.
pub(crate) fn several(label: &str, made: &[(Which, &[Ticks])]) -> Scenario {
    let mut plan = Plan::default();
    let mut calls = Vec::new();
    for (call, &(which, ticks)) in (0..).zip(made) {
        let (entry, limit) = match which {
            All => (0, 0),
            AtMost(limit) => (1, limit as u64),
        };
        let mut input = Payload::of([0, limit]);
        for (index, &ticks) in (0..).zip(ticks) {
            let key = call * CALL_KEYS + index;
            plan.secret(DOWNLOAD, key, ticks);
            input.numbers.push(key);
            input.texts.push(format!("https://files.example/Part-{index}"));
        }
        calls.push(Call { lane: 0, request: Request { entry, input } });
    }
    Scenario::new(label, calls, plan).on_event_loop()
}

/// The same, with every URL twice.
pub(crate) fn equal_urls(mut scenario: Scenario) -> Scenario {
    let urls = &mut scenario.calls[0].request.input.texts;
    let half = urls.len().div_ceil(2);
    let (first, second) = urls.split_at_mut(half);
    second.clone_from_slice(&first[..second.len()]);
    scenario
}

/// URLs that are none, look like none, or might be written otherwise: what to make of them is for the downloader to say.
const ODD: [&str; 4] =
    ["", " https://files.example/Part 1 ", "ftp://files.example//a/../Part%2D2/?b&a#top", "Part-3/"];

/// Every URL of these downloaded once, as it is, and every result `Ok`, also the empty body of the last one.
pub(crate) fn odd(label: &str, which: Which) -> Case {
    let mut scenario = downloads(label, which, &[100; 4]);
    scenario.calls[0].request.input.texts = ODD.map(str::to_owned).into();
    let empty_body = with(scenario, 3, Then::Return(Payload::of([0])));
    all_results(empty_body).and(FailAlone { urls: Vec::new() })
}

/// The entry of two calls at the same time, as the adapter numbers it.
const TWO_AT_MOST: u16 = 2;

/// `download_at_most` is called twice at the same time, each time with half of the URLs, which take equally long.
pub(crate) fn side_by_side(label: &str, limit: usize, ticks: &[Ticks]) -> Case {
    let scenario = downloads(label, AtMost(limit), ticks).entering(TWO_AT_MOST);
    in_order(scenario).and(SideBySide { limit })
}

/// The same, with what a download does at its end.
fn with(mut scenario: Scenario, url: u64, then: Then) -> Scenario {
    scenario.plan.end(DOWNLOAD, url, then);
    scenario
}

/// A case that ends with this: nothing is in flight any more.
fn nothing_left(case: Case) -> Case {
    case.and(NothingLeft { function: "download" })
}

/// A call that returns, keeps this promise and leaves nothing in flight.
fn returned(scenario: Scenario, promise: impl Policy + 'static) -> Case {
    nothing_left(Case::of(scenario).and(Returns).and(AsGiven).and(promise))
}

/// Every URL downloaded once, and every result there.
pub(crate) fn all_results(scenario: Scenario) -> Case {
    returned(scenario, AllResults { kind: DOWNLOAD, noun: NOUN })
}

/// The results in the order of the URLs.
pub(crate) fn in_order(scenario: Scenario) -> Case {
    returned(scenario, ResultsInOrder { kind: DOWNLOAD, noun: NOUN })
}

/// As long as the slowest.
pub(crate) fn together(scenario: Scenario) -> Case {
    returned(scenario, AllTogether { kind: DOWNLOAD, noun: NOUN })
}

/// The same. That each URL is downloaded once is not asked here.
pub(crate) fn together_if_once(scenario: Scenario) -> Case {
    returned(scenario, IfOnce(AllTogether { kind: DOWNLOAD, noun: NOUN }))
}

/// The same, with a URL that fails.
pub(crate) fn with_failure(scenario: Scenario, url: u64) -> Scenario {
    let failure = Payload { numbers: vec![1_000_000 + url], texts: vec!["failed".into()] };
    with(scenario, url, Then::Return(failure))
}

/// These URLs fail, and no others.
pub(crate) fn failing(scenario: Scenario, urls: &[usize]) -> Case {
    in_order(scenario).and(FailAlone { urls: urls.to_vec() })
}

/// Never more than the limit.
pub(crate) fn within_limit(scenario: Scenario, limit: usize) -> Case {
    returned(scenario, at_most(limit))
}

/// The same where this URL panics.
pub(crate) fn within_limit_in_a_panic(scenario: Scenario, limit: usize, url: u64) -> Case {
    Case::of(with_panic(scenario, url)).and(at_most(limit))
}

fn at_most(limit: usize) -> MostInFlight {
    MostInFlight { kind: DOWNLOAD, at_most: vec![limit], argument: "limit" }
}

/// The limit used while URLs are waiting.
pub(crate) fn busy(scenario: Scenario, limit: usize) -> Case {
    busy_each(scenario, &[limit])
}

/// The same. That each URL is downloaded once is not asked here.
pub(crate) fn busy_if_once(scenario: Scenario, limit: usize) -> Case {
    returned(scenario, IfOnce(KeepsBusy { kind: DOWNLOAD, delivery: None, workers: vec![limit], noun: NOUN }))
}

/// The same for several calls, each with its own limit.
pub(crate) fn busy_each(scenario: Scenario, limits: &[usize]) -> Case {
    let workers = limits.to_vec();
    let alone = EachCallAlone { kind: DOWNLOAD, workers: workers.clone(), argument: "limit" };
    returned(scenario, alone).and(KeepsBusy { kind: DOWNLOAD, delivery: None, workers, noun: NOUN })
}

/// A panic that names the limit.
pub(crate) fn refuses(scenario: Scenario) -> Case {
    Case::of(scenario).and(PanicsNaming { argument: "limit" }).and(AtOnce)
}

/// The event loop is never blocked.
pub(crate) fn free(scenario: Scenario) -> Case {
    returned(scenario, EventLoopFree)
}

/// Dropped futures leave URLs out; none may be downloaded twice.
const ONCE_AT_MOST: NoneTwice = NoneTwice { kind: DOWNLOAD, noun: NOUN };

/// The future is dropped after so many ticks.
pub(crate) fn dropped(mut scenario: Scenario, after: Ticks) -> Case {
    scenario.calls[0].request.input.numbers[0] = after;
    Case::of(scenario).and(ONCE_AT_MOST).and(StopsWhenDropped { kind: DOWNLOAD, noun: NOUN })
}

/// The same, and a second call with the same limit that doesn't feel it.
pub(crate) fn dropped_then_again(scenario: Scenario, after: Ticks) -> Case {
    dropped(scenario, after).and(Returns).and(AsManyAsBefore)
}

/// The same, with a URL that panics.
pub(crate) fn with_panic(scenario: Scenario, url: u64) -> Scenario {
    with(scenario, url, Then::Panic(format!("URL {url} is bad")))
}

/// These URLs panic.
pub(crate) fn panicking(scenario: Scenario, urls: &[u64]) -> Case {
    let scenario = urls.iter().fold(scenario, |scenario, &url| with_panic(scenario, url));
    nothing_left(Case::of(scenario).and(PanicsOrErr).and(ONCE_AT_MOST))
}
