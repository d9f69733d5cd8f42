//! Serves as long as anything is under way. When all is answered it returns, whoever may still come.

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

async fn one<M: Model>(model: M, Request { id, reply }: Request<M::Prediction>, permits: Arc<Semaphore>) {
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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let permits = Arc::new(Semaphore::new(workers));
    let mut under_way = FuturesUnordered::new();
    let Some(first) = requests.recv().await else { return };
    under_way.push(one(model.clone(), first, permits.clone()));
    while !under_way.is_empty() {
        tokio::select! {
            Some(request) = requests.recv() => under_way.push(one(model.clone(), request, permits.clone())),
            Some(()) = under_way.next() => {}
        }
    }
}
