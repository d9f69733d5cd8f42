//! Spawned tasks whose handles are dropped with the future: they run on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// An answer that arrived whole. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Why there is no page. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    BadUrl,
    TimedOut,
    Broken,
}

/// How a session behaves. Given: leave as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    pub total: usize,
    pub per_host: usize,
    pub timeout: Duration,
    pub retries: u32,
    pub pause: Duration,
}

type Fetched = Result<Page, FetchError>;

pub struct Session<C> {
    inner: Arc<Inner<C>>,
}

struct Inner<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        if manners.total == 0 {
            panic!("Manners::total is 0");
        }
        if manners.per_host == 0 {
            panic!("Manners::per_host is 0");
        }
        let client = Client::builder(TokioExecutor::new()).build(network);
        let total = Arc::new(Semaphore::new(manners.total));
        Self { inner: Arc::new(Inner { client, manners, total, hosts: Mutex::default() }) }
    }

    pub async fn fetch(&self, url: &str) -> Fetched {
        self.inner.fetch(url).await
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Fetched> {
        let mut handles = Vec::new();
        for url in urls.to_vec() {
            let inner = Arc::clone(&self.inner);
            handles.push(tokio::spawn(async move { inner.fetch(&url).await }));
        }
        let mut results = Vec::new();
        for handle in handles {
            results.push(handle.await.unwrap());
        }
        results
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Inner<C> {
    async fn places(&self, authority: &str) -> (OwnedSemaphorePermit, OwnedSemaphorePermit) {
        let host = {
            let mut hosts = self.hosts.lock().unwrap();
            let semaphore = hosts.entry(authority.to_owned());
            Arc::clone(semaphore.or_insert_with(|| Arc::new(Semaphore::new(self.manners.per_host))))
        };
        let host = host.acquire_owned().await.unwrap();
        let total = Arc::clone(&self.total).acquire_owned().await.unwrap();
        (host, total)
    }

    async fn fetch(&self, url: &str) -> Fetched {
        let Ok(uri) = url.parse::<Uri>() else { return Err(FetchError::BadUrl) };
        let authority = match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(authority)) if !authority.host().is_empty() => authority.to_string(),
            _ => return Err(FetchError::BadUrl),
        };
        let mut attempt = 0;
        loop {
            let result = {
                let _places = self.places(&authority).await;
                timeout(self.manners.timeout, self.get(uri.clone())).await
            };
            let result = result.unwrap_or(Err(FetchError::TimedOut));
            if attempt == self.manners.retries || matches!(&result, Ok(page) if page.status != 503) {
                return result;
            }
            sleep(self.manners.pause * 2_u32.pow(attempt)).await;
            attempt += 1;
        }
    }

    async fn get(&self, uri: Uri) -> Fetched {
        let response = self.client.get(uri).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        match response.into_body().collect().await {
            Ok(body) => Ok(Page { status, body: body.to_bytes().into() }),
            Err(_) => Err(FetchError::Broken),
        }
    }
}
