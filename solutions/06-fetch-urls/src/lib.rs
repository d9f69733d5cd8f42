//! Exercise 06, the reference answer: hyper-util's pooled client, a semaphore for the session and one for each host.
//!
//! Nothing is spawned. Permits, requests and the client are owned by futures or by the session, so that dropping either gives back
//! whatever it held.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

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
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Semaphore,
    /// The places of each host that was ever asked, by name and port.
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    /// A session over `network`, which makes a connection for a URL. Nothing is connected yet.
    ///
    /// # Panics
    /// Panics if `manners.total` or `manners.per_host` is 0, with a message that contains `total` or `per_host`.
    #[must_use]
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "total must be at least 1");
        assert!(manners.per_host > 0, "per_host must be at least 1");
        Self {
            client: Client::builder(TokioExecutor::new()).build(network),
            manners,
            total: Semaphore::new(manners.total),
            hosts: Mutex::default(),
        }
    }

    /// Fetches one page (`GET`, HTTP/1.1).
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        let authority = uri.authority().filter(|authority| !authority.host().is_empty());
        let authority = authority.filter(|_| uri.scheme_str() == Some("http")).ok_or(FetchError::BadUrl)?;
        let host = self.places_of(authority.as_str());
        let mut pause = self.manners.pause;
        let mut retries = self.manners.retries;
        loop {
            let result = self.attempt(&uri, &host).await;
            let failed = !matches!(&result, Ok(page) if page.status != 503);
            if !failed || retries == 0 {
                return result;
            }
            // The places were given back with the end of the attempt.
            sleep(pause).await;
            retries -= 1;
            pause *= 2;
        }
    }

    /// Fetches every URL at the same time, as far as the places go; result i belongs to `urls[i]`.
    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        join_all(urls.iter().map(|url| self.fetch(url))).await
    }

    fn places_of(&self, authority: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let places = hosts.entry(authority.to_ascii_lowercase());
        Arc::clone(places.or_insert_with(|| Arc::new(Semaphore::new(self.manners.per_host))))
    }

    /// One attempt, from when it has its places.
    async fn attempt(&self, uri: &Uri, host: &Semaphore) -> Result<Page, FetchError> {
        // The host's first: whoever waits for a slow host must not hold a place that others could use.
        let _of_host = host.acquire().await.expect("the semaphore is never closed");
        let _of_all = self.total.acquire().await.expect("the semaphore is never closed");
        // Around everything that can wait: connecting, the head, and each piece of the body.
        let page = timeout(self.manners.timeout, self.exchange(uri)).await;
        page.unwrap_or(Err(FetchError::TimedOut))
    }

    async fn exchange(&self, uri: &Uri) -> Result<Page, FetchError> {
        let response = self.client.get(uri.clone()).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| FetchError::Broken)?;
        Ok(Page { status, body: body.to_bytes().to_vec() })
    }
}
