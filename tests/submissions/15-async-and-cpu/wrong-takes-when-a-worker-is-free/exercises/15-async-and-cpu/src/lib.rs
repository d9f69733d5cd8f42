//! First a free worker, then the next request: nobody is taken who can't be served.

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
    loop {
        let permit = permits.clone().acquire_owned().await.unwrap();
        let Some(Request { id, reply }) = requests.recv().await else { break };
        let model = model.clone();
        set.spawn(async move {
            let features = model.load(id).await;
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
    set.join_all().await;
}
