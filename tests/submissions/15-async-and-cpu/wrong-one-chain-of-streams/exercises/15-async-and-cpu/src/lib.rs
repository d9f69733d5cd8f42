//! One chain: requests, loaded all at the same time, computed so many at a time. While the last link is full it asks nobody before
//! it, so nothing is taken and nothing goes on loading.

use futures::stream::{self, StreamExt};
use tokio::sync::{mpsc, oneshot};
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

pub async fn serve<M: Model>(model: M, requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let model = &model;
    stream::unfold(requests, |mut requests| async move {
        requests.recv().await.map(|request| (request, requests))
    })
    .map(|Request { id, reply }| async move { (model.load(id).await, reply) })
    .buffer_unordered(usize::MAX)
    .for_each_concurrent(workers, |(features, reply)| async move {
        if reply.is_closed() {
            return;
        }
        let model = model.clone();
        let _ = spawn_blocking(move || drop(reply.send(model.predict(features)))).await;
    })
    .await;
}
