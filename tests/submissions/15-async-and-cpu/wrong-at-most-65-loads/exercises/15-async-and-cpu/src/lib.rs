//! Believes that 65 loads at the same time are enough for anybody.

use tokio::sync::{mpsc, oneshot};

/// What the service is for. Given: leave as it is. Cheap to clone: every clone is the same model.
pub trait Model: Clone + Send + Sync + 'static {
    /// What a prediction is made from.
    type Features: Send + 'static;
    /// What a client gets.
    type Prediction: Send + 'static;

    /// Waits for what a request needs (a database, a network): no work for a core. Does not panic.
    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;

    /// Computes, which keeps a core busy for long: **blocks the thread that calls it**. May panic.
    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

/// A request of a client. Given: leave as it is.
#[derive(Debug)]
pub struct Request<P> {
    /// What to load.
    pub id: u64,
    /// Where the client waits. A client that has gone away has dropped the other end: `reply.is_closed()`.
    pub reply: oneshot::Sender<P>,
}


use std::collections::VecDeque;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::task::spawn_blocking;

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must not be 0");
    let mut loading = FuturesUnordered::new();
    let mut computing = FuturesUnordered::new();
    let mut waiting = VecDeque::new();
    let mut open = true;
    while open || !loading.is_empty() || !waiting.is_empty() || !computing.is_empty() {
        tokio::select! {
            request = requests.recv(), if open && loading.len() < 65 => match request {
                Some(request) => {
                    let model = model.clone();
                    loading.push(async move { (model.load(request.id).await, request.reply) });
                }
                None => open = false,
            },
            Some(loaded) = loading.next() => waiting.push_back(loaded),
            Some(()) = computing.next() => {}
        }
        while computing.len() < workers && let Some((features, reply)) = waiting.pop_front() {
            if reply.is_closed() { continue; }
            let model = model.clone();
            computing.push(async move {
                if let Ok(prediction) = spawn_blocking(move || model.predict(features)).await { let _ = reply.send(prediction); }
            });
        }
    }
}
