//! Each load is waited for by a thread of the blocking pool: there, waiting is allowed.
use tokio::sync::{mpsc, oneshot};

/// Model.
pub trait Model: Clone + Send + Sync + 'static {
    /// Features.
    type Features: Send + 'static;
    /// Prediction.
    type Prediction: Send + 'static;
    /// Loads.
    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;
    /// Predicts.
    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

/// Request.
#[derive(Debug)]
pub struct Request<P> {
    /// Id.
    pub id: u64,
    /// Reply.
    pub reply: oneshot::Sender<P>,
}

use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

/// Serves.
/// # Panics
/// If `workers` is 0.
pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must not be 0");
    let permits = Arc::new(Semaphore::new(workers));
    let mut tasks = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, permits) = (model.clone(), permits.clone());
        tasks.spawn(async move {
            let loader = model.clone();
            let handle = tokio::runtime::Handle::current();
            let features = spawn_blocking(move || handle.block_on(loader.load(id))).await.unwrap();
            let permit = permits.acquire_owned().await.expect("never closed");
            if reply.is_closed() {
                return;
            }
            spawn_blocking(move || {
                let _permit = permit;
                let _ = reply.send(model.predict(features));
            });
        });
    }
    while tasks.join_next().await.is_some() {}
    let _all = permits.acquire_many(workers as u32).await;
}
