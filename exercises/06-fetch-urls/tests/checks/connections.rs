//! Connections: used again while the session lives, and closed with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Ticks};
use judge::suite::Finding;
use judge::words::{count, thousands, tick};
use web::{CONNECTION, Connect};

use super::story::{Story, requests, url_of};

/// All of it takes as long as if each place had connected once, and to no host there are more connections that carried a request than
/// twice as many as were in flight together (a pool may be ahead of itself); one where the session has one place. A pass does not prove
/// that no connection is ever made in vain.
pub(super) struct KeepsConnections {
    pub(super) story: Arc<Story>,
    pub(super) makespan: Ticks,
}

impl Policy for KeepsConnections {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some((end, _)) = run.calls[0].ended else { return Ok(()) };
        let connections = self.used(run);
        let (host, used) = connections
            .iter()
            .max_by_key(|(_, used)| used.len())
            .map_or(("", 0), |(host, used)| (*host, used.len()));
        let most = self.most_together(run, host);
        let announced = self.story.web.pages.iter().flat_map(|page| &page.replies).any(closes);
        let allowed = match self.story.total {
            _ if announced => usize::MAX,
            1 => 1,
            _ => 2 * most,
        };
        if end <= self.makespan + scenario.rounding() && used <= allowed {
            return Ok(());
        }
        let costs =
            self.story.web.hosts.iter().flat_map(|host| &host.connects).find_map(|connect| match connect {
                Connect::Opens(ticks) => Some(*ticks),
                Connect::Refuses(_) | Connect::Hangs => None,
            });
        let (cause, hint) = self.why(run, used <= most, announced);
        Err(Finding::fail(
            format!(
                "{} ticks: connecting costs {}, once for each place, and the connections are used again",
                thousands(self.makespan),
                costs.unwrap_or(0)
            ),
            format!(
                "{} ticks; {} carried the {} to {host}",
                thousands(end),
                count(used, "connection"),
                count(self.requests_to(run, host), "request")
            ),
            cause,
            hint,
        ))
    }
}

fn closes(reply: &web::Reply) -> bool {
    matches!(reply, web::Reply::Answer(answer) if answer.then != web::Then::Stays)
}

impl KeepsConnections {
    /// The connections that carried requests, by host.
    fn used(&self, run: &Run) -> BTreeMap<&str, BTreeSet<u64>> {
        let mut used: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
        for work in requests(run) {
            let connection = work.work.input.numbers.first().copied().unwrap_or(0);
            used.entry(self.story.authority(url_of(work.work.key))).or_default().insert(connection);
        }
        used
    }

    fn requests_to(&self, run: &Run, host: &str) -> usize {
        requests(run).filter(|work| self.story.authority(url_of(work.work.key)) == host).count()
    }

    /// The most requests to a host that were in flight together.
    fn most_together(&self, run: &Run, host: &str) -> usize {
        let of_host: Vec<_> =
            requests(run).filter(|work| self.story.authority(url_of(work.work.key)) == host).collect();
        let at = |tick: Ticks| {
            let covers =
                |work: &&&judge::run::WorkRecord| work.start <= tick && work.end.is_none_or(|end| end > tick);
            of_host.iter().filter(covers).count()
        };
        of_host.iter().map(|work| at(work.start)).max().unwrap_or(0)
    }

    fn why(&self, run: &Run, few: bool, announced: bool) -> (&'static str, &'static str) {
        let carries = |connection: u64| {
            requests(run)
                .filter(move |work| work.work.input.numbers.first() == Some(&connection))
                .map(|work| url_of(work.work.key))
        };
        let connections: BTreeSet<u64> =
            requests(run).filter_map(|work| work.work.input.numbers.first().copied()).collect();
        let list_of = |url: usize| self.story.lists.iter().position(|list| list.contains(&url));
        let shared = connections.iter().any(|&connection| carries(connection).count() > 1);
        let crosses = connections
            .iter()
            .any(|&connection| carries(connection).map(list_of).collect::<BTreeSet<_>>().len() > 1);
        // While there were requests to come, and the server would have kept it open.
        let last = requests(run).map(|work| work.start).max().unwrap_or(0);
        let closed = run
            .works
            .iter()
            .any(|work| work.work.kind == CONNECTION && work.end.is_some_and(|end| end < last));
        let while_idle = run.works.iter().any(|work| {
            let at = work.end.filter(|at| work.work.kind == CONNECTION && *at < last);
            at.is_some_and(|at| requests(run).filter_map(|work| work.end).all(|end| end + 1 < at || end > at))
        });
        if !announced && closed && (crosses || while_idle || shared && self.story.lists.len() == 1) {
            (
                "connections are closed while they are idle: the pool keeps fewer than `per_host` of them (`pool_max_idle_per_host`), or not \
                 for long (`pool_idle_timeout`)",
                "let the pool keep at least `per_host` idle connections to each host, and each for a minute or more, as it does where you say \
                 nothing",
            )
        } else if few && (crosses || shared) {
            (
                "the connections are used again, and time is lost between the requests",
                "see the check `uses_every_place`; where it passes, look at when a connection is free again, and who is given it",
            )
        } else if self.story.lists.len() > 1 && !crosses {
            (
                "each `fetch_all` connects again: the client is made in the call and dropped with it",
                "make one client in `new` and keep it in the session: its connections are there for the next call",
            )
        } else if shared {
            (
                "connections are used again too seldom: a free one is not found, or closed too early",
                "keep one client for the whole session, or put each connection back as soon as its body was read",
            )
        } else {
            (
                "each request has a connection of its own: a client is made for each, or it keeps none (`pool_max_idle_per_host(0)`), \
                 or the answer's body is not read to its end",
                "make one client in `new` and keep it in the session; clones of it share one pool",
            )
        }
    }
}

/// So long before the end the session is dropped: a tick later no connection is open any more.
pub(super) struct ClosesConnections {
    pub(super) before_the_end: Ticks,
}

impl Policy for ClosesConnections {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some((end, _)) = run.calls[0].ended else { return Ok(()) };
        let dropped = end.saturating_sub(self.before_the_end);
        let open = |work: &&judge::run::WorkRecord| {
            work.work.kind == CONNECTION && work.end.is_none_or(|end| end > dropped + scenario.rounding())
        };
        let open = run.works.iter().filter(open).count();
        if open == 0 {
            return Ok(());
        }
        Err(Finding::fail(
            format!("the session is dropped at {}, and its connections are closed", tick(dropped)),
            format!("{} still open a tick later", count(open, "connection")),
            "something outlives the session and holds its connections: a `static` or leaked client, or a task that nobody ends",
            "let the session own its client (and the tasks of its connections), so that all of it is dropped with it",
        ))
    }
}
