//! What waits is a heap ordered by the id: who came first shall be computed first.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, oneshot};
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

enum News<M: Model> {
    Loaded(u64, M::Features, oneshot::Sender<M::Prediction>),
    Computed,
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let mut running: FuturesUnordered<BoxFuture<'static, News<M>>> = FuturesUnordered::new();
    let mut waiting = BTreeMap::new();
    let (mut open, mut free) = (true, workers);
    while open || !running.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                Some(Request { id, reply }) => {
                    let model = model.clone();
                    running.push(Box::pin(async move { News::Loaded(id, model.load(id).await, reply) }));
                }
                None => open = false,
            },
            Some(news) = running.next(), if !running.is_empty() => match news {
                News::Loaded(id, features, reply) => {
                    waiting.insert(id, (features, reply));
                }
                News::Computed => free += 1,
            },
        }
        while free > 0
            && let Some((_, (features, reply))) = waiting.pop_first()
        {
            if reply.is_closed() {
                continue;
            }
            free -= 1;
            let model = model.clone();
            let work = spawn_blocking(move || drop(reply.send(model.predict(features))));
            running.push(Box::pin(async move {
                let _ = work.await;
                News::Computed
            }));
        }
    }
}
