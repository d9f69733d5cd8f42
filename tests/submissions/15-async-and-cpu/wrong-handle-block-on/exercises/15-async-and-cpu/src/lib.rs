//! The result of the blocking task is fetched with the runtime's block_on.

use std::sync::Arc;

use tokio::runtime::Handle;
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
    while let Some(request) = requests.recv().await {
        let (model, permits) = (model.clone(), permits.clone());
        set.spawn(async move {
            let features = model.load(request.id).await;
            let _permit = permits.acquire().await.unwrap();
            if request.reply.is_closed() {
                return;
            }
            let work = spawn_blocking(move || model.predict(features));
            if let Ok(prediction) = Handle::current().block_on(work) {
                let _ = request.reply.send(prediction);
            }
        });
    }
    while set.join_next().await.is_some() {}
}
