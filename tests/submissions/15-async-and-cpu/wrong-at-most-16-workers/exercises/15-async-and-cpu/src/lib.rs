//! Believes that no machine has more than 16 cores.

use tokio::sync::{mpsc, oneshot};

/// What the service is for. Given: leave as it is. Cheap to clone: every clone is the same model.
pub trait Model: Clone + Send + Sync + 'static {
    /// What a prediction is made from.
    type Features: Send + 'static;
    /// What a client gets.
    type Prediction: Send + 'static;

    /// Waits for what a request needs (a database, a network): no work for a core. Does not panic.
    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;

    /// Computes, which keeps a core busy for long: **blocks the thread that calls it**. May panic.
    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

/// A request of a client. Given: leave as it is.
#[derive(Debug)]
pub struct Request<P> {
    /// What to load.
    pub id: u64,
    /// Where the client waits. A client that has gone away has dropped the other end: `reply.is_closed()`.
    pub reply: oneshot::Sender<P>,
}


use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::{spawn_blocking, JoinSet};

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must not be 0");
    let places = Arc::new(Semaphore::new(workers.min(16)));
    let mut tasks = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let (model, places) = (model.clone(), places.clone());
        tasks.spawn(async move {
            let features = model.load(request.id).await;
            let place = places.acquire_owned().await.unwrap();
            if request.reply.is_closed() { return; }
            let computed = spawn_blocking(move || { let _place = place; model.predict(features) }).await;
            if let Ok(prediction) = computed { let _ = request.reply.send(prediction); }
        });
    }
    while tasks.join_next().await.is_some() {}
}
