//! The promises of `serve`, and the days that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Day`] makes further ones.

mod answered;
mod busy;
mod day;
mod dropped;
mod free;
mod gone;
mod limit;
mod loads;
mod order;
mod panics;
mod seen;

use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};

pub(crate) use day::{Client, Day};

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Ordering, Robustness, Speedup};
    Suite {
        id: "15",
        name: "async-and-cpu",
        supplied: &["predict", "load"],
        checks: vec![
            Check::visible(
                "answers_two",
                Correctness,
                2,
                "each client gets its prediction",
                vec![Day::new("2 requests, 2 workers", 2).at_once(10, &[40, 30]).answers()],
            ),
            Check::visible(
                "answers_every_request",
                Correctness,
                12,
                "load once, predict once, then the reply, for each request; the service ends after the last one",
                answers(),
            ),
            Check::visible(
                "never_blocks_the_event_loop",
                Robustness,
                14,
                "nothing computes or waits on the event loop but by `.await`",
                vec![alone().blocks_nothing(), busy_day().blocks_nothing()],
            ),
            Check::visible(
                "loads_at_the_same_time",
                Speedup,
                8,
                "requests are taken and loaded as they come, whatever is being computed",
                vec![
                    busy_day().loads(),
                    all_workers_busy(24).loads(),
                    long_loads().loads(),
                    many_loads(150).loads(),
                ],
            ),
            Check::visible(
                "keeps_every_worker_busy",
                Speedup,
                14,
                "as many predictions run as there are workers, or as are loaded",
                busy(),
            ),
            Check::visible(
                "never_exceeds_workers",
                Robustness,
                10,
                "at most `workers` calls of `predict` are in flight",
                limits(),
            ),
            Check::visible(
                "answers_as_they_finish",
                Ordering,
                12,
                "a reply is sent as soon as its `predict` has ended, whatever else is not finished",
                vec![
                    Day::new("6 requests, 6 workers, the first takes longest", 6)
                        .at_once(10, &durations::reversed(6))
                        .replies(),
                    Day::new("12 requests, 3 workers, one in three much longer", 3)
                        .at_once(10, &durations::one_per_round(12, 3))
                        .replies(),
                    busy_day().replies(),
                ],
            ),
            Check::visible(
                "starts_in_the_order_of_loading",
                Ordering,
                8,
                "loaded requests start in the order in which their `load` ended",
                vec![loaded_in_reverse(10, 2).keeps_order(), busy_day().keeps_order()],
            ),
            Check::visible(
                "forgets_who_has_gone",
                Robustness,
                8,
                "a request whose client has gone before its turn is not computed",
                gone(),
            ),
            Check::visible(
                "survives_a_panic",
                Robustness,
                6,
                "a `predict` that panics costs its own client the reply, and nobody else anything",
                panics(),
            ),
            Check::visible(
                "stops_when_dropped",
                Robustness,
                4,
                "once the future is dropped no `predict` starts any more",
                [0, 12, 45, 130].map(|at| dropped_at(at).stops()).into(),
            ),
            Check::visible(
                "refuses_zero_workers",
                Robustness,
                2,
                "with 0 workers it panics at once, with `workers` in the message",
                vec![
                    Day::new("0 workers, 1 request after 50 ticks", 0)
                        .clients([Client::new(50, 10, 10)])
                        .refuses(),
                    Day::new("0 workers, no requests", 0).refuses(),
                ],
            ),
        ],
    }
}

/// 8 requests at once, then one every 20 ticks, every eighth with an impatient client. It is long enough for all workers to be busy all
/// the time, and is watched from the event loop.
pub(crate) fn busy_day() -> Day {
    let client = |i: Ticks| {
        let client = Client::new(i.saturating_sub(7) * 20, 5 + i * 37 % 50, 40 + i * 53 % 90);
        if i % 8 == 7 { client.leaves(100) } else { client }
    };
    Day::new("a busy day: 24 requests, 3 workers", 3).clients((0..24).map(client)).beats(20)
}

