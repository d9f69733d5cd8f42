//! The network, played in the judged program: [`Network`] is the connector that the student's code is given.
//!
//! Everything runs on the caller's runtime: a connection is a pair of buffers, and the server at its other end is a task. So nothing
//! can be under way while all tasks wait, and virtual time is exact.

mod connection;
mod server;

use std::collections::HashMap;
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use judge::subject::event_loop::{EventLoop, InFlight};
use judge::wire::{Payload, Work};

pub use connection::Connection;

use crate::{CONNECT, CONNECTION, Connect, Host, REQUEST, Reply, UNKNOWN, Web, request_key};

/// A way to every host of a [`Web`]. Clones lead to the same hosts.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    event_loop: EventLoop,
    web: Web,
    so_far: Mutex<SoFar>,
}

/// What has happened so far.
#[derive(Default)]
struct SoFar {
    /// Attempts to connect, by host.
    connects: HashMap<usize, usize>,
    /// Requests, by page.
    requests: HashMap<usize, usize>,
    connections: u64,
}

/// A request that has come in, and what it gets.
struct Asked {
    in_flight: InFlight,
    /// `None` where there is no such page.
    reply: Option<Reply>,
}

impl Network {
    /// Nothing has been asked of it yet.
    #[must_use]
    pub fn new(event_loop: EventLoop, web: Web) -> Self {
        Self(Arc::new(Inner { event_loop, web, so_far: Mutex::default() }))
    }

    fn begin(&self, kind: u16, key: u64, number: Option<u64>, text: String) -> InFlight {
        let input = Payload { numbers: number.into_iter().collect(), texts: vec![text] };
        self.0.event_loop.begin(Work { kind, key, input })
    }

    fn so_far<T>(&self, look: impl FnOnce(&mut SoFar) -> T) -> T {
        look(&mut self.0.so_far.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn host(&self, place: usize) -> &Host {
        &self.0.web.hosts[place]
    }

    /// What the next attempt to connect to a host comes to.
    fn next_connect(&self, place: usize) -> Connect {
        let time = self.so_far(|so_far| count(so_far.connects.entry(place).or_default()));
        let connects = &self.host(place).connects;
        connects.get(time).or(connects.last()).copied().unwrap_or(Connect::Opens(0))
    }

    /// Books a request to a host.
    fn ask(&self, host: usize, connection: u64, path: &str) -> Asked {
        let pages = &self.0.web.pages;
        let (key, reply) = self.so_far(|so_far| {
            let so_often = |page: usize| so_far.requests.get(&page).copied().unwrap_or(0);
            let mut those: Vec<usize> = (0..pages.len())
                .filter(|&page| pages[page].host == host && pages[page].path == path)
                .collect();
            // Of equal ones the first that is still to come; one request too many is one of the last.
            let due = those.iter().copied().find(|&page| so_often(page) < pages[page].replies.len());
            let Some(page) = due.or(those.pop()) else { return (UNKNOWN, None) };
            let time = count(so_far.requests.entry(page).or_default());
            let replies = &pages[page].replies;
            (request_key(page, time), replies.get(time).or(replies.last()).cloned())
        });
        let what = format!("{}{path}", self.host(host).authority);
        Asked { in_flight: self.begin(REQUEST, key, Some(connection), what), reply }
    }

    async fn connect(self, uri: Uri) -> io::Result<Connection> {
        let authority = plain(uri.authority().map_or("", |authority| authority.as_str())).to_owned();
        let place = self.0.web.hosts.iter().position(|host| host.authority == authority);
        let key = place.map_or(UNKNOWN, |place| place as u64);
        let connecting = self.begin(CONNECT, key, None, authority);
        let refused = || Err(io::ErrorKind::ConnectionRefused.into());
        let Some(place) = place else {
            connecting.finish();
            return refused();
        };
        let opens = match self.next_connect(place) {
            Connect::Opens(ticks) => {
                connecting.wait(ticks).await;
                true
            }
            Connect::Refuses(ticks) => {
                connecting.wait(ticks).await;
                false
            }
            Connect::Hangs => pending().await,
        };
        connecting.finish();
        if !opens {
            return refused();
        }
        let number = self.so_far(|so_far| {
            so_far.connections += 1;
            so_far.connections
        });
        let held = self.begin(CONNECTION, number, Some(key), self.host(place).authority.clone());
        let (ours, theirs) = connection::pair(held);
        let event_loop = self.0.event_loop.clone();
        event_loop.spawn(server::serve(theirs, self, place, number));
        Ok(ours)
    }
}

impl tower_service::Service<Uri> for Network {
    type Response = Connection;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Connection>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// The number so far, and one more from now on.
fn count(number: &mut usize) -> usize {
    *number += 1;
    *number - 1
}

/// The same host without the port that it has anyway.
fn plain(authority: &str) -> &str {
    authority.strip_suffix(":80").unwrap_or(authority)
}

/// What most answers do with a network, so that it is compiled here and not with each of them.
type Exchange = Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>;

/// One exchange. It serves the compiler alone: what it is made of is taken from here by the programs that do the same
/// ([`Network`] and the usual empty body are what the client is generic over). Nothing calls it.
#[must_use]
pub fn exchange(network: Network, uri: Uri) -> Exchange {
    Box::pin(async move {
        let client: Client<Network, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(network);
        Some(client.get(uri).await.ok()?.into_body().collect().await.ok()?.to_bytes())
    })
}
