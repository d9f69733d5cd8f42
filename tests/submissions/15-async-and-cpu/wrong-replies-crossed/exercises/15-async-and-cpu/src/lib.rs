//! The predictions come back on one channel as they end; each is sent to whoever has waited longest.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt};
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
    let mut clients = VecDeque::new();
    let mut results = FuturesUnordered::new();
    let mut open = true;
    while open || !results.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                Some(Request { id, reply }) => {
                    clients.push_back(reply);
                    let (model, permits) = (model.clone(), permits.clone());
                    results.push(async move {
                        let features = model.load(id).await;
                        let permit = permits.acquire_owned().await.unwrap();
                        spawn_blocking(move || {
                            let _permit = permit;
                            model.predict(features)
                        })
                        .await
                    });
                }
                None => open = false,
            },
            Some(result) = results.next(), if !results.is_empty() => {
                if let (Some(client), Ok(prediction)) = (clients.pop_front(), result) {
                    let _ = client.send(prediction);
                }
            }
        }
    }
}
