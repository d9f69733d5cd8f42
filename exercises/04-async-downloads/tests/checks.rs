//! The promises of `download_all` and `download_at_most` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders below it make further cases with the same policies.

use judge::checks::{
    AllResults, AllTogether, CALL_KEYS, EachCallAlone, EachOnce, EventLoopFree, KeepsBusy, MostInFlight,
    NoneTwice, NothingLeft, PanicsNaming, Policy, ResultsInOrder, Returns, StopsWhenDropped,
};
use judge::run::Run;
use judge::scenario::{Call, Plan, Scenario, Then, Ticks, durations};
use judge::suite::{Case, Category, Check, Finding, Suite};
use judge::wire::{Payload, Request};
use judge::words::{count, list};

/// The supplied download, and what it is called.
const DOWNLOAD: u16 = 0;
const NOUN: &str = "URL";

/// Which function is called.
#[derive(Clone, Copy)]
pub(crate) enum Which {
    /// `download_all`.
    All,
    /// `download_at_most` with this limit.
    AtMost(usize),
}
use Which::{All, AtMost};

/// An hour in ticks: longer than any time limit that an answer may have of its own.
pub(crate) const HOUR: Ticks = 3_600_000;

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    let three = "3 downloads of 2,000, 1,500 and 1,800 ticks";
    let three_of = [2000, 1500, 1800];
    Suite {
        id: "04",
        name: "async-downloads",
        supplied: &["download"],
        checks: vec![
            Check::visible(
                "downloads_two",
                Category::Correctness,
                2,
                "each URL gives one result",
                vec![all_results(downloads("2 downloads", All, &[100, 100]))],
            ),
            Check::visible(
                "limits_two",
                Category::Correctness,
                2,
                "each URL gives one result, with a limit too",
                vec![all_results(downloads("2 downloads, limit 2", AtMost(2), &[100, 100]))],
            ),
            Check::visible(
                "downloads_each_url_once",
                Category::Correctness,
                12,
                "each URL is downloaded once, whatever the length",
                vec![
                    all_results(downloads("no downloads", All, &[])),
                    all_results(downloads("1 download", All, &[100])),
                    all_results(equal_urls(downloads("4 downloads of 2 URLs", All, &[100, 200, 150, 50]))),
                    all_results(downloads("1,100 downloads", All, &[100; 1100])),
                    all_results(downloads("1 download, limit 1", AtMost(1), &[100])),
                    all_results(downloads("3 downloads that take hours", All, &[HOUR, 2 * HOUR, HOUR + 7])),
                    all_results(downloads(
                        "3 downloads that take hours, limit 2",
                        AtMost(2),
                        &[HOUR, 2 * HOUR, HOUR + 7],
                    )),
                    all_results(eight_of_four()),
                ],
            ),
            Check::visible(
                "downloads_at_the_same_time",
                Category::Speedup,
                20,
                "all downloads overlap: they take as long as the slowest",
                vec![
                    together(downloads(three, All, &three_of)),
                    together(downloads("1,100 downloads", All, &[100; 1100])),
                    together(downloads("8 downloads, limit 20", AtMost(20), &durations::reversed(8))),
                    together_if_once(equal_urls(downloads(
                        "4 downloads of 2 URLs",
                        All,
                        &[100, 200, 150, 50],
                    ))),
                    together_if_once(five_of_which_two_fail()),
                ],
            ),
            Check::visible(
                "keeps_the_order_of_the_urls",
                Category::Ordering,
                14,
                "result i belongs to URL i, whatever ends first",
                vec![
                    in_order(downloads("10 downloads, the first ends last", All, &durations::reversed(10))),
                    in_order(downloads(
                        "10 downloads, limit 10, the first ends last",
                        AtMost(10),
                        &durations::reversed(10),
                    )),
                    in_order(downloads(
                        "100 downloads, limit 7, shuffled",
                        AtMost(7),
                        &durations::shuffled(100, 3),
                    )),
                    in_order(several(
                        "two calls, 6 and 4 URLs",
                        &[(All, &[100; 6]), (All, &[70, 80, 60, 50])],
                    )),
                ],
            ),
            Check::visible(
                "keeps_a_failure_in_its_place",
                Category::Correctness,
                10,
                "one failure stays in its own place and stops nothing else",
                vec![
                    failing(five_of_which_two_fail(), &[1, 3]),
                    failing(six_of_which_one_fails(), &[1]),
                    all_results(four_of_two_of_which_one_fails()),
                    failing(
                        with_failure(downloads("3 downloads, limit 1, URL 0 fails", AtMost(1), &[100; 3]), 0),
                        &[0],
                    ),
                ],
            ),
            Check::visible(
                "never_exceeds_the_limit",
                Category::Robustness,
                10,
                "at most `limit` downloads are in flight",
                vec![
                    within_limit(downloads("12 downloads, limit 3", AtMost(3), &[100; 12]), 3),
                    within_limit(six_of_which_one_fails(), 2),
                    within_limit_in_a_panic(
                        downloads("6 downloads, limit 2, URL 0 panics", AtMost(2), &[100; 6]),
                        2,
                        0,
                    ),
                ],
            ),
            Check::visible(
                "always_uses_the_limit",
                Category::Speedup,
                12,
                "a URL starts whenever a place is free",
                vec![
                    busy(downloads("12 downloads, limit 3", AtMost(3), &[100; 12]), 3),
                    busy(
                        downloads(
                            "12 downloads, limit 3, one in three much longer",
                            AtMost(3),
                            &durations::one_per_round(12, 3),
                        ),
                        3,
                    ),
                    busy(downloads("400 downloads, limit 300", AtMost(300), &[100; 400]), 300),
                    busy_if_once(six_of_which_one_fails(), 2),
                    busy_if_once(eight_of_four(), 2),
                    busy(
                        downloads(
                            "12 downloads, limit 3, every third heavy",
                            AtMost(3),
                            &durations::strided(12, 3),
                        ),
                        3,
                    ),
                    busy(downloads("10 downloads, limit 1", AtMost(1), &[100; 10]), 1),
                    busy_each(
                        several(
                            "calls with limits 1, 8 and 3",
                            &[(AtMost(1), &[9; 3]), (AtMost(8), &[100; 20]), (AtMost(3), &[50; 9])],
                        ),
                        &[1, 8, 3],
                    ),
                ],
            ),
            Check::visible(
                "refuses_limit_zero",
                Category::Robustness,
                3,
                "a limit of 0 panics with `limit` in the message",
                vec![
                    refuses(downloads("3 downloads, limit 0", AtMost(0), &[100; 3])),
                    refuses(downloads("no downloads, limit 0", AtMost(0), &[])),
                ],
            ),
            Check::visible(
                "never_blocks_the_event_loop",
                Category::Robustness,
                5,
                "nothing but `.await` waits on the runtime's thread",
                vec![
                    free(downloads(three, All, &three_of)),
                    free(downloads("12 downloads, limit 3", AtMost(3), &[100; 12])),
                    free(five_of_which_two_fail()),
                    free(six_of_which_one_fails()),
                    free(downloads("1 download", All, &[100])),
                    free(downloads("1,100 downloads", All, &[100; 1100])),
                    free(downloads("10 downloads, limit 1", AtMost(1), &[100; 10])),
                    free(downloads("8 downloads, limit 20", AtMost(20), &durations::reversed(8))),
                ],
            ),
            Check::visible(
                "stops_when_dropped",
                Category::Robustness,
                5,
                "dropping the future stops its downloads",
                vec![
                    dropped(
                        downloads("5 downloads, dropped after 150 ticks", All, &[100, 200, 300, 400, 500]),
                        150,
                    ),
                    dropped(
                        downloads(
                            "8 downloads, limit 3, dropped after 250 ticks",
                            AtMost(3),
                            &[100, 200, 300, 400, 500, 600, 700, 800],
                        ),
                        250,
                    ),
                    dropped_then_again(
                        several(
                            "two calls, limit 2, the first one dropped after 150 ticks",
                            &[(AtMost(2), &[100, 200, 300, 400]), (AtMost(2), &[100; 6])],
                        ),
                        150,
                    ),
                ],
            ),
            Check::visible(
                "survives_a_panic",
                Category::Robustness,
                5,
                "a download that panics makes the call panic, or reads `Err` and harms no other",
                vec![
                    panicking(downloads("5 downloads, URL 2 panics", All, &[300, 100, 200, 200, 300]), &[2]),
                    panicking(downloads("6 downloads, limit 2, URL 5 panics", AtMost(2), &[100; 6]), &[5]),
                    panicking(
                        downloads(
                            "5 downloads, URL 0 panics long before the others end",
                            All,
                            &[50, 300, 400, 500, 600],
                        ),
                        &[0],
                    ),
                    panicking(downloads("6 downloads, limit 2, URL 0 panics", AtMost(2), &[100; 6]), &[0]),
                    panicking(downloads("3 downloads, limit 1, URL 1 panics", AtMost(1), &[100; 3]), &[1]),
                    panicking(
                        downloads("5 downloads, URLs 1 and 3 panic", All, &[300, 100, 200, 100, 300]),
                        &[1, 3],
                    ),
                    panicking(
                        with_failure(
                            downloads(
                                "5 downloads, URL 1 fails, URL 3 panics",
                                All,
                                &[300, 100, 200, 200, 300],
                            ),
                            1,
                        ),
                        &[3],
                    ),
                ],
            ),
        ],
    }
}

