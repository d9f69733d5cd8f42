//! Connections of its own: hyper's low-level client, a list of free senders for each host, drivers in a JoinSet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper::{Request, Uri};
use hyper_util::client::legacy::connect::Connect;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower_service::Service;

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

type Sender = SendRequest<Empty<Bytes>>;

/// One server: its places and its free connections.
struct Host {
    places: Semaphore,
    free: Mutex<Vec<Sender>>,
}

pub struct Session<C> {
    network: C,
    manners: Manners,
    places: Semaphore,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    // Aborts them all when the session goes.
    drivers: Mutex<JoinSet<()>>,
}

impl<C> Session<C>
where
    C: Connect + Service<Uri> + Clone + Send + Sync + 'static,
    <C as Service<Uri>>::Response: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total != 0, "`total` of 0");
        assert!(manners.per_host != 0, "`per_host` of 0");
        Self {
            network,
            manners,
            places: Semaphore::new(manners.total),
            hosts: Mutex::default(),
            drivers: Mutex::default(),
        }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap();
        let host = hosts.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(Host { places: Semaphore::new(self.manners.per_host), free: Mutex::default() })
        });
        host.clone()
    }

    async fn connection(&self, host: &Host, uri: &Uri) -> Result<Sender, FetchError> {
        loop {
            let Some(mut sender) = host.free.lock().unwrap().pop() else { break };
            if sender.ready().await.is_ok() {
                return Ok(sender);
            }
        }
        let stream = self.network.clone().call(uri.clone()).await.map_err(|_| FetchError::Broken)?;
        let (sender, connection) = http1::handshake(stream).await.map_err(|_| FetchError::Broken)?;
        self.drivers.lock().unwrap().spawn(async move {
            let _ = connection.await;
        });
        Ok(sender)
    }

    async fn exchange(&self, host: &Host, uri: &Uri) -> Result<Page, FetchError> {
        let mut sender = self.connection(host, uri).await?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = uri.authority().unwrap().as_str();
        let request = Request::get(path).header(HOST, authority).body(Empty::new()).unwrap();
        let response = sender.send_request(request).await.map_err(|_| FetchError::Broken)?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|_| FetchError::Broken)?.to_bytes().to_vec();
        if !sender.is_closed() {
            host.free.lock().unwrap().push(sender);
        }
        Ok(Page { status, body })
    }

    async fn attempt(&self, host: &Host, uri: &Uri) -> Result<Page, FetchError> {
        let _host = host.places.acquire().await.unwrap();
        let _all = self.places.acquire().await.unwrap();
        timeout(self.manners.timeout, self.exchange(host, uri)).await.map_err(|_| FetchError::TimedOut)?
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        let Some(authority) = uri.authority().filter(|_| uri.scheme_str() == Some("http")) else {
            return Err(FetchError::BadUrl);
        };
        let host = self.host(authority.as_str());
        let mut pause = self.manners.pause;
        let mut result = self.attempt(&host, &uri).await;
        for _ in 0..self.manners.retries {
            if matches!(&result, Ok(page) if page.status != 503) {
                break;
            }
            sleep(pause).await;
            pause *= 2;
            result = self.attempt(&host, &uri).await;
        }
        result
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        join_all(urls.iter().map(|url| self.fetch(url))).await
    }
}
