//! Counts places up and down; what counts down stands after the `.await`.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout_at};

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

/// All places behind one lock: who is in, and who waits for which host.
struct Gate {
    free: usize,
    per_host: usize,
    taken: HashMap<String, usize>,
    waiting: VecDeque<(String, oneshot::Sender<()>)>,
}

struct Doorman(Mutex<Gate>);


impl Doorman {
    fn leave(&self, host: &str) {
        {
            let mut gate = self.0.lock().unwrap();
            gate.free += 1;
            *gate.taken.get_mut(host).unwrap() -= 1;
        }
        self.admit();
    }

    async fn enter(&self, host: &str) {
        let (sender, turn) = oneshot::channel();
        self.0.lock().unwrap().waiting.push_back((host.to_string(), sender));
        self.admit();
        turn.await.unwrap();
    }

    fn admit(&self) {
        loop {
            let sender = {
                let mut gate = self.0.lock().unwrap();
                gate.waiting.retain(|(_, sender)| !sender.is_closed());
                if gate.free == 0 {
                    return;
                }
                let open = |(host, _): &(String, _)| gate.taken.get(host).copied().unwrap_or(0) < gate.per_host;
                let Some(at) = gate.waiting.iter().position(open) else { return };
                let (host, sender) = gate.waiting.remove(at).unwrap();
                gate.free -= 1;
                *gate.taken.entry(host).or_default() += 1;
                sender
            };
            let _ = sender.send(());
        }
    }
}

pub struct Session<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    doorman: Doorman,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total >= 1, "total: at least one");
        assert!(manners.per_host >= 1, "per_host: at least one");
        let gate = Gate {
            free: manners.total,
            per_host: manners.per_host,
            taken: HashMap::new(),
            waiting: VecDeque::new(),
        };
        let client = Client::builder(TokioExecutor::new()).build(network);
        Self { client, manners, doorman: Doorman(Mutex::new(gate)) }
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        let host = match uri.authority() {
            Some(authority) if uri.scheme_str() == Some("http") => authority.to_string(),
            _ => return Err(FetchError::BadUrl),
        };
        let mut pause = self.manners.pause;
        let mut left = self.manners.retries;
        loop {
            self.doorman.enter(&host).await;
            let deadline = Instant::now() + self.manners.timeout;
            let result = match timeout_at(deadline, self.exchange(uri.clone())).await {
                Ok(Some(page)) => Ok(page),
                Ok(None) => Err(FetchError::Broken),
                Err(_) => Err(FetchError::TimedOut),
            };
            let ended = Instant::now();
            self.doorman.leave(&host);
            if left == 0 || result.as_ref().is_ok_and(|page| page.status != 503) {
                return result;
            }
            left -= 1;
            sleep_until(ended + pause).await;
            pause *= 2;
        }
    }

    async fn exchange(&self, uri: Uri) -> Option<Page> {
        let response = self.client.get(uri).await.ok()?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Page { status: head.status.as_u16(), body: body.into_iter().collect() })
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        let mut slots: Vec<Option<Result<Page, FetchError>>> = vec![None; urls.len()];
        let mut running: FuturesUnordered<_> =
            urls.iter().zip(0..).map(|(url, slot)| async move { (slot, self.fetch(url).await) }).collect();
        while let Some((slot, result)) = running.next().await {
            slots[slot] = Some(result);
        }
        slots.into_iter().flatten().collect()
    }
}