fn five_of_which_two_fail() -> Scenario {
    let five = downloads("5 downloads, URL 3 fails first, then URL 1", All, &[300, 200, 300, 100, 300]);
    with_failure(with_failure(five, 1), 3)
}

pub(crate) fn six_of_which_one_fails() -> Scenario {
    with_failure(downloads("6 downloads, limit 2, URL 1 fails", AtMost(2), &[100; 6]), 1)
}

fn eight_of_four() -> Scenario {
    let eight = &[100, 20, 30, 40, 50, 60, 70, 80];
    equal_urls(downloads("8 downloads of 4 URLs, limit 2", AtMost(2), eight))
}

/// One of two equal ones fails.
fn four_of_two_of_which_one_fails() -> Scenario {
    let four = downloads("4 downloads of 2 URLs, limit 1, one fails", AtMost(1), &[100, 200, 150, 50]);
    with_failure(equal_urls(four), 1)
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
    nothing_left(Case::of(scenario).and(Returns).and(promise))
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
fn together_if_once(scenario: Scenario) -> Case {
    returned(scenario, IfOnce(AllTogether { kind: DOWNLOAD, noun: NOUN }))
}

/// A promise that is judged where each URL is downloaded once: elsewhere it is another check that fails.
struct IfOnce<P>(P);

impl<P: Policy> Policy for IfOnce<P> {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let once = EachOnce { kind: DOWNLOAD, noun: NOUN }.judge(scenario, run);
        once.map_or(Ok(()), |()| self.0.judge(scenario, run))
    }
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
fn busy_if_once(scenario: Scenario, limit: usize) -> Case {
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
fn with_panic(scenario: Scenario, url: u64) -> Scenario {
    with(scenario, url, Then::Panic(format!("URL {url} is bad")))
}

/// These URLs panic.
pub(crate) fn panicking(scenario: Scenario, urls: &[u64]) -> Case {
    let scenario = urls.iter().fold(scenario, |scenario, &url| with_panic(scenario, url));
    nothing_left(Case::of(scenario).and(PanicsOrErr).and(ONCE_AT_MOST))
}

/// These URLs read `Err`, all others `Ok`.
struct FailAlone {
    urls: Vec<usize>,
}

impl Policy for FailAlone {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(returned) = run.calls[0].returned() else { return Ok(()) };
        let failed: Vec<usize> =
            (0..returned.texts.len()).filter(|&i| !returned.texts[i].is_empty()).collect();
        if failed == self.urls {
            return Ok(());
        }
        Err(Finding::fail(
            format!("URL {} reads `Err`, every other one `Ok`", list(&self.urls)),
            format!("`Err` at {}", list(failed)),
            "one download's failure changes what another one reads",
            "keep each `Result` as it is; do not use `?` or `try_join` on them",
        ))
    }
}

/// The call ends as soon as its future is polled.
struct AtOnce;

impl Policy for AtOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        match run.calls[0].makespan().filter(|&ticks| ticks > scenario.rounding()) {
            None => Ok(()),
            Some(ticks) => Err(Finding::fail(
                "it panics at the latest when its future is polled for the first time",
                format!("it panicked after {}", count(usize::try_from(ticks).unwrap_or(usize::MAX), "tick")),
                "the limit is looked at after something else has been awaited",
                "begin with the `assert!`, before the first `.await`",
            )),
        }
    }
}

