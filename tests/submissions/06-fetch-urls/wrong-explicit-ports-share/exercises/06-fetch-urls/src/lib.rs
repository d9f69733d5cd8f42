//! Believes that a host is its name and whether its URL has a port.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Request, Uri};
use hyper_util::client::legacy::{connect::Connect, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;

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
    /// Not an `http://` URL with a host: nothing was sent, and nobody was connected to.
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
    /// How many further attempts follow a failed one, at most.
    pub retries: u32,
    /// The pause before the first of them; each further pause is twice as long as the one before.
    pub pause: Duration,
}



pub struct Session<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Semaphore,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

enum Attempt { Done(Page), Again(Result<Page, FetchError>) }

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    #[must_use]
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "manners.total must not be 0");
        assert!(manners.per_host > 0, "manners.per_host must not be 0");
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(network);
        Self { client, manners, total: Semaphore::new(manners.total), hosts: Mutex::default() }
    }

    fn places_of(&self, uri: &Uri) -> Arc<Semaphore> {
        let authority = format!("{}:{}", uri.host().unwrap_or_default().to_ascii_lowercase(), if uri.port_u16().is_some() { 1 } else { 0 });
        let mut hosts = self.hosts.lock().unwrap();
        hosts.entry(authority).or_insert_with(|| Arc::new(Semaphore::new(self.manners.per_host))).clone()
    }

    async fn once(&self, uri: &Uri) -> Result<Page, FetchError> {
        let request = Request::get(uri.clone()).body(Empty::new()).map_err(|_| FetchError::Broken)?;
        let response = self.client.request(request).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| FetchError::Broken)?.to_bytes().to_vec();
        Ok(Page { status, body })
    }

    async fn attempt(&self, uri: &Uri) -> Attempt {
        let places = self.places_of(uri);
        let _host = places.acquire().await.unwrap();
        let _total = self.total.acquire().await.unwrap();
        match tokio::time::timeout(self.manners.timeout, self.once(uri)).await {
            Ok(Ok(page)) if page.status != 503 => Attempt::Done(page),
            Ok(other) => Attempt::Again(other),
            Err(_) => Attempt::Again(Err(FetchError::TimedOut)),
        }
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        if uri.scheme_str() != Some("http") || uri.host().is_none_or(str::is_empty) { return Err(FetchError::BadUrl); }
        let mut pause = self.manners.pause;
        for left in (0..=self.manners.retries).rev() {
            match self.attempt(&uri).await {
                Attempt::Done(page) => return Ok(page),
                Attempt::Again(result) if left == 0 => return result,
                Attempt::Again(_) => {}
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        unreachable!("the last attempt has returned")
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        futures::future::join_all(urls.iter().map(|url| self.fetch(url))).await
    }
}
