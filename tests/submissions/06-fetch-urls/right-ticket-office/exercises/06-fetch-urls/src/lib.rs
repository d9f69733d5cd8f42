//! A task hands out tickets for requests; a ticket that is dropped goes back to it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use futures::future::join_all;
use http_body_util::{BodyExt, Empty};
use hyper::Uri;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::Connect;
use hyper_util::rt::TokioExecutor;
use tokio::sync::{mpsc, oneshot};
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

enum Message {
    Wants(String, oneshot::Sender<Ticket>),
    Back(String),
}

/// The right to one request to a host.
struct Ticket {
    host: String,
    office: mpsc::UnboundedSender<Message>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let _ = self.office.send(Message::Back(std::mem::take(&mut self.host)));
    }
}

/// The ticket office: a task that ends when nobody can ask it any more.
async fn office(
    total: usize,
    per_host: usize,
    weak: mpsc::WeakUnboundedSender<Message>,
    mut messages: mpsc::UnboundedReceiver<Message>,
) {
    let mut given: HashMap<String, usize> = HashMap::new();
    let mut queue: VecDeque<(String, oneshot::Sender<Ticket>)> = VecDeque::new();
    while let Some(message) = messages.recv().await {
        match message {
            Message::Wants(host, sender) => queue.push_back((host, sender)),
            Message::Back(host) => *given.entry(host).or_default() -= 1,
        }
        let mut still = VecDeque::new();
        while let Some((host, sender)) = queue.pop_front() {
            let all: usize = given.values().sum();
            let here = given.get(&host).copied().unwrap_or(0);
            if sender.is_closed() {
                continue;
            }
            if all < total && here < per_host {
                let Some(office) = weak.upgrade() else { return };
                *given.entry(host.clone()).or_default() += 1;
                let _ = sender.send(Ticket { host, office });
            } else {
                still.push_back((host, sender));
            }
        }
        queue = still;
    }
}

pub struct Session<C> {
    client: Client<C, Empty<Bytes>>,
    manners: Manners,
    office: mpsc::UnboundedSender<Message>,
}

impl<C: Connect + Clone + Send + Sync + 'static> Session<C> {
    pub fn new(network: C, manners: Manners) -> Self {
        assert!(manners.total > 0, "no request could ever be sent: total is 0");
        assert!(manners.per_host > 0, "no request could ever be sent: per_host is 0");
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(office(manners.total, manners.per_host, sender.downgrade(), receiver));
        Self { client: Client::builder(TokioExecutor::new()).build(network), manners, office: sender }
    }

    async fn ticket(&self, host: &str) -> Ticket {
        let (sender, ticket) = oneshot::channel();
        self.office.send(Message::Wants(host.to_owned(), sender)).ok().unwrap();
        ticket.await.unwrap()
    }

    async fn attempt(&self, uri: &Uri) -> Result<Page, FetchError> {
        let _ticket = self.ticket(uri.authority().unwrap().as_str()).await;
        let whole = async {
            let response = self.client.get(uri.clone()).await.map_err(|_| FetchError::Broken)?;
            let status = response.status().as_u16();
            let body = response.collect().await.map_err(|_| FetchError::Broken)?;
            Ok(Page { status, body: body.to_bytes().to_vec() })
        };
        timeout(self.manners.timeout, whole).await.unwrap_or(Err(FetchError::TimedOut))
    }

    pub async fn fetch(&self, url: &str) -> Result<Page, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        if uri.scheme_str() != Some("http") || uri.authority().is_none() {
            return Err(FetchError::BadUrl);
        }
        let pauses = (0..self.manners.retries).map(|n| self.manners.pause * 2_u32.pow(n));
        for pause in pauses {
            match self.attempt(&uri).await {
                Ok(page) if page.status != 503 => return Ok(page),
                _ => sleep(pause).await,
            }
        }
        self.attempt(&uri).await
    }

    pub async fn fetch_all(&self, urls: &[String]) -> Vec<Result<Page, FetchError>> {
        join_all(urls.iter().map(|url| self.fetch(url))).await
    }
}
