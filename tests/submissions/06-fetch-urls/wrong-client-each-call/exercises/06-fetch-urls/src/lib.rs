//! The client is made in fetch_all: a session for each list.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Semaphore;

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
    network: C,
    m: Manners,
    places: Semaphore,
    hosts: RwLock<BTreeMap<String, Arc<Semaphore>>>,
}

fn parse(url: &str) -> Option<(Uri, String)> {
    let rest = url.strip_prefix("http://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() {
        return None;
    }
    Some((url.parse().ok()?, authority.to_lowercase()))
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        assert_ne!(manners.total, 0, "total");
        assert_ne!(manners.per_host, 0, "per_host");
        Self { network, m: manners, places: Semaphore::new(manners.total), hosts: RwLock::default() }
    }

    fn host(&self, authority: String) -> Arc<Semaphore> {
        if let Some(known) = self.hosts.read().unwrap().get(&authority) {
            return known.clone();
        }
        let mut hosts = self.hosts.write().unwrap();
        hosts.entry(authority).or_insert_with(|| Arc::new(Semaphore::new(self.m.per_host))).clone()
    }

    fn client(&self) -> Client<C, Full<Bytes>> {
        Client::builder(TokioExecutor::new()).build(self.network.clone())
    }

    async fn once(&self, client: &Client<C, Full<Bytes>>, uri: &Uri) -> Result<Page, FetchError> {
        let request = Request::get(uri).body(Full::default()).map_err(|_| FetchError::BadUrl)?;
        let work = async {
            let answer = client.request(request).await?;
            let status = answer.status().as_u16();
            let mut body = Vec::new();
            let mut frames = answer.into_body();
            while let Some(frame) = frames.frame().await {
                if let Ok(data) = frame?.into_data() {
                    body.extend_from_slice(&data);
                }
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Page { status, body })
        };
        tokio::select! {
            page = work => page.map_err(|_| FetchError::Broken),
            () = tokio::time::sleep(self.m.timeout) => Err(FetchError::TimedOut),
        }
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        self.fetch_with(&self.client(), url).await
    }

    async fn fetch_with(&self, client: &Client<C, Full<Bytes>>, url: &str) -> Result<Page, FetchError> {
        let (uri, authority) = parse(url).ok_or(FetchError::BadUrl)?;
        let host = self.host(authority);
        let mut tries = 1 + self.m.retries;
        let mut pause = self.m.pause;
        loop {
            let of_host = host.acquire().await.unwrap();
            let of_all = self.places.acquire().await.unwrap();
            let result = self.once(client, &uri).await;
            drop((of_host, of_all));
            tries -= 1;
            match result {
                Ok(page) if page.status != 503 => return Ok(page),
                last if tries == 0 => return last,
                _ => tokio::time::sleep(pause).await,
            }
            pause += pause;
        }
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let client = &self.client();
        let numbered = urls.iter().enumerate().map(|(i, url)| async move { (i, self.fetch_with(client, url).await) });
        let mut all: Vec<_> = stream::iter(numbered).buffer_unordered(urls.len().max(1)).collect().await;
        all.sort_unstable_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, result)| result).collect()
    }
}
