//! unwrap on the handle of spawn_blocking, since it can't fail.

use std::sync::Arc;

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
    let mut tasks = JoinSet::new();
    let mut open = true;
    while open || !tasks.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                None => open = false,
                Some(Request { id, reply }) => {
                    let (model, permits) = (model.clone(), permits.clone());
                    tasks.spawn(async move {
                        let features = model.load(id).await;
                        let permit = permits.acquire_owned().await.unwrap();
                        if reply.is_closed() {
                            return;
                        }
                        spawn_blocking(move || {
                            let _permit = permit;
                            let _ = reply.send(model.predict(features));
                        })
                        .await
                        .unwrap();
                    });
                }
            },
            Some(result) = tasks.join_next(), if !tasks.is_empty() => result.unwrap(),
        }
    }
}
