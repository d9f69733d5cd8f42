//! Exercise 06: many pages over HTTP, politely (Python: `aiohttp.ClientSession`).
//!
//! Choose the fields of [`Session`] and fill in the bodies. The lesson, with hints, is in `README.md` beside this package's
//! `Cargo.toml`; check your answer with `cargo test -p exercise-06`.

use std::marker::PhantomData;
use std::time::Duration;

use hyper_util::client::legacy::connect::Connect;

/// An answer that arrived whole. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// 200, 404, … : every status is an answer.
    pub status: u16,
    /// All bytes of the body, in however many pieces they came.
    pub body: Vec<u8>,
}

/// Why there is no page. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    /// Not an `http://` URL with a host: nothing was sent, nobody was connected to, and it is not tried again.
    BadUrl,
    /// The last attempt took longer than [`Manners::timeout`].
    TimedOut,
    /// The last attempt broke: no connection, one that ended early, or an answer that is not HTTP.
    Broken,
}

/// How a session behaves. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// At most so many requests in flight, over all calls on the session.
    pub total: usize,
    /// At most so many of them to one host (name and port).
    pub per_host: usize,
    /// How long one attempt may take: from when it has its places (connecting included) to the last byte of the body.
    pub timeout: Duration,
    /// How many further attempts follow a failed one, at most. Nobody asks for more than 30.
    pub retries: u32,
    /// The pause before the first of them; each further pause is twice as long as the one before.
    pub pause: Duration,
}

/// A client for many requests: what it has connected stays connected, and is used again. However many connections are idle, none is
/// closed before a minute has passed in which nobody used it.
///
/// Dropping it closes every connection.
pub struct Session<C> {
    // The fields are yours to choose: replace this one.
    network: PhantomData<C>,
}

// Where you make connections yourself you may ask for more than `Connect`: `C: tower_service::Service<hyper::Uri>`, with responses
// that are `hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static`, and futures and errors that can be sent.
impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    /// A session over `network`, which makes a connection for a URL. Nothing is connected yet. It is called inside a tokio runtime.
    ///
    /// # Panics
    /// Panics if `manners.total` or `manners.per_host` is 0, with a message that contains `total` or `per_host`.
    #[must_use]
    pub fn new(network: C, manners: Manners) -> Self {
        let _ = (network, manners);
        todo!()
    }

    /// Fetches one page (`GET`, HTTP/1.1).
    ///
    /// What is promised:
    /// - every status is an `Ok`, also 404 and 500; a redirect is not followed. Only 503 counts as a failed attempt, as a broken
    ///   one and one that takes too long do. An attempt lasts to the last byte of the body, that of a 503 too;
    /// - a failed attempt is followed by another one after a pause, which begins when the attempt has ended,
    ///   [`Manners::retries`] times at most; then the last attempt's page (503) or error is the result. There is no pause
    ///   after the last one. What the server says of when to come back does not matter;
    /// - an attempt starts as soon as its host and the whole session have a place free, and gives both back when it ends;
    ///   a pause holds no place, and waiting for a place holds none that another host's request could use. Which of those that
    ///   wait is the first to start is free;
    /// - a connection that is free is used again by the next request to its host. One that the server has closed meanwhile is
    ///   replaced by a new one, and that is no failed attempt;
    /// - whatever arrives, nothing panics, and no other request is harmed;
    /// - if the returned future is dropped midway, its request ends, its places are free, and the session goes on.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let _ = url;
        todo!()
    }

    /// Fetches every URL at the same time, as far as the places go; result i belongs to `urls[i]`.
    ///
    /// Beside the promises of [`Session::fetch`]: equal URLs are separate requests; an error stays in its own place; an empty list
    /// gives an empty list at once; nothing is in flight at the return or, if the future is dropped midway, a moment later; the
    /// event loop is never blocked.
    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let _ = urls;
        todo!()
    }
}
