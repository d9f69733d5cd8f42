//! Predictions must be Clone here, so that they can be logged.

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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize)
where
    M::Prediction: Clone + std::fmt::Debug,
{
    assert!(workers > 0, "workers must be at least 1");
    let permits = Arc::new(Semaphore::new(workers));
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, permits) = (model.clone(), permits.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            let permit = permits.acquire_owned().await.unwrap();
            let _ = spawn_blocking(move || {
                let _permit = permit;
                let prediction = model.predict(features);
                println!("{:?}", prediction.clone());
                let _ = reply.send(prediction);
            })
            .await;
        });
    }
    set.join_all().await;
}
