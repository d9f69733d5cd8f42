//! The promises of `Session` and the visits that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Visit`] makes further ones.

mod connections;
mod malformed;
mod places;
mod requests;
mod results;
mod story;
mod times;
pub(crate) mod visit;
mod visits;

use judge::scenario::durations;
use judge::suite::{Category, Check, Suite};
use web::{Connect, Reply};

pub(crate) use visit::Visit;
use visit::{announced, in_pieces, long_503, page, silent, stalls, status};
use visits::{
    bad_urls, bodies, closed_while_idle, dropped, equal_urls, failures_in_between, failures_leave_places,
    failures_within_limits, long_bodies, many_hosts, one_every_30_ticks, one_place_many_bodies,
    places_in_a_pause, places_of_a_host_in_a_pause, ports_and_queries, retried, says_close, slow_host,
    statuses, three_ports,
};

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    Suite {
        id: "06",
        name: "fetch-urls",
        supplied: &["request", "connecting"],
        checks: vec![
            Check::visible(
                "fetches_two",
                Category::Correctness,
                2,
                "each URL gives one page",
                vec![Visit::new("2 URLs of 2 hosts").get_of_each(&[100, 100]).fetch_all().fetches_each()],
            ),
            Check::visible(
                "fetches_each_url_once",
                Category::Correctness,
                10,
                "each URL is requested once, and every status is an answer",
                vec![
                    Visit::new("no URLs").fetch_all().fetches_each(),
                    Visit::new("1 URL").get_of_each(&[100]).fetch_all().fetches_each(),
                    Visit::new("1 URL, by `fetch`").get_of_each(&[100]).fetch_each().fetches_each(),
                    equal_urls().fetches_each(),
                    statuses().fetches_each(),
                    ports_and_queries().fetches_each(),
                    bad_urls().fetches_each(),
                    many_hosts().fetches_each(),
                ],
            ),
            Check::visible(
                "reads_the_whole_body",
                Category::Correctness,
                6,
                "all bytes of a body are there, in however many pieces they come",
                vec![
                    bodies().gives_the_pages(),
                    Visit::new("a body of 1 MiB and a byte")
                        .host("a.example")
                        .get(&[announced(10, &[(0, 1 << 19), (5, 1 << 19), (0, 1)])])
                        .fetch_all()
                        .gives_the_pages(),
                    one_place_many_bodies().gives_the_pages(),
                ],
            ),
            Check::visible(
                "fetches_at_the_same_time",
                Category::Speedup,
                10,
                "requests overlap: all of them take as long as the slowest",
                vec![
                    Visit::new("3 URLs of 2,000, 1,500 and 1,800 ticks")
                        .get_of_each(&[2000, 1500, 1800])
                        .fetch_all()
                        .together(),
                    Visit::new("3 URLs of one host")
                        .host("a.example")
                        .get_all(&[200, 150, 180])
                        .fetch_all()
                        .together(),
                    many_hosts().together(),
                    Visit::new("3 URLs, one breaks and one is not found")
                        .host("a.example")
                        .get(&[Reply::Breaks(50)])
                        .get(&[status(404, 100)])
                        .get(&[page(200)])
                        .fetch_all()
                        .together(),
                ],
            ),
            Check::visible(
                "uses_every_place",
                Category::Speedup,
                10,
                "a request starts as soon as its host and the session have a place free",
                vec![
                    Visit::new("12 URLs, total 3, one in three much longer")
                        .total(3)
                        .get_of_each(&durations::one_per_round(12, 3))
                        .fetch_all()
                        .uses_every_place(),
                    slow_host().uses_every_place(),
                    three_ports().uses_every_place(),
                    failures_leave_places().uses_every_place(),
                    places_in_a_pause().uses_every_place(),
                    places_of_a_host_in_a_pause().uses_every_place(),
                ],
            ),
            Check::visible(
                "keeps_connections_open",
                Category::Speedup,
                8,
                "a connection that is free is used again",
                vec![
                    Visit::new("10 URLs of one host, per host 1, connecting costs 50 ticks")
                        .per_host(1)
                        .host("a.example")
                        .connects(&[Connect::Opens(50)])
                        .get_all(&[10; 10])
                        .fetch_all()
                        .keeps_connections(150),
                    Visit::new("40 URLs, and 50 seconds later 40 more of the same host")
                        .host("a.example")
                        .connects(&[Connect::Opens(50)])
                        .get_all(&[20; 40])
                        .fetch_all()
                        .sleep(50_000)
                        .get_all(&[20; 40])
                        .fetch_all()
                        .keeps_connections(50_090),
                    says_close().keeps_connections(240),
                    closed_while_idle().keeps_connections(170),
                ],
            ),
            Check::visible(
                "keeps_the_order_of_the_urls",
                Category::Ordering,
                10,
                "result i belongs to URL i, whatever ends first",
                vec![
                    Visit::new("10 URLs, the first ends last")
                        .get_of_each(&durations::reversed(10))
                        .fetch_all()
                        .in_order(),
                    Visit::new("100 URLs, total 7, shuffled")
                        .total(7)
                        .get_of_each(&durations::shuffled(100, 3))
                        .fetch_all()
                        .in_order(),
                    failures_in_between().in_order(),
                ],
            ),
            Check::visible(
                "never_exceeds_the_limits",
                Category::Robustness,
                10,
                "at most `total` requests are in flight, and at most `per_host` to one host",
                vec![
                    Visit::new("12 URLs, total 3")
                        .total(3)
                        .get_of_each(&durations::one_per_round(12, 3))
                        .fetch_all()
                        .within_limits(),
                    Visit::new("20 URLs of 5 hosts, per host 2")
                        .per_host(2)
                        .get_of_hosts(5, &[50, 30, 40, 20].repeat(5))
                        .fetch_all()
                        .within_limits(),
                    long_bodies().within_limits(),
                    Visit::new("two lists at the same time, total 3")
                        .total(3)
                        .get_of_each(&[100; 10])
                        .fetch_two_lists(5)
                        .within_limits(),
                    Visit::new("8 URLs, each by `fetch`, total 3")
                        .total(3)
                        .get_of_each(&[100; 8])
                        .fetch_each()
                        .within_limits(),
                    failures_within_limits().within_limits(),
                    one_every_30_ticks().within_limits(),
                    three_ports().within_limits(),
                    Visit::new("6 URLs of one host, total 2, per host 4")
                        .total(2)
                        .per_host(4)
                        .host("a.example")
                        .get_all(&[100; 6])
                        .fetch_all()
                        .within_limits(),
                ],
            ),
            Check::visible(
                "gives_up_in_time",
                Category::Robustness,
                8,
                "an attempt takes no longer than the time-out, from its places to the last byte",
                vec![
                    Visit::new("no answer, time-out 100")
                        .timeout(100)
                        .get_of_each(&[50])
                        .host("a.example")
                        .get(&[silent()])
                        .fetch_all()
                        .times_out(),
                    Visit::new("a body that stalls, time-out 100")
                        .timeout(100)
                        .get_of_each(&[50])
                        .host("a.example")
                        .get(&[stalls()])
                        .fetch_all()
                        .times_out(),
                    Visit::new("a body that drips, time-out 100")
                        .timeout(100)
                        .host("a.example")
                        .get(&[in_pieces(30, &[(30, 5); 9])])
                        .fetch_all()
                        .times_out(),
                    Visit::new("connecting hangs, time-out 100")
                        .timeout(100)
                        .get_of_each(&[50])
                        .host("a.example")
                        .connects(&[Connect::Hangs])
                        .get(&[page(10)])
                        .fetch_all()
                        .times_out(),
                    Visit::new("connecting takes 60 of 100 ticks, and the page 60")
                        .timeout(100)
                        .host("a.example")
                        .connects(&[Connect::Opens(60)])
                        .get(&[page(60)])
                        .fetch_all()
                        .times_out(),
                    Visit::new("no answer, time-out 100, 2 retries")
                        .timeout(100)
                        .retries(2, 40)
                        .host("a.example")
                        .get(&[silent(), stalls(), silent()])
                        .fetch_all()
                        .times_out(),
                    Visit::new("no answer, per host 1, then pages, time-out 70")
                        .timeout(70)
                        .per_host(1)
                        .host("a.example")
                        .get(&[silent()])
                        .get(&[stalls()])
                        .get(&[page(60)])
                        .fetch_all()
                        .times_out(),
                    Visit::new("4 URLs of 80 ticks wait for one another, time-out 100")
                        .timeout(100)
                        .per_host(1)
                        .host("a.example")
                        .get_all(&[80; 4])
                        .fetch_all()
                        .times_out(),
                    Visit::new("4 hosts, total 1, 80 ticks each, time-out 100")
                        .timeout(100)
                        .total(1)
                        .get_of_each(&[80; 4])
                        .fetch_all()
                        .times_out(),
                ],
            ),
            Check::visible(
                "retries_with_pauses",
                Category::Robustness,
                10,
                "a failed attempt is followed by another one after a pause, which doubles each time",
                vec![
                    retried("503 once, then a page", 3, &[status(503, 20), page(30)]).pauses(),
                    retried("503 each time, 3 retries", 3, &[status(503, 20)]).pauses(),
                    retried("503, no retries", 0, &[status(503, 20), page(30)]).pauses(),
                    retried("503, 1 retry", 1, &[status(503, 20), status(503, 20), page(30)]).pauses(),
                    retried(
                        "broken twice, then a page",
                        3,
                        &[Reply::Breaks(15), Reply::Breaks(25), page(30)],
                    )
                    .pauses(),
                    retried("503, then broken twice, 2 retries", 2, &[status(503, 20), Reply::Breaks(15)])
                        .pauses(),
                    retried("a 503 with a long body, then a page", 1, &[long_503(), page(30)]).pauses(),
                    retried("broken, then not found", 2, &[Reply::Breaks(15), status(404, 30)]).pauses(),
                    Visit::new("no answer, then a page")
                        .timeout(100)
                        .retries(2, 40)
                        .host("a.example")
                        .get(&[silent(), page(30)])
                        .fetch_all()
                        .pauses(),
                    Visit::new("refused twice, then a page, pauses of hours")
                        .retries(3, 3_600_000)
                        .host("a.example")
                        .connects(&[Connect::Refuses(5), Connect::Refuses(0), Connect::Opens(0)])
                        .get(&[page(30)])
                        .fetch_all()
                        .pauses(),
                    Visit::new("refused each time, 1 retry")
                        .retries(1, 40)
                        .host("a.example")
                        .connects(&[Connect::Refuses(5)])
                        .get(&[page(30)])
                        .fetch_all()
                        .pauses(),
                    places_in_a_pause().pauses(),
                    // Those that whoever overlooks the scheme refuses as well.
                    Visit::new("2 that are no URLs, and a page, 1 retry")
                        .retries(1, 40)
                        .bad("two words")
                        .bad("")
                        .get_of_each(&[10])
                        .fetch_all()
                        .pauses(),
                ],
            ),
            Check::visible(
                "survives_malformed_answers",
                Category::Robustness,
                6,
                "whatever arrives, nothing panics and no other request is harmed",
                vec![
                    malformed::all().gives_the_pages(),
                    malformed::endless_heads().gives_the_pages(),
                    malformed::again().gives_the_pages(),
                ],
            ),
            Check::visible(
                "stops_when_dropped",
                Category::Robustness,
                6,
                "dropping the future ends its requests and frees their places; dropping the session closes its connections",
                vec![
                    dropped("8 URLs, total 3, dropped after 150 ticks, then 6 more", 150)
                        .get_of_each(&[50; 6])
                        .fetch_all()
                        .stops(),
                    dropped("8 URLs, total 3, dropped after 1 tick, then 6 more", 1)
                        .get_of_each(&[50; 6])
                        .fetch_all()
                        .stops(),
                    Visit::new("3 URLs, dropped in a pause, then 3 more of the same host")
                        .per_host(2)
                        .retries(1, 1000)
                        .host("a.example")
                        .get(&[status(503, 20), page(10)])
                        .get(&[status(503, 20), page(10)])
                        .get(&[status(503, 20), page(10)])
                        .fetch_all_and_drop(100)
                        .get_all(&[50; 3])
                        .fetch_all()
                        .stops(),
                    Visit::new("3 URLs, dropped while connecting, then 3 more of other hosts")
                        .total(2)
                        .host("a.example")
                        .connects(&[Connect::Hangs])
                        .get_all(&[50; 3])
                        .fetch_all_and_drop(100)
                        .get_of_each(&[50; 3])
                        .fetch_all()
                        .stops(),
                    Visit::new("4 URLs, and the session dropped")
                        .host("a.example")
                        .get_all(&[50, 30])
                        .host("b.example")
                        .get_all(&[40, 60])
                        .fetch_all()
                        .closes_connections(),
                    dropped("8 URLs, total 3, dropped after 250 ticks, and then the session", 250)
                        .closes_connections(),
                ],
            ),
            Check::visible(
                "never_blocks_the_event_loop",
                Category::Robustness,
                2,
                "nothing but `.await` waits on the runtime's thread",
                vec![
                    Visit::new("12 URLs, total 3")
                        .total(3)
                        .get_of_each(&durations::one_per_round(12, 3))
                        .fetch_all()
                        .leaves_the_loop_free(),
                    retried("503 each time, 3 retries", 3, &[status(503, 20)]).leaves_the_loop_free(),
                    dropped("8 URLs, total 3, dropped after 150 ticks, then 6 more", 150)
                        .get_of_each(&[50; 6])
                        .fetch_all()
                        .leaves_the_loop_free(),
                ],
            ),
            Check::visible(
                "refuses_zero",
                Category::Robustness,
                2,
                "no places at all: it panics with the argument's name in the message",
                vec![
                    Visit::new("total 0").total(0).get_of_each(&[10]).fetch_all().refuses("total"),
                    Visit::new("per host 0").per_host(0).get_of_each(&[10]).fetch_all().refuses("per_host"),
                    Visit::new("total 0, no URLs").total(0).fetch_all().refuses("total"),
                ],
            ),
        ],
    }
}
