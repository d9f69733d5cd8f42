//! Doubles the pause before the first one.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt, join_all};
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::{Mutex, Semaphore};

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

pub struct Session<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Semaphore,
    hosts: Mutex<HashMap<(String, u16), Arc<Semaphore>>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        for (name, number) in [("total", manners.total), ("per_host", manners.per_host)] {
            if number == 0 {
                panic!("{name} is 0");
            }
        }
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(60))
            .pool_timer(TokioTimer::new())
            .build(network);
        Self { client, manners, total: Semaphore::new(manners.total), hosts: Mutex::default() }
    }

    async fn semaphore(&self, uri: &Uri) -> Arc<Semaphore> {
        let key = (uri.host().unwrap().to_string(), uri.port_u16().unwrap_or(80));
        let mut hosts = self.hosts.lock().await;
        hosts.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.manners.per_host))).clone()
    }

    fn download<'a>(&'a self, uri: &'a Uri) -> BoxFuture<'a, Result<Page, FetchError>> {
        async move {
            let response = self.client.get(uri.clone()).await;
            let response = response.or(Err(FetchError::Broken))?;
            let status = response.status().into();
            let body = BodyExt::collect(response.into_body()).await.or(Err(FetchError::Broken))?;
            Ok(Page { status, body: Vec::from(body.to_bytes()) })
        }
        .boxed()
    }

    /// Attempt number `n`, and those after it.
    fn from_attempt<'a>(
        &'a self,
        n: u32,
        uri: &'a Uri,
        host: &'a Semaphore,
    ) -> Pin<Box<dyn Future<Output = Result<Page, FetchError>> + Send + 'a>> {
        Box::pin(async move {
            let places = (host.acquire().await.unwrap(), self.total.acquire().await.unwrap());
            let result = tokio::time::timeout(self.manners.timeout, self.download(uri)).await;
            drop(places);
            let result = result.unwrap_or(Err(FetchError::TimedOut));
            match &result {
                Ok(page) if page.status != 503 => result,
                _ if n == self.manners.retries => result,
                _ => {
                    tokio::time::sleep(self.manners.pause * 2 * (1 << n)).await;
                    self.from_attempt(n + 1, uri, host).await
                }
            }
        })
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        match url.parse::<Uri>() {
            Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty()) => {
                let host = self.semaphore(&uri).await;
                self.from_attempt(0, &uri, &host).await
            }
            _ => Err(FetchError::BadUrl),
        }
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        join_all(urls.iter().map(|url| self.fetch(url))).await
    }
}
