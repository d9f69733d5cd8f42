//! A session's life: what the hosts do, what is fetched step by step, and what must come of it.
//!
//! The web and the steps go to the adapter; the expectations stay with the judge. The same description makes both, so they cannot
//! disagree.

use std::ops::Range;
use std::sync::Arc;

use judge::checks::{AllTogether, EventLoopFree, PanicsNaming, Policy, Returns};
use judge::scenario::{Call, Plan, Scenario, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};
use web::{Answer, CONNECT, Connect, Host, Page, REQUEST, Reply, Then, Web};

use super::connections::{ClosesConnections, KeepsConnections};
use super::places::{UsesEveryPlace, WithinLimits};
use super::requests::{NothingGoesOn, RequestsOnce, Stops};
use super::results::{Pages, Survives};
use super::story::{Dropped, Story, Url};
use super::times::{PausesBetween, TimesOut};

/// Longer than any time-out.
const FOREVER: Ticks = 3_600_000;

/// How long the caller waits after it has dropped the session.
const AFTERWARDS: Ticks = 100;

/// What is done, and what must come of it.
pub(crate) struct Visit {
    story: Story,
    /// The host whose pages are added.
    host: usize,
    steps: Vec<u64>,
    /// How many URLs have been fetched.
    fetched: usize,
    /// `None` from when on it is the answer that decides what time it is.
    now: Option<Ticks>,
}

impl Visit {
    /// Nothing is done yet. There are places for everybody, attempts have plenty of time, and none is made again.
    pub(crate) fn new(label: &str) -> Self {
        let story = Story {
            label: label.to_owned(),
            total: 1000,
            per_host: 1000,
            timeout: 10_000,
            retries: 0,
            pause: 40,
            web: Web::default(),
            urls: Vec::new(),
            lists: Vec::new(),
            dropped: None,
        };
        Self { story, host: 0, steps: Vec::new(), fetched: 0, now: Some(0) }
    }

    /// How many requests there may be in flight.
    pub(crate) fn total(mut self, total: usize) -> Self {
        self.story.total = total;
        self
    }

    /// How many of them to one host.
    pub(crate) fn per_host(mut self, per_host: usize) -> Self {
        self.story.per_host = per_host;
        self
    }

    /// How long an attempt may take.
    pub(crate) fn timeout(mut self, ticks: Ticks) -> Self {
        self.story.timeout = ticks;
        self
    }

    /// How many further attempts there are, and the pause before the first of them.
    pub(crate) fn retries(mut self, retries: u32, pause: Ticks) -> Self {
        (self.story.retries, self.story.pause) = (retries, pause);
        self
    }

    /// Goes on with a host, a new one where it has not been named yet.
    pub(crate) fn host(mut self, authority: &str) -> Self {
        let hosts = &mut self.story.web.hosts;
        self.host = hosts.iter().position(|host| host.authority == authority).unwrap_or_else(|| {
            hosts.push(Host { authority: authority.to_owned(), connects: Vec::new(), is_raw: false });
            hosts.len() - 1
        });
        self
    }

    /// What connecting to the host does, time by time.
    pub(crate) fn connects(mut self, connects: &[Connect]) -> Self {
        self.story.web.hosts[self.host].connects = connects.to_vec();
        self
    }

    /// A page of the host, and what each request for it gets.
    pub(crate) fn get(self, replies: &[Reply]) -> Self {
        let path = format!("/{}", self.story.urls.len());
        self.get_path(&path, replies)
    }

    /// The same with this path.
    pub(crate) fn get_path(mut self, path: &str, replies: &[Reply]) -> Self {
        let text = format!("http://{}{path}", self.story.web.hosts[self.host].authority);
        let page = Page { host: self.host, path: path.to_owned(), replies: replies.to_vec() };
        self.story.web.pages.push(page);
        self.story.urls.push(Url { text, is_bad: false, from: None });
        self
    }

    /// Pages of the host that take so long each.
    pub(crate) fn get_all(self, ticks: &[Ticks]) -> Self {
        ticks.iter().fold(self, |visit, &ticks| visit.get(&[page(ticks)]))
    }

    /// A page each of so many hosts, that take so long.
    pub(crate) fn get_of_each(self, ticks: &[Ticks]) -> Self {
        let next = self.story.urls.len();
        (next..).zip(ticks).fold(self, |visit, (number, &ticks)| {
            visit.host(&format!("host-{number}.example")).get(&[page(ticks)])
        })
    }

    /// Pages that take so long, of so many hosts in turns.
    pub(crate) fn get_of_hosts(self, number: usize, ticks: &[Ticks]) -> Self {
        (0..).zip(ticks).fold(self, |visit, (place, &ticks)| {
            visit.host(&format!("host-{}.example", place % number)).get(&[page(ticks)])
        })
    }

    /// A host that answers any request with these bytes after 10 ticks and ends the connection, and one page of it.
    pub(crate) fn get_bytes(self, bytes: &[u8]) -> Self {
        let name = format!("raw-{}.example", self.story.urls.len());
        let mut visit = self.host(&name);
        visit.story.web.hosts[visit.host].is_raw = true;
        visit.get(&[Reply::Bytes(10, bytes.to_vec())])
    }

