//! Believes that a connection which nobody used for a second is not needed any more.

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub status: u16,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    BadUrl,
    TimedOut,
    Broken,
}

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
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    #[must_use]
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "total must not be 0");
        assert!(manners.per_host > 0, "per_host must not be 0");
        Session {
            client: Client::builder(TokioExecutor::new())
                .pool_timer(hyper_util::rt::TokioTimer::new())
                .pool_idle_timeout(Duration::from_secs(1))
                .build(network),
            manners,
            total: Semaphore::new(manners.total),
            hosts: Mutex::new(HashMap::new()),
        }
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri = url.parse::<Uri>().map_err(|_| FetchError::BadUrl)?;
        if uri.scheme_str() != Some("http") || uri.host().unwrap_or("").is_empty() {
            return Err(FetchError::BadUrl);
        }
        let host = self.host(uri.authority().unwrap().as_str());
        let mut pause = self.manners.pause;
        for left in (0..=self.manners.retries).rev() {
            let result = self.attempt(&uri, &host).await;
            let done = matches!(&result, Ok(page) if page.status != 503);
            if done || left == 0 {
                return result;
            }
            sleep(pause).await;
            pause *= 2;
        }
        unreachable!()
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        join_all(urls.iter().map(|url| self.fetch(url))).await
    }

    fn host(&self, name: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap();
        let new = || Arc::new(Semaphore::new(self.manners.per_host));
        hosts.entry(name.to_string()).or_insert_with(new).clone()
    }

    async fn attempt(&self, uri: &Uri, host: &Semaphore) -> Result<Page, FetchError> {
        let _host = host.acquire().await.unwrap();
        let _total = self.total.acquire().await.unwrap();
        match timeout(self.manners.timeout, self.get(uri)).await {
            Ok(result) => result,
            Err(_) => Err(FetchError::TimedOut),
        }
    }

    async fn get(&self, uri: &Uri) -> Result<Page, FetchError> {
        let response = self.client.get(uri.clone()).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| FetchError::Broken)?;
        Ok(Page { status, body: body.to_bytes().to_vec() })
    }
}
