//! Answers are given in the order in which the requests came: that seemed only fair.

use std::sync::Arc;

use futures::stream::{FuturesOrdered, StreamExt};
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
    assert!(workers > 0, "workers must be at least 1");
    let permits = Arc::new(Semaphore::new(workers));
    let mut line = FuturesOrdered::new();
    let mut open = true;
    while open || !line.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => {
                let Some(Request { id, reply }) = request else {
                    open = false;
                    continue;
                };
                let (model, permits) = (model.clone(), permits.clone());
                line.push_back(async move {
                    let features = model.load(id).await;
                    let permit = permits.acquire_owned().await.unwrap();
                    if reply.is_closed() {
                        return (reply, None);
                    }
                    let work = spawn_blocking(move || {
                        let _permit = permit;
                        model.predict(features)
                    });
                    (reply, work.await.ok())
                });
            }
            Some((reply, prediction)) = line.next(), if !line.is_empty() => {
                if let Some(prediction) = prediction {
                    let _ = reply.send(prediction);
                }
            }
        }
    }
}
