//! Looks at `workers` when the first request is there. Without requests 0 goes unnoticed.

use futures::stream::{FuturesUnordered, StreamExt};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, oneshot};
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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    let permits = Arc::new(Semaphore::new(workers));
    let mut under_way = FuturesUnordered::new();
    let mut open = true;
    while open || !under_way.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                None => open = false,
                Some(Request { id, reply }) => {
                    assert!(workers > 0, "workers must be at least 1");
                    let (model, permits) = (model.clone(), permits.clone());
                    under_way.push(async move {
                        let features = model.load(id).await;
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
            },
            Some(()) = under_way.next(), if !under_way.is_empty() => {}
        }
    }
}
