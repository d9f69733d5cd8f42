//! A dispatcher that wakes up every 10 ms and starts whatever can be started.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::interval;

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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let queue = RefCell::new(VecDeque::new());
    let done = Cell::new(false);
    let take = async {
        let mut loads = FuturesUnordered::new();
        let mut open = true;
        while open || !loads.is_empty() {
            tokio::select! {
                request = requests.recv(), if open => match request {
                    Some(Request { id, reply }) => {
                        let model = &model;
                        loads.push(async move { (model.load(id).await, reply) });
                    }
                    None => open = false,
                },
                Some(loaded) = loads.next(), if !loads.is_empty() => queue.borrow_mut().push_back(loaded),
            }
        }
        done.set(true);
    };
    let permits = Arc::new(Semaphore::new(workers));
    let start = async {
        let mut ticks = interval(Duration::from_millis(10));
        loop {
            ticks.tick().await;
            while let Ok(permit) = permits.clone().try_acquire_owned() {
                let Some((features, reply)) = queue.borrow_mut().pop_front() else { break };
                if reply.is_closed() {
                    continue;
                }
                let model = model.clone();
                spawn_blocking(move || {
                    let _permit = permit;
                    let _ = reply.send(model.predict(features));
                });
            }
            if done.get() && queue.borrow().is_empty() && permits.available_permits() == workers {
                return;
            }
        }
    };
    futures::future::join(take, start).await;
}
