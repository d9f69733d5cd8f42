//! The URLs of a host go through as many lanes as it may have requests; a lane stands still while its URL is in a pause.

use hyper_util::client::legacy::connect::Connect;
use std::time::Duration;
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
    /// How many further attempts follow a failed one, at most.
    pub retries: u32,
    /// The pause before the first of them; each further pause is twice as long as the one before.
    pub pause: Duration,
}

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

pub struct Session<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Semaphore,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

fn parse(url: &str) -> Result<Uri, FetchError> {
    let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
    if uri.scheme_str() != Some("http") || uri.host().is_none_or(str::is_empty) {
        return Err(FetchError::BadUrl);
    }
    Ok(uri)
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "total must be positive");
        assert!(manners.per_host > 0, "per_host must be positive");
        Session {
            client: Client::builder(TokioExecutor::new()).build(network),
            manners,
            total: Semaphore::new(manners.total),
            hosts: Mutex::new(HashMap::new()),
        }
    }

    fn host(&self, uri: &Uri) -> Arc<Semaphore> {
        let key = format!("{}:{}", uri.host().unwrap(), uri.port_u16().unwrap_or(80));
        let mut hosts = self.hosts.lock().unwrap();
        Arc::clone(hosts.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.manners.per_host))))
    }

    async fn exchange(&self, uri: Uri) -> Result<Page, FetchError> {
        let response = self.client.get(uri).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| FetchError::Broken)?;
        Ok(Page { status, body: body.to_bytes().to_vec() })
    }

    async fn attempt(&self, uri: &Uri) -> Result<Page, FetchError> {
        let host = self.host(uri);
        let _host = host.acquire().await.unwrap();
        let _total = self.total.acquire().await.unwrap();
        timeout(self.manners.timeout, self.exchange(uri.clone())).await.unwrap_or(Err(FetchError::TimedOut))
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri = parse(url)?;
        let mut pause = self.manners.pause;
        let mut left = self.manners.retries;
        loop {
            let result = self.attempt(&uri).await;
            let failed = match &result {
                Ok(page) => page.status == 503,
                Err(_) => true,
            };
            if !failed || left == 0 {
                return result;
            }
            left -= 1;
            sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let mut by_host: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, url) in urls.iter().enumerate() {
            let key = parse(url).map_or(String::new(), |uri| uri.authority().unwrap().to_string());
            by_host.entry(key).or_default().push(index);
        }
        let lists = join_all(by_host.into_values().map(|list| async move {
            use futures::StreamExt;
            futures::stream::iter(list)
                .map(|index| async move { (index, self.fetch(&urls[index]).await) })
                .buffer_unordered(self.manners.per_host)
                .collect::<Vec<_>>()
                .await
        }))
        .await;
        let mut all: Vec<_> = lists.into_iter().flatten().collect();
        all.sort_by_key(|(index, _)| *index);
        all.into_iter().map(|(_, result)| result).collect()
    }
}
