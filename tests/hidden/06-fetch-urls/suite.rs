//! Exercise 06, fetching URLs: longer lists, other limits, and courses that are built against one kind of mistake each.

use super::visible;

use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Suite};
use visible::Visit;
use visible::visit::{announced, binary, in_pieces, long_503, page, silent, status};
use web::{Connect, Reply, Then};

use crate::{Exercise, Growth};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "uses_every_place", of: "total", case: scaling }),
    workload: None,
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("fetches_each_url_once", lengths());
    suite.extend("reads_the_whole_body", bodies(seed));
    suite.extend("fetches_at_the_same_time", overlap(seed));
    suite.extend("uses_every_place", uses(seed));
    suite.extend("keeps_connections_open", connections());
    suite.extend("keeps_the_order_of_the_urls", orders(seed));
    suite.extend("never_exceeds_the_limits", limits(seed));
    suite.extend("gives_up_in_time", time_outs());
    suite.extend("retries_with_pauses", pauses());
    suite.extend("stops_when_dropped", drops());
    suite.extend(
        "refuses_zero",
        [Visit::new("per host 0, no URLs").per_host(0).fetch_all().refuses("per_host")],
    );
    suite
}

/// 64 equal pages, more and more places.
fn scaling(total: usize) -> Case {
    let visit = Visit::new(&format!("64 equal pages, {total} at a time")).total(total);
    visit.get_of_each(&[100; 64]).fetch_all().uses_every_place()
}

fn lengths() -> Vec<Case> {
    vec![
        Visit::new("3 URLs, each by `fetch`").get_of_each(&[30, 20, 10]).fetch_each().fetches_each(),
        Visit::new("3 lists, one after the other, one of them empty")
            .get_of_each(&[30, 20])
            .fetch_all()
            .fetch_all()
            .get_of_each(&[10])
            .fetch_all()
            .fetches_each(),
        Visit::new("statuses 200, 418, 429, 502 and 504, 2 retries")
            .retries(2, 40)
            .host("a.example")
            .get(&[page(10)])
            .get(&[status(418, 10)])
            .get(&[status(429, 10)])
            .get(&[status(502, 10)])
            .get(&[status(504, 10)])
            .fetch_all()
            .fetches_each(),
    ]
}

fn bodies(seed: u64) -> Vec<Case> {
    let gaps = durations::shuffled(30, seed.wrapping_add(1));
    let sizes: Vec<(Ticks, usize)> =
        gaps.into_iter().zip(1..).map(|(ticks, bytes)| (ticks % 6, bytes)).collect();
    vec![
        Visit::new("a body in 30 pieces of different lengths, twice")
            .per_host(1)
            .host("a.example")
            .get(&[in_pieces(10, &sizes)])
            .get(&[announced(10, &sizes)])
            .get(&[binary(&sizes)])
            .fetch_all()
            .gives_the_pages(),
    ]
}

fn overlap(seed: u64) -> Vec<Case> {
    vec![
        Visit::new("100 URLs, shuffled")
            .get_of_each(&durations::shuffled(100, seed.wrapping_add(2)))
            .fetch_all()
            .together(),
        Visit::new("20 URLs of one host, each by `fetch`")
            .host("a.example")
            .get_all(&[70; 20])
            .fetch_each()
            .together(),
    ]
}

fn uses(seed: u64) -> Vec<Case> {
    vec![
        Visit::new("40 URLs, total 7, shuffled")
            .total(7)
            .get_of_each(&durations::shuffled(40, seed.wrapping_add(3)))
            .fetch_all()
            .uses_every_place(),
        Visit::new("30 URLs of 6 hosts, total 8, per host 2")
            .total(8)
            .per_host(2)
            .get_of_hosts(6, &[90, 20, 40, 10, 70].repeat(6))
            .fetch_all()
            .uses_every_place(),
        Visit::new("two lists at the same time, total 2")
            .total(2)
            .get_of_each(&[50, 30, 20, 60, 40, 10])
            .fetch_two_lists(3)
            .uses_every_place(),
        Visit::new("refused by one host, then pages of another, total 1")
            .total(1)
            .host("closed.example")
            .connects(&[Connect::Refuses(0)])
            .get(&[page(10)])
            .get(&[page(10)])
            .host("open.example")
            .get_all(&[50; 3])
            .fetch_all()
            .uses_every_place(),
    ]
}

