//! Tasks in a LocalSet that share the session by Rc: the future is not Send, and need not be.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;
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

pub struct Session<C>(Rc<Parts<C>>);

struct Parts<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Semaphore,
    hosts: RefCell<HashMap<String, Rc<Semaphore>>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "total = 0");
        assert!(manners.per_host > 0, "per_host = 0");
        Self(Rc::new(Parts {
            client: Client::builder(TokioExecutor::new()).build(network),
            manners,
            total: Semaphore::new(manners.total),
            hosts: RefCell::default(),
        }))
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        self.0.fetch(url).await
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let here = LocalSet::new();
        let tasks: Vec<_> = urls
            .iter()
            .cloned()
            .map(|url| {
                let parts = self.0.clone();
                here.spawn_local(async move { parts.fetch(&url).await })
            })
            .collect();
        here.run_until(async {
            let mut results = Vec::new();
            for task in tasks {
                results.push(task.await.unwrap());
            }
            results
        })
        .await
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Parts<C> {
    fn of(&self, host: &str) -> Rc<Semaphore> {
        let mut hosts = self.hosts.borrow_mut();
        hosts.entry(host.into()).or_insert_with(|| Rc::new(Semaphore::new(self.manners.per_host))).clone()
    }

    async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let Ok(uri) = Uri::try_from(url) else { return Err(FetchError::BadUrl) };
        let ("http", Some(host)) = (uri.scheme_str().unwrap_or(""), uri.authority()) else {
            return Err(FetchError::BadUrl);
        };
        let host = self.of(host.as_str());
        let mut pauses = std::iter::successors(Some(self.manners.pause), |pause| Some(*pause * 2))
            .take(self.manners.retries as usize);
        loop {
            let result = {
                let _one = host.acquire().await;
                let _two = self.total.acquire().await;
                timeout(self.manners.timeout, self.get(uri.clone())).await.unwrap_or(Err(FetchError::TimedOut))
            };
            if let Ok(Page { status: 0..=502 | 504.., .. }) = result {
                return result;
            }
            let Some(pause) = pauses.next() else { return result };
            sleep(pause).await;
        }
    }

    async fn get(&self, uri: Uri) -> Result<Page, FetchError> {
        let Ok(response) = self.client.get(uri).await else { return Err(FetchError::Broken) };
        let status = response.status().as_u16();
        let Ok(all) = response.collect().await else { return Err(FetchError::Broken) };
        Ok(Page { status, body: all.to_bytes().to_vec() })
    }
}
