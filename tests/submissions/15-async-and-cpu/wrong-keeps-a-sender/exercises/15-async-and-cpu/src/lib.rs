//! Each task has a sender that it drops at its end; the service waits until all are gone, and has one itself.

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
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, permits, alive) = (model.clone(), permits.clone(), alive.clone());
        set.spawn(async move {
            let _alive = alive;
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
    let _ = all_gone.recv().await;
    drop(alive);
}
