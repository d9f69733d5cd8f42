//! Visits that take more than a line.

use judge::scenario::Ticks;
use web::{Connect, Reply, Then};

use super::visit::{Visit, announced, binary, in_pieces, moved, page, page_then, silent, stalls, status};

pub(super) fn many_hosts() -> Visit {
    Visit::new("300 URLs of 100 hosts").get_of_hosts(100, &[100; 300]).fetch_all()
}

pub(super) fn equal_urls() -> Visit {
    let twice = |visit: Visit| visit.get_path("/a", &[page(100)]).get_path("/b", &[page(50)]);
    twice(twice(Visit::new("4 URLs, two and two equal").host("a.example"))).fetch_all()
}

pub(super) fn statuses() -> Visit {
    Visit::new("statuses 200, 204, 302, 404 and 500, 1 retry")
        .retries(1, 40)
        .host("a.example")
        .get(&[page(10)])
        .get(&[status(204, 10)])
        .get(&[moved("http://a.example/elsewhere")])
        .get(&[status(404, 10)])
        .get(&[status(500, 10)])
        .fetch_all()
}

pub(super) fn ports_and_queries() -> Visit {
    Visit::new("ports and queries")
        .host("a.example:8080")
        .get(&[page(10)])
        .host("a.example")
        .get_path("/search?q=rust&page=2", &[page(10)])
        .get_path("/search?q=rust&page=3", &[page(20)])
        .get_path("/", &[page(10)])
        .fetch_all()
}

pub(super) fn bad_urls() -> Visit {
    let mut visit =
        Visit::new("7 that are no `http://` URLs, between good ones").retries(1, 40).get_of_each(&[10]);
    for bad in
        ["https://host-0.example/0", "ftp://a.example/", "http:///x", "http://", "", "two words", "/relative"]
    {
        visit = visit.bad(bad);
    }
    visit.get_of_each(&[10]).fetch_all()
}

pub(super) fn bodies() -> Visit {
    let many: Vec<(Ticks, usize)> = (0..40).map(|piece| (piece % 7 * 5, 3)).collect();
    Visit::new("bodies in 1 and 40 pieces, empty, and bytes that are no text")
        .host("a.example")
        .get(&[in_pieces(10, &[(0, 500)])])
        .get(&[in_pieces(10, &many)])
        .get(&[announced(10, &many)])
        .get(&[announced(10, &[])])
        .get(&[in_pieces(10, &[])])
        .get(&[binary(&[(0, 300), (10, 300)])])
        .fetch_all()
}

/// One connection carries all of them: each answer must be read to its end.
pub(super) fn one_place_many_bodies() -> Visit {
    Visit::new("5 bodies in pieces, one after the other")
        .per_host(1)
        .host("a.example")
        .get(&[in_pieces(10, &[(0, 100), (10, 100)])])
        .get(&[announced(10, &[(0, 100), (10, 100)])])
        .get(&[announced(10, &[])])
        .get(&[in_pieces(10, &[(5, 10), (5, 10), (5, 10)])])
        .get(&[page(10)])
        .fetch_all()
}

pub(super) fn slow_host() -> Visit {
    Visit::new("a slow host and a quick one, total 2, per host 1")
        .total(2)
        .per_host(1)
        .host("slow.example")
        .get_all(&[300; 3])
        .host("quick.example")
        .get_all(&[50; 4])
        .fetch_all()
}

/// Three hosts, of which one has no port in its URLs.
pub(super) fn three_ports() -> Visit {
    Visit::new("one name, three ports, per host 1")
        .per_host(1)
        .host("a.example")
        .get_all(&[100, 50])
        .host("a.example:8080")
        .get_all(&[100, 50])
        .host("a.example:8081")
        .get_all(&[100, 50])
        .fetch_all()
}

pub(super) fn failures_leave_places() -> Visit {
    Visit::new("failures of each kind, then pages, total 2")
        .total(2)
        .timeout(100)
        .host("a.example")
        .get(&[Reply::Breaks(20)])
        .get(&[silent()])
        .get(&[status(503, 30)])
        .get(&[stalls()])
        .get(&[Reply::Breaks(20)])
        .get_all(&[50; 6])
        .fetch_all()
}