    /// Something that is no `http://` URL with a host.
    pub(crate) fn bad(mut self, text: &str) -> Self {
        // Its place among the pages, which no host serves.
        self.story.web.pages.push(Page { host: usize::MAX, path: String::new(), replies: Vec::new() });
        self.story.urls.push(Url { text: text.to_owned(), is_bad: true, from: None });
        self
    }

    fn step(mut self, step: u64, arguments: [u64; 3]) -> Self {
        self.steps.extend([step].iter().chain(&arguments));
        self
    }

    /// The URLs that have been added since the last step, of which the lists are to be told up to each of these.
    fn take(&mut self, to: &[usize]) -> [u64; 3] {
        let mut numbers = [self.fetched as u64; 3];
        for (place, &to) in to.iter().enumerate() {
            self.story.lists.push(self.fetched..to);
            self.story.urls[self.fetched..to].iter_mut().for_each(|url| url.from = self.now);
            self.fetched = to;
            numbers[place + 1] = to as u64;
        }
        numbers
    }

    /// Fetches all URLs that were added since the last step, in one list.
    pub(crate) fn fetch_all(mut self) -> Self {
        let numbers = self.take(&[self.story.urls.len()]);
        self.now = None;
        self.step(0, numbers)
    }

    /// Fetches them in two lists at the same time, so many in the first one.
    pub(crate) fn fetch_two_lists(mut self, first: usize) -> Self {
        let numbers = self.take(&[self.fetched + first, self.story.urls.len()]);
        self.now = None;
        self.step(2, numbers)
    }

    /// Fetches each of them by itself, at the same time.
    pub(crate) fn fetch_each(mut self) -> Self {
        let numbers = self.take(&[self.story.urls.len()]);
        self.now = None;
        self.step(3, numbers)
    }

    /// Fetches each of them by itself, each one so many ticks after the one before.
    pub(crate) fn fetch_one_every(mut self, ticks: Ticks) -> Self {
        let from = self.fetched;
        let mut numbers = self.take(&[self.story.urls.len()]);
        numbers[2] = ticks;
        for (url, place) in self.story.urls[from..].iter_mut().zip(0..) {
            url.from = self.now.map(|now| now + place * ticks);
        }
        self.now = None;
        self.step(6, numbers)
    }

    /// Fetches them in one list and drops the future after so long, before the last page is there.
    pub(crate) fn fetch_all_and_drop(mut self, ticks: Ticks) -> Self {
        let mut numbers = self.take(&[self.story.urls.len()]);
        let list: Range<usize> = self.story.lists.pop().unwrap_or_default();
        numbers[2] = ticks;
        let at = self.now.unwrap_or(0) + ticks;
        self.now = Some(at);
        self.story.dropped = Some(Dropped { list, at, before: self.story.lists.len() });
        self.step(1, numbers)
    }

    /// The caller awaits a sleep.
    pub(crate) fn sleep(mut self, ticks: Ticks) -> Self {
        self.now = self.now.map(|now| now + ticks);
        self.step(4, [ticks, 0, 0])
    }

    fn case(mut self) -> (Case, Arc<Story>) {
        let story = &mut self.story;
        let mut plan = Plan::default();
        for host in 0..story.web.hosts.len() {
            plan.secret(CONNECT, host as u64, 0);
        }
        for url in 0..story.urls.len() {
            let requests: Vec<_> =
                story.attempts(url).into_iter().filter(|attempt| attempt.kind == REQUEST).collect();
            for attempt in &requests {
                plan.secret(REQUEST, attempt.key, attempt.ticks);
            }
            // One for each request that is to come: a further one is one too many.
            let page = &mut story.web.pages[url];
            let last = page.replies.last().cloned();
            page.replies
                .extend(last.into_iter().cycle().take(requests.len().saturating_sub(page.replies.len())));
            page.replies.truncate(requests.len().max(1));
        }
        let manners =
            [story.total as u64, story.per_host as u64, story.timeout, u64::from(story.retries), story.pause];
        let numbers = manners.into_iter().chain([self.steps.len() as u64 / 4]).chain(self.steps);
        let numbers = numbers.chain(story.web.to_numbers()).collect();
        let texts = story.urls.iter().map(|url| url.text.clone()).collect();
        let request = Request { entry: 0, input: Payload { numbers, texts } };
        let call = Call { lane: 0, request };
        let scenario = Scenario::new(&story.label, vec![call], plan).on_event_loop();
        (Case::of(scenario), Arc::new(self.story))
    }

    fn returns(self) -> (Case, Arc<Story>) {
        let (case, story) = self.case();
        (case.and(Survives).and(Returns), story)
    }

