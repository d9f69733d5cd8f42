//! Each host is an actor with a line of its own; the session lends it places. A fetch is a message with an answer.
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;
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

type Place = (OwnedSemaphorePermit, OwnedSemaphorePermit);

struct Host {
    asks: mpsc::UnboundedSender<oneshot::Sender<Place>>,
}

impl Host {
    fn open(actors: &mut JoinSet<()>, total: Arc<Semaphore>, per_host: usize) -> Self {
        let (asks, mut line) = mpsc::unbounded_channel::<oneshot::Sender<Place>>();
        let own = Arc::new(Semaphore::new(per_host));
        actors.spawn(async move {
            while let Some(mut who) = line.recv().await {
                let place = async {
                    let mine = own.clone().acquire_owned().await.unwrap();
                    let shared = total.clone().acquire_owned().await.unwrap();
                    (mine, shared)
                };
                tokio::select! {
                    biased;
                    () = who.closed() => {}
                    place = place => drop(who.send(place)),
                }
            }
        });
        Host { asks }
    }
}

struct Office {
    hosts: HashMap<String, Host>,
    actors: JoinSet<()>,
}

pub struct Session<C> {
    inner: Arc<Inner<C>>,
}

struct Inner<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    total: Arc<Semaphore>,
    office: Mutex<Office>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    #[must_use]
    pub fn new(network: C, manners: Manners) -> Self {
        if manners.total == 0 {
            panic!("`total` is 0");
        } else if manners.per_host == 0 {
            panic!("`per_host` is 0");
        }
        let inner = Inner {
            client: Client::builder(TokioExecutor::new()).build(network),
            manners,
            total: Arc::new(Semaphore::new(manners.total)),
            office: Mutex::new(Office { hosts: HashMap::new(), actors: JoinSet::new() }),
        };
        Session { inner: Arc::new(inner) }
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        Inner::fetch(&self.inner, url).await
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let mut tasks = JoinSet::new();
        for (index, url) in urls.iter().cloned().enumerate() {
            let inner = Arc::clone(&self.inner);
            tasks.spawn(async move { (index, inner.fetch(&url).await) });
        }
        let mut results = vec![Err(FetchError::Broken); urls.len()];
        while let Some(done) = tasks.join_next().await {
            let (index, result) = done.expect("a fetch does not panic");
            results[index] = result;
        }
        results
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Inner<C> {
    async fn place(&self, host: &str) -> Place {
        let (sender, receiver) = oneshot::channel();
        {
            let mut office = self.office.lock().unwrap();
            let Office { hosts, actors } = &mut *office;
            let new = || Host::open(actors, self.total.clone(), self.manners.per_host);
            hosts.entry(host.to_owned()).or_insert_with(new).asks.send(sender).expect("the actor lives");
        }
        receiver.await.expect("the actor answers")
    }

    async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let Ok(uri) = Uri::try_from(url) else { return Err(FetchError::BadUrl) };
        let host = match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(authority)) if !authority.host().is_empty() => authority.to_string(),
            _ => return Err(FetchError::BadUrl),
        };
        let mut attempt = 0;
        loop {
            let place = self.place(&host).await;
            let deadline = Instant::now() + self.manners.timeout;
            let work = async {
                let mut response = self.client.get(uri.clone()).await.map_err(|_| FetchError::Broken)?;
                let mut body = Vec::new();
                while let Some(frame) = response.body_mut().frame().await {
                    let frame = frame.map_err(|_| FetchError::Broken)?;
                    body.extend(frame.data_ref().into_iter().flatten());
                }
                Ok(Page { status: response.status().as_u16(), body })
            };
            let result = tokio::time::timeout_at(deadline, work).await.unwrap_or(Err(FetchError::TimedOut));
            drop(place);
            let failed = result.as_ref().map_or(true, |page| page.status == 503);
            if !failed || attempt == self.manners.retries {
                return result;
            }
            let factor = 2_u32.checked_pow(attempt).unwrap_or(u32::MAX);
            tokio::time::sleep(self.manners.pause.saturating_mul(factor)).await;
            attempt += 1;
        }
    }
}
