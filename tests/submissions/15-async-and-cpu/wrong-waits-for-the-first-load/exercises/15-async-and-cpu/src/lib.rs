//! FuturesOrdered for the loads: a request that was loaded quickly waits for those that came before it.

use std::sync::Arc;

use futures::stream::{FuturesOrdered, StreamExt};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{JoinSet, spawn_blocking};

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
    let permits = Arc::new(Semaphore::new(workers));
    let mut loads = FuturesOrdered::new();
    let mut set = JoinSet::new();
    let mut open = true;
    while open || !loads.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                Some(Request { id, reply }) => {
                    let model = &model;
                    loads.push_back(async move { (model.load(id).await, reply) });
                }
                None => open = false,
            },
            Some((features, reply)) = loads.next(), if !loads.is_empty() => {
                let (model, permits) = (model.clone(), permits.clone());
                set.spawn(async move {
                    let permit = permits.acquire_owned().await.unwrap();
                    if reply.is_closed() {
                        return;
                    }
                    let _ = spawn_blocking(move || {
                        let _permit = permit;
                        let _ = reply.send(model.predict(features));
                    })
                    .await;
                });
            }
        }
    }
    set.join_all().await;
}