    /// A case that returns and keeps a promise.
    fn keeps<P: Policy + 'static>(self, promise: impl FnOnce(Arc<Story>) -> P) -> Case {
        let (case, story) = self.returns();
        case.and(promise(story))
    }

    /// Each URL is requested as often as it should, and each result is there, in any order.
    pub(crate) fn fetches_each(self) -> Case {
        let (case, story) = self.returns();
        case.and(RequestsOnce(Arc::clone(&story))).and(NothingGoesOn).and(Pages { story, in_order: false })
    }

    /// Each result is there, in any order.
    pub(crate) fn gives_the_pages(self) -> Case {
        self.keeps(|story| Pages { story, in_order: false })
    }

    /// Result i belongs to URL i.
    pub(crate) fn in_order(self) -> Case {
        self.keeps(|story| Pages { story, in_order: true })
    }

    /// All requests are in flight together.
    pub(crate) fn together(self) -> Case {
        self.keeps(|_| AllTogether { kind: REQUEST, noun: "URL" })
    }

    /// Every place is used.
    pub(crate) fn uses_every_place(self) -> Case {
        self.keeps(UsesEveryPlace)
    }

    /// No limit is exceeded.
    pub(crate) fn within_limits(self) -> Case {
        self.keeps(WithinLimits)
    }

    /// All of it takes so long at most: that is how long it takes where connections are used again.
    pub(crate) fn keeps_connections(self, makespan: Ticks) -> Case {
        let (case, story) = self.returns();
        case.and(KeepsConnections { story: Arc::clone(&story), makespan })
            .and(Pages { story, in_order: false })
    }

    /// Attempts end with their time-out.
    pub(crate) fn times_out(self) -> Case {
        self.keeps(TimesOut)
    }

    /// Failed attempts are made again, after their pauses.
    pub(crate) fn pauses(self) -> Case {
        let (case, story) = self.returns();
        case.and(PausesBetween(Arc::clone(&story)))
            .and(UsesEveryPlace(Arc::clone(&story)))
            .and(Pages { story, in_order: false })
    }

    /// What was dropped stops, and its places are free for what is fetched afterwards.
    pub(crate) fn stops(self) -> Case {
        let (case, story) = self.returns();
        case.and(Stops(Arc::clone(&story)))
            .and(UsesEveryPlace(Arc::clone(&story)))
            .and(Pages { story, in_order: false })
    }

    /// The session is dropped in the end, and all connections with it.
    pub(crate) fn closes_connections(self) -> Case {
        let visit = self.step(5, [0; 3]).sleep(AFTERWARDS);
        visit.keeps(|_| ClosesConnections { before_the_end: AFTERWARDS })
    }

    /// The event loop is never blocked.
    pub(crate) fn leaves_the_loop_free(self) -> Case {
        self.keeps(|_| EventLoopFree)
    }

    /// The session is refused with this argument's name.
    pub(crate) fn refuses(self, argument: &'static str) -> Case {
        self.case().0.and(PanicsNaming { argument })
    }
}

/// An answer with this status after so many ticks.
fn answer(status: u16, head: Ticks) -> Answer {
    let bodiless = status == 204;
    Answer {
        status,
        location: None,
        head,
        pieces: if bodiless { Vec::new() } else { vec![(0, 24)] },
        announced: !bodiless,
        is_text: true,
        then: Then::Stays,
    }
}

/// A page after so many ticks.
pub(crate) fn page(ticks: Ticks) -> Reply {
    status(200, ticks)
}

/// Another status.
pub(crate) fn status(status: u16, ticks: Ticks) -> Reply {
    Reply::Answer(answer(status, ticks))
}

/// The page is elsewhere.
pub(crate) fn moved(location: &str) -> Reply {
    Reply::Answer(Answer { location: Some(location.to_owned()), ..answer(302, 10) })
}

/// A page after so many ticks, whose connection ends then as it is said here.
pub(crate) fn page_then(ticks: Ticks, then: Then) -> Reply {
    Reply::Answer(Answer { then, ..answer(200, ticks) })
}

/// A page whose head takes so long, and then each of its pieces.
pub(crate) fn in_pieces(head: Ticks, pieces: &[(Ticks, usize)]) -> Reply {
    Reply::Answer(Answer { pieces: pieces.to_vec(), announced: false, ..answer(200, head) })
}

/// The same with an announced length.
pub(crate) fn announced(head: Ticks, pieces: &[(Ticks, usize)]) -> Reply {
    Reply::Answer(Answer { pieces: pieces.to_vec(), ..answer(200, head) })
}

/// The same with bytes that are no text.
pub(crate) fn binary(pieces: &[(Ticks, usize)]) -> Reply {
    Reply::Answer(Answer { pieces: pieces.to_vec(), is_text: false, ..answer(200, 10) })
}

/// A 503 whose body comes in pieces.
pub(crate) fn long_503() -> Reply {
    Reply::Answer(Answer { pieces: vec![(10, 5); 4], announced: false, ..answer(503, 10) })
}

/// The head never comes.
pub(crate) fn silent() -> Reply {
    page(FOREVER)
}

/// The head comes, some of the body, and no more.
pub(crate) fn stalls() -> Reply {
    in_pieces(10, &[(0, 10), (10, 10), (FOREVER, 10)])
}
