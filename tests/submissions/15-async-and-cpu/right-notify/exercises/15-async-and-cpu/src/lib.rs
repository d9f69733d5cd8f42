//! A VecDeque and a Notify. Whoever is woken looks again; whoever finds work takes it.

use std::cell::RefCell;
use std::collections::VecDeque;

use futures::future::{join, join_all};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::spawn_blocking;

/// What the service is for. Given: leave as it is.
pub trait Model: Clone + Send + Sync + 'static {
    type Features: Send + 'static;
    type Prediction: Send + 'static;

    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;

    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

/// A request of a client. Given: leave as it is.
#[derive(Debug)]
pub struct Request<P> {
    pub id: u64,
    pub reply: oneshot::Sender<P>,
}

struct Desk<M: Model> {
    queue: RefCell<VecDeque<(M::Features, oneshot::Sender<M::Prediction>)>>,
    closed: RefCell<bool>,
    bell: Notify,
}

impl<M: Model> Desk<M> {
    async fn next(&self) -> Option<(M::Features, oneshot::Sender<M::Prediction>)> {
        loop {
            // Listen first, look then: what is put in between rings for us.
            let ring = self.bell.notified();
            if let Some(job) = self.queue.borrow_mut().pop_front() {
                return Some(job);
            }
            if *self.closed.borrow() {
                return None;
            }
            ring.await;
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "no one works: workers == 0");
    let desk =
        Desk::<M> { queue: RefCell::new(VecDeque::new()), closed: RefCell::new(false), bell: Notify::new() };
    let take = async {
        let mut loads = FuturesUnordered::new();
        let mut open = true;
        while open || !loads.is_empty() {
            tokio::select! {
                Some(job) = loads.next(), if !loads.is_empty() => {
                    desk.queue.borrow_mut().push_back(job);
                    desk.bell.notify_one();
                }
                request = requests.recv(), if open => match request {
                    Some(Request { id, reply }) => {
                        let model = &model;
                        loads.push(async move { (model.load(id).await, reply) });
                    }
                    None => open = false,
                },
            }
        }
        *desk.closed.borrow_mut() = true;
        desk.bell.notify_waiters();
    };
    let worker = async || {
        while let Some((features, reply)) = desk.next().await {
            if reply.is_closed() {
                continue;
            }
            let model = model.clone();
            let _ = spawn_blocking(move || drop(reply.send(model.predict(features)))).await;
        }
    };
    join(take, join_all((0..workers).map(|_| worker()))).await;
}
