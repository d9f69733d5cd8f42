//! What is done in a visit, frozen, and what must become of each URL: all that the policies know beside the run.

use std::ops::Range;

use judge::checks::{CALL_KEYS, Limit, Places};
use judge::run::{Run, WorkRecord};
use judge::scenario::Ticks;
use web::{Answer, CONNECT, Connect, REQUEST, Reply, Web, request_key};

// Pictures number a request by its URL, whichever request for it it is.
const _: () = assert!(web::AGAIN == CALL_KEYS);

/// See [`super::visit::Visit`].
pub(super) struct Story {
    pub(super) label: String,
    pub(super) total: usize,
    pub(super) per_host: usize,
    pub(super) timeout: Ticks,
    pub(super) retries: u32,
    pub(super) pause: Ticks,
    /// A page for each URL, at the same place.
    pub(super) web: Web,
    pub(super) urls: Vec<Url>,
    /// The lists whose results are told, in order.
    pub(super) lists: Vec<Range<usize>>,
    /// The list whose future was dropped.
    pub(super) dropped: Option<Dropped>,
}

pub(super) struct Dropped {
    pub(super) list: Range<usize>,
    pub(super) at: Ticks,
    /// How many lists were fetched before it.
    pub(super) before: usize,
}

pub(super) struct Url {
    pub(super) text: String,
    pub(super) is_bad: bool,
    /// When it is asked for, where that is known beforehand.
    pub(super) from: Option<Ticks>,
}

/// An attempt that must be made, and what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempt {
    /// What is seen of it: a request, or that it was connected where that fails.
    pub(super) kind: u16,
    /// Of a request the key; else which attempt to connect to the host it is, from 0.
    pub(super) key: u64,
    /// How long that takes.
    pub(super) ticks: Ticks,
    pub(super) comes_to: ComesTo,
}

/// What an attempt, or a URL, comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComesTo {
    /// The page that this request got.
    Page {
        key: u64,
    },
    BadUrl,
    TimedOut,
    Broken,
}

impl Story {
    /// The attempts that must be made for a URL where nobody drops anything.
    pub(super) fn attempts(&self, url: usize) -> Vec<Attempt> {
        let mut attempts: Vec<Attempt> = Vec::new();
        // A key that was made up is of no URL.
        if self.urls.get(url).is_none_or(|url| url.is_bad) {
            return attempts;
        }
        let (mut connected, mut requested) = (0, 0);
        for _ in 0..=self.retries {
            let attempt = self.attempt(url, &mut connected, &mut requested);
            attempts.push(attempt);
            if !self.fails(&attempt) {
                break;
            }
        }
        attempts
    }

    /// Whether another attempt follows where there are any left.
    pub(super) fn fails(&self, attempt: &Attempt) -> bool {
        match attempt.comes_to {
            ComesTo::Page { key } => self.answer(key).is_some_and(|answer| answer.status == 503),
            ComesTo::BadUrl | ComesTo::TimedOut | ComesTo::Broken => true,
        }
    }

    fn attempt(&self, url: usize, connected: &mut usize, requested: &mut usize) -> Attempt {
        let page = &self.web.pages[url];
        let connects = &self.web.hosts[page.host].connects;
        let connect = connects.get(*connected).or(connects.last()).copied().unwrap_or(Connect::Opens(0));
        let connecting = |ticks, comes_to| Attempt { kind: CONNECT, key: *connected as u64, ticks, comes_to };
        let fault = match connect {
            Connect::Refuses(ticks) if ticks <= self.timeout => Some(connecting(ticks, ComesTo::Broken)),
            Connect::Refuses(_) | Connect::Hangs => Some(connecting(self.timeout, ComesTo::TimedOut)),
            Connect::Opens(_) => None,
        };
        if let Some(fault) = fault {
            *connected += 1;
            return fault;
        }
        let key = request_key(url, *requested);
        *requested += 1;
        let Some(reply) = self.reply(key) else {
            return Attempt { kind: REQUEST, key, ticks: 0, comes_to: ComesTo::Broken };
        };
        // A first connection is part of the attempt; where connecting is to matter there is one URL alone.
        let left = match connect {
            Connect::Opens(ticks) if connects.len() == 1 && self.urls.len() == 1 => self.timeout - ticks,
            _ => self.timeout,
        };
        let (ticks, comes_to) = match reply {
            reply if reply.ticks() > left => (left, ComesTo::TimedOut),
            Reply::Answer(_) => (reply.ticks(), ComesTo::Page { key }),
            Reply::Breaks(_) | Reply::Bytes(..) => (reply.ticks(), ComesTo::Broken),
        };
        Attempt { kind: REQUEST, key, ticks, comes_to }
    }

