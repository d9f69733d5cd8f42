//! First take all requests, then work: `collect`, and a stream with a limit.

use std::sync::Arc;

use futures::future::join_all;
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
    let mut all = Vec::new();
    while let Some(request) = requests.recv().await {
        all.push(request);
    }
    let permits = Arc::new(Semaphore::new(workers));
    let answers = all.into_iter().map(|Request { id, reply }| {
        let (model, permits) = (model.clone(), permits.clone());
        async move {
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
        }
    });
    join_all(answers).await;
}
