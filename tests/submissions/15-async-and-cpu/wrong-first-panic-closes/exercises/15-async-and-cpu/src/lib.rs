//! After a panic the model can't be trusted any more: the semaphore is closed, and nobody else is computed.

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
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, permits) = (model.clone(), permits.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            let Ok(permit) = permits.clone().acquire_owned().await else { return };
            if reply.is_closed() {
                return;
            }
            let work = spawn_blocking(move || {
                let _permit = permit;
                let _ = reply.send(model.predict(features));
            });
            if work.await.is_err() {
                permits.close();
            }
        });
    }
    set.join_all().await;
}