    /// What a URL comes to.
    pub(super) fn comes_to(&self, url: usize) -> ComesTo {
        self.attempts(url).last().map_or(ComesTo::BadUrl, |attempt| attempt.comes_to)
    }

    /// What a request gets.
    pub(super) fn reply(&self, key: u64) -> Option<&Reply> {
        let replies = &self.web.pages.get(url_of(key))?.replies;
        let time = usize::try_from(key / web::AGAIN).ok()?;
        replies.get(time).or(replies.last())
    }

    /// The same where that is an answer.
    pub(super) fn answer(&self, key: u64) -> Option<&Answer> {
        match self.reply(key)? {
            Reply::Answer(answer) => Some(answer),
            Reply::Breaks(_) | Reply::Bytes(..) => None,
        }
    }

    /// The name and port of a URL's host.
    pub(super) fn authority(&self, url: usize) -> &str {
        let host = self.web.pages.get(url).and_then(|page| self.web.hosts.get(page.host));
        host.map_or("", |host| &host.authority)
    }

    /// What was seen of an attempt.
    pub(super) fn seen<'a>(&self, run: &'a Run, url: usize, attempt: &Attempt) -> Option<&'a WorkRecord> {
        if attempt.kind == REQUEST {
            return requests(run).find(|work| work.work.key == attempt.key);
        }
        let host = self.web.pages[url].host as u64;
        let mut connects = run.works.iter().filter(|work| work.work.kind == CONNECT && work.work.key == host);
        connects.nth(usize::try_from(attempt.key).ok()?)
    }

    /// Whether a URL's future was dropped.
    pub(super) fn is_dropped(&self, url: usize) -> bool {
        self.dropped.as_ref().is_some_and(|dropped| dropped.list.contains(&url))
    }

    /// Whether the URLs of a list are not all asked for at the same time.
    pub(super) fn is_asked_bit_by_bit(&self) -> bool {
        let from = |list: &Range<usize>| self.urls[list.clone()].iter().map(|url| url.from);
        self.lists.iter().any(|list| from(list).any(|at| Some(at) != from(list).next()))
    }

    /// Whether two URLs are for the same page.
    pub(super) fn are_equal(&self, one: usize, other: usize) -> bool {
        self.urls[one].text == self.urls[other].text
    }

    /// The places that requests take.
    pub(super) fn places(&self) -> Places {
        let keys = (0..self.urls.len()).flat_map(|url| {
            self.attempts(url).into_iter().map(move |attempt| (attempt.kind, attempt.key, url))
        });
        let requests = keys.filter(|(kind, ..)| *kind == REQUEST);
        Places {
            kind: REQUEST,
            noun: "request",
            total: Limit { argument: "total", at_most: self.total },
            of_group: Limit { argument: "per_host", at_most: self.per_host },
            group: "host",
            groups: requests.map(|(_, key, url)| (key, self.authority(url).to_owned())).collect(),
        }
    }
}

/// The requests of a run.
pub(super) fn requests(run: &Run) -> impl Iterator<Item = &WorkRecord> {
    run.works.iter().filter(|work| work.work.kind == REQUEST)
}

/// The URL that a request is for.
pub(super) fn url_of(key: u64) -> usize {
    usize::try_from(key % web::AGAIN).unwrap_or(usize::MAX)
}

/// Which request for it that is, from 0.
pub(super) fn time_of(key: u64) -> u64 {
    key / web::AGAIN
}