/// Nothing else is to be done than what one request takes.
fn alone() -> Day {
    Day::new("1 request, 1 worker", 1).at_once(30, &[200]).beats(8)
}

pub(crate) fn all_workers_busy(requests: usize) -> Day {
    let early = (0..2).map(|_| Client::new(0, 1, 300));
    let late = (0..requests as Ticks).map(|i| Client::new(20 + i / 8, 30 + i * 7 % 40, 10));
    Day::new(&format!("{requests} requests while both workers compute"), 2).clients(early.chain(late))
}

/// So many load at the same time: there is no limit on that.
pub(crate) fn many_loads(requests: usize) -> Day {
    Day::new(&format!("{requests} loads at the same time, 64 workers"), 64).clients(vec![
        Client::new(
            0, 1000, 5
        );
        requests
    ])
}

fn long_loads() -> Day {
    let client = |i: Ticks| Client::new(i * 15, 200 + i * 31 % 70, 20);
    Day::new("12 loads that take much longer than their predictions, 2 workers", 2)
        .clients((0..12).map(client))
}

pub(crate) fn loaded_in_reverse(requests: usize, workers: usize) -> Day {
    let label = format!("{requests} requests, {workers} workers, the last one is loaded first");
    let loads = durations::reversed(requests);
    Day::new(&label, workers).clients(loads.into_iter().map(|load| Client::new(0, load, 50)))
}

fn answers() -> Vec<Case> {
    let waves = [0, 0, 10, 400, 400, 410].map(|at| Client::new(at, 10, 30));
    vec![
        Day::new("no requests", 2).open_until(40).answers(),
        Day::new("1 request, and a sender that lives on", 2).at_once(10, &[30]).open_until(200).answers(),
        busy_day().answers(),
        Day::new("6 requests in 2 waves", 2).clients(waves).answers(),
        hours().answers(),
        Day::new("70 requests at once, 16 workers", 16).at_once(10, &[30; 70]).answers(),
    ]
}

/// Longer than any time limit that an answer may have, except a safety net of a day.
const HOUR: Ticks = 3_600_000;

/// Loads and predictions that take hours.
fn hours() -> Day {
    let client = |i: Ticks| Client::new(0, HOUR + 7 + i, HOUR + 7);
    Day::new("4 requests that take hours, 2 workers", 2).clients((0..4).map(client))
}

fn busy() -> Vec<Case> {
    vec![
        Day::new("12 equal requests, 3 workers", 3).at_once(10, &[30; 12]).keeps_busy(),
        Day::new("9 requests, 3 workers, the first takes long", 3)
            .at_once(10, &durations::heavy(9, 0..1))
            .keeps_busy(),
        Day::new("5 requests, 1 worker", 1).at_once(10, &[30, 10, 20, 40, 10]).keeps_busy(),
        Day::new("5 requests, 8 workers", 8).at_once(10, &[30, 10, 20, 40, 10]).keeps_busy(),
        loaded_at_the_same_time(24, 16).keeps_busy(),
        busy_day().keeps_busy(),
        // As many as there may be; loaded together, for each moment costs a look at every thread.
        loaded_at_the_same_time(270, 256).keeps_busy(),
        Day::new("8 equal requests, 4 workers, after a service with 1 worker", 4)
            .at_once(10, &[30; 8])
            .after_a_service_with(1)
            .keeps_busy(),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        Day::new("5 requests, 1 worker", 1).at_once(10, &[30, 10, 20, 40, 10]).keeps_to_its_workers(),
        loaded_at_the_same_time(40, 3).keeps_to_its_workers(),
        loaded_at_the_same_time(24, 16).keeps_to_its_workers(),
        busy_day().keeps_to_its_workers(),
        among_panics_and_gone().keeps_to_its_workers(),
        Day::new("8 equal requests, 1 worker, after a service with 4 workers", 1)
            .at_once(10, &[30; 8])
            .after_a_service_with(4)
            .keeps_to_its_workers(),
    ]
}