fn connections() -> Vec<Case> {
    vec![
        Visit::new("2 hosts, 4 URLs each, per host 1, connecting costs 30 ticks")
            .per_host(1)
            .host("a.example")
            .connects(&[Connect::Opens(30)])
            .get_all(&[20; 4])
            .host("b.example")
            .connects(&[Connect::Opens(30)])
            .get_all(&[20; 4])
            .fetch_all()
            .keeps_connections(110),
        Visit::new("2 URLs in a list, then 2 by `fetch`, per host 1")
            .per_host(1)
            .host("a.example")
            .connects(&[Connect::Opens(50)])
            .get_all(&[10, 10])
            .fetch_all()
            .get_all(&[10, 10])
            .fetch_each()
            .keeps_connections(90),
        Visit::new("one server of two closes an idle connection, then both again")
            .host("a.example")
            .get(&[reply_then_close()])
            .host("b.example")
            .get(&[page(10)])
            .fetch_all()
            .sleep(50)
            .host("a.example")
            .get(&[page(10)])
            .host("b.example")
            .get(&[page(10)])
            .fetch_all()
            .keeps_connections(70),
    ]
}

fn reply_then_close() -> Reply {
    visible::visit::page_then(10, Then::ClosesAfter(15))
}

fn orders(seed: u64) -> Vec<Case> {
    vec![
        Visit::new("100 URLs of 10 hosts, per host 3, shuffled otherwise")
            .per_host(3)
            .get_of_hosts(10, &durations::shuffled(100, seed.wrapping_add(4)))
            .fetch_all()
            .in_order(),
        Visit::new("5 URLs, each by `fetch`, the first ends last")
            .get_of_each(&durations::reversed(5))
            .fetch_each()
            .in_order(),
    ]
}

fn limits(seed: u64) -> Vec<Case> {
    vec![
        Visit::new("60 URLs of 6 hosts, total 9, per host 2, shuffled")
            .total(9)
            .per_host(2)
            .get_of_hosts(6, &durations::shuffled(60, seed.wrapping_add(5)))
            .fetch_all()
            .within_limits(),
        Visit::new("two lists of one host at the same time, per host 2")
            .per_host(2)
            .host("a.example")
            .get_all(&[40, 50, 60, 70, 30, 20])
            .fetch_two_lists(3)
            .within_limits(),
        Visit::new("10 URLs, total 1").total(1).get_of_each(&[20; 10]).fetch_all().within_limits(),
    ]
}

fn time_outs() -> Vec<Case> {
    vec![
        Visit::new("a page one tick too late, and one in time, time-out 60")
            .timeout(60)
            .host("a.example")
            .get(&[page(63)])
            .get(&[page(57)])
            .fetch_all()
            .times_out(),
        Visit::new("connecting hangs, 1 retry, time-out 100")
            .timeout(100)
            .retries(1, 40)
            .host("a.example")
            .connects(&[Connect::Hangs])
            .get(&[page(10)])
            .fetch_all()
            .times_out(),
    ]
}

fn pauses() -> Vec<Case> {
    let visit = |label: &str| Visit::new(label).host("a.example");
    vec![
        visit("503 five times, 5 retries, pause 3")
            .retries(5, 3)
            .get(&[status(503, 7), status(503, 7), status(503, 7), status(503, 7), status(503, 7), page(30)])
            .fetch_all()
            .pauses(),
        visit("2 URLs, total 1, the first is a 503 with a long body")
            .total(1)
            .retries(1, 40)
            .get(&[long_503(), page(30)])
            .get(&[page(50)])
            .fetch_all()
            .pauses(),
        visit("503, then no answer, 1 retry")
            .retries(1, 40)
            .timeout(100)
            .get(&[status(503, 20), silent()])
            .fetch_all()
            .pauses(),
        visit("503, broken, no answer, then a page, pauses of an hour")
            .retries(3, 3_600_000)
            .timeout(100)
            .get(&[status(503, 20), Reply::Breaks(10), silent(), page(30)])
            .fetch_all()
            .pauses(),
    ]
}

fn drops() -> Vec<Case> {
    vec![
        Visit::new("2 hosts, per host 1, dropped after 75 ticks, then both again")
            .per_host(1)
            .host("a.example")
            .get_all(&[50; 4])
            .host("b.example")
            .get_all(&[60; 4])
            .fetch_all_and_drop(75)
            .host("a.example")
            .get_all(&[20; 3])
            .host("b.example")
            .get_all(&[20; 3])
            .fetch_all()
            .stops(),
        Visit::new("bodies that come in pieces, dropped after 45 ticks, then 2 more")
            .total(2)
            .host("a.example")
            .get(&[in_pieces(10, &[(20, 5); 5])])
            .get(&[announced(10, &[(20, 5); 5])])
            .fetch_all_and_drop(45)
            .get_all(&[30, 30])
            .fetch_all()
            .stops(),
    ]
}