/// The pauses are long, and others are waiting.
pub(super) fn places_in_a_pause() -> Visit {
    Visit::new("4 URLs, total 1, the first is 503 twice")
        .total(1)
        .retries(2, 40)
        .host("a.example")
        .get(&[status(503, 20), status(503, 20), page(30)])
        .get_all(&[50, 60, 70])
        .fetch_all()
}

/// The same with places of one host: also whoever deals them out as so many lanes has one that stands still.
pub(super) fn places_of_a_host_in_a_pause() -> Visit {
    Visit::new("5 URLs of one host, per host 2, two of them are 503 twice")
        .per_host(2)
        .retries(2, 40)
        .host("a.example")
        .get(&[status(503, 20), status(503, 20), page(30)])
        .get(&[status(503, 30), status(503, 20), page(30)])
        .get_all(&[50, 60, 70])
        .fetch_all()
}

pub(super) fn says_close() -> Visit {
    let visit = Visit::new("4 URLs of one host, per host 1, the server closes each time")
        .per_host(1)
        .host("a.example")
        .connects(&[Connect::Opens(50)]);
    (0..4).fold(visit, |visit, _| visit.get(&[page_then(10, Then::Closes)])).fetch_all()
}

pub(super) fn closed_while_idle() -> Visit {
    Visit::new("the server closes an idle connection, then another URL")
        .host("a.example")
        .connects(&[Connect::Opens(50)])
        .get(&[page_then(10, Then::ClosesAfter(20))])
        .fetch_all()
        .sleep(50)
        .get(&[page(10)])
        .fetch_all()
}

pub(super) fn failures_in_between() -> Visit {
    Visit::new("8 URLs, failures and retries in between")
        .retries(2, 40)
        .timeout(200)
        .host("a.example")
        .get(&[page(150)])
        .get(&[status(503, 20), page(30)])
        .get(&[Reply::Breaks(10)])
        .get(&[status(404, 120)])
        .bad("https://a.example/")
        .get(&[silent(), page(30)])
        .get(&[status(503, 10)])
        .get(&[page(5)])
        .fetch_all()
}

pub(super) fn long_bodies() -> Visit {
    let body = [(20, 5); 5];
    let visit = Visit::new("6 URLs of 2 hosts with long bodies, total 3, per host 2").total(3).per_host(2);
    (0..3)
        .fold(visit, |visit, _| {
            let visit = visit.host("a.example").get(&[in_pieces(5, &body)]);
            visit.host("b.example").get(&[announced(5, &body)])
        })
        .fetch_all()
}

pub(super) fn failures_within_limits() -> Visit {
    let visit =
        Visit::new("9 URLs, failures and retries, total 3, per host 2").total(3).per_host(2).timeout(100);
    let visit = visit.retries(2, 40).host("a.example");
    let visit = visit.get(&[status(503, 20), page(90)]).get(&[Reply::Breaks(15), page(90)]);
    let visit = visit.get(&[silent(), page(90)]).get_all(&[70, 60]);
    visit.host("b.example").get(&[status(503, 20), page(90)]).get_all(&[50, 80, 90]).fetch_all()
}

/// Some are asked for when others of their host have ended, and one of them is in a pause or still in flight.
pub(super) fn one_every_30_ticks() -> Visit {
    Visit::new("5 URLs of one host, one every 30 ticks, per host 2, the first is 503 once")
        .per_host(2)
        .retries(1, 40)
        .host("a.example")
        .get(&[status(503, 10), page(300)])
        .get_all(&[10, 20, 100, 100])
        .fetch_one_every(30)
}

pub(super) fn retried(label: &str, retries: u32, replies: &[Reply]) -> Visit {
    Visit::new(label).retries(retries, 40).host("a.example").get(replies).fetch_all()
}

pub(super) fn dropped(label: &str, ticks: Ticks) -> Visit {
    Visit::new(label)
        .total(3)
        .get_of_each(&[100, 200, 300, 400, 500, 600, 700, 800])
        .fetch_all_and_drop(ticks)
}