pub(crate) fn loaded_at_the_same_time(requests: usize, workers: usize) -> Day {
    let client = Client::new(0, 20, 30);
    Day::new(&format!("{requests} requests, all loaded at the same moment, {workers} workers"), workers)
        .clients(vec![client; requests])
        .loaded_together()
}

/// Some panic, and some leave: in the line, and while they are computed.
pub(crate) fn among_panics_and_gone() -> Day {
    let client = |i: Ticks| {
        let client = Client::new(0, 10 + i, 40 + i % 3 * 10);
        match i % 5 {
            1 => client.panics(),
            2 => client.leaves(30 + i),
            3 => client.leaves(60 + 3 * i),
            _ => client,
        }
    };
    Day::new("20 requests, 3 workers, some panic and some leave", 3).clients((0..20).map(client))
}

fn gone() -> Vec<Case> {
    let while_loading = (0..8).map(|i| Client::new(0, 40 + i, 30)).map(|client| client.leaves(20));
    let computed = [Client::new(0, 10, 100).leaves(50), Client::new(0, 11, 100).leaves(50)];
    let queue = (0..6).map(|i| Client::new(0, 20 + i, 50));
    vec![
        leaves_in_the_line(31, 5).forgets(),
        Day::new("8 leave while they are loaded, 2 stay", 2)
            .clients(while_loading)
            .clients([Client::new(0, 60, 30), Client::new(0, 61, 30)])
            .forgets(),
        Day::new("2 leave while they are computed, 6 wait", 2).clients(computed).clients(queue).forgets(),
        Day::new("all leave in the line, 1 worker, then one stays", 1)
            .clients([Client::new(0, 10, 200)])
            .clients((0..5).map(|i| Client::new(0, 20 + i, 50).leaves(60 + i)))
            .clients([Client::new(150, 10, 50)])
            .forgets(),
        Day::new("leaves one tick before its turn", 1)
            .clients([Client::new(0, 10, 100), Client::new(0, 20, 50).leaves(109), Client::new(0, 30, 50)])
            .forgets(),
    ]
}

/// Every other one leaves while it waits for a worker.
pub(crate) fn leaves_in_the_line(requests: usize, workers: usize) -> Day {
    let client = |i: Ticks| {
        let client = Client::new(0, 10 + i, 100);
        if i % 2 == 1 && i > workers as Ticks { client.leaves(60 + i) } else { client }
    };
    Day::new(&format!("{requests} requests, {workers} workers, some leave while they wait"), workers)
        .clients((0..requests as Ticks).map(client))
}

fn panics() -> Vec<Case> {
    let nine = |bad: &[usize]| {
        let client = |i: usize| {
            let client = Client::new(0, 10 + i as Ticks, 30 + 10 * (i as Ticks % 3));
            if bad.contains(&i) { client.panics() } else { client }
        };
        (0..9).map(client).collect::<Vec<_>>()
    };
    vec![
        Day::new("9 requests, 2 workers, the first panics", 2).clients(nine(&[0])).survives(),
        Day::new("9 requests, 2 workers, the last panics", 2).clients(nine(&[8])).survives(),
        Day::new("9 requests, 3 workers, as many panics as workers at the beginning", 3)
            .clients(nine(&[0, 1, 2]))
            .survives(),
        among_panics_and_gone().survives(),
        Day::new("2 requests, 2 workers, both panic, and a sender lives on", 2)
            .clients([Client::new(0, 10, 30).panics(), Client::new(0, 20, 50).panics()])
            .open_until(200)
            .survives(),
    ]
}

/// 12 requests, some of them under way at any time from the beginning on.
pub(crate) fn dropped_at(at: Ticks) -> Day {
    let client = |i: Ticks| Client::new(i / 6 * 30, 20 + i * 5, 60);
    Day::new(&format!("12 requests, 3 workers, dropped at tick {at}"), 3)
        .clients((0..12).map(client))
        .dropped_at(at)
}