/// The second call has as many in flight as the first one had before it was dropped.
struct AsManyAsBefore;

impl Policy for AsManyAsBefore {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let most = |call: usize| run.calls[call].most_in_flight.get(&DOWNLOAD).copied().unwrap_or(0);
        let (before, after) = (most(0), most(1));
        if after >= before {
            return Ok(());
        }
        Err(Finding::fail(
            format!("{before} in flight in a call that is made after one that was dropped, as in that one"),
            format!("at most {after} in flight"),
            "the places of the dropped call are not given back, and the calls share them",
            "make what holds them back (the semaphore) in each call, and hold a place by a permit in a variable, not by a count",
        ))
    }
}

/// `URL 1`, `URLs 1 and 3`.
fn urls(all: &[usize]) -> String {
    format!("URL{} {}", if all.len() == 1 { "" } else { "s" }, list(all))
}

/// `URL 1 reads`, `URLs 1 and 3 read`.
fn read(all: &[usize]) -> String {
    format!("{} read{}", urls(all), if all.len() == 1 { "s" } else { "" })
}

/// The call panics; or each URL whose download panics reads `Err`, and every other one is downloaded and reads what it gave.
struct PanicsOrErr;

impl Policy for PanicsOrErr {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(returned) = run.calls[0].returned() else { return Ok(()) };
        let planned: Vec<&Then> = scenario.plan.of_kind(DOWNLOAD).map(|(_, planned)| &planned.then).collect();
        let bad = |url: &usize| matches!(planned[*url], Then::Panic(_));
        let (bad, others): (Vec<usize>, Vec<usize>) = (0..planned.len()).partition(bad);
        let ended = |url: usize| run.works.iter().find(|work| work.work.key == url as u64 && !work.dropped);
        let finding = |observed: String, cause: &str, hint: &str| {
            let expected =
                format!("the call panics; or {} `Err`, and every other URL what it gave", read(&bad));
            Err(Finding::fail(expected, observed, cause, hint))
        };
        if bad.iter().any(|&url| ended(url).is_none()) {
            return finding(
                "the call returned before the download could panic".to_owned(),
                "the download is not started, or given up before its end",
                "see the check that each URL is downloaded once",
            );
        }
        let reads_err = |url: &usize| returned.texts.get(*url).is_some_and(|text| !text.is_empty());
        if returned.numbers.len() != planned.len() || !bad.iter().all(reads_err) {
            return finding(
                format!(
                    "{} of {} panicked, and the call returned as if nothing had happened, with {}",
                    bad.len(),
                    count(planned.len(), "download"),
                    count(returned.numbers.len(), "result")
                ),
                "the panic of a spawned task is dropped with its `JoinError`, or only the first one counts",
                "make each `JoinError` an `Err` of its own URL, or pass the panic on",
            );
        }
        let answer = |url: usize| ended(url).and_then(|work| work.answer.as_ref());
        let gave = |url: usize| answer(url).map(|answer| (answer.numbers[0], answer.texts.is_empty()));
        let reads = |url: usize| (returned.numbers[url], returned.texts[url].is_empty());
        let never: Vec<usize> = others.iter().copied().filter(|&url| gave(url).is_none()).collect();
        let lost = |url: &usize| gave(*url).is_some_and(|gave| gave != reads(*url));
        let lost: Vec<usize> = others.iter().copied().filter(lost).collect();
        let mut observed = vec![format!("it returned, and {} `Err`", read(&bad))];
        if !lost.is_empty() {
            observed.push(format!("{} something else than the download gave", read(&lost)));
        }
        if !never.is_empty() {
            observed.push(format!("never downloaded to the end: {}", urls(&never)));
        }
        if observed.len() == 1 {
            return Ok(());
        }
        finding(
            observed.join("; "),
            "the panic takes others along: what its task (a lane, a worker) had downloaded before goes with it, what it would have \
             taken next is taken by nobody, or the first failure ends the wait for all",
            "bring each result home when it is there: a task for each URL, or a place or a channel outside of the task; or pass the panic on",
        )
    }
}
