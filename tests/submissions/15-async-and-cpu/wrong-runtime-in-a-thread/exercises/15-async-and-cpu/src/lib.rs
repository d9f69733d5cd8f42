//! So as not to disturb the caller's event loop, everything happens in a thread with an event loop of its own. I wait for it.

use std::sync::Arc;
use std::thread;

use futures::future::join_all;
use tokio::runtime;
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

async fn all<M: Model>(model: M, requests: Vec<Request<M::Prediction>>, workers: usize) {
    let permits = Arc::new(Semaphore::new(workers));
    join_all(requests.into_iter().map(async |Request { id, reply }| {
        let features = model.load(id).await;
        let permit = permits.clone().acquire_owned().await.unwrap();
        if reply.is_closed() {
            return;
        }
        let model = model.clone();
        let _ = spawn_blocking(move || {
            let _permit = permit;
            let _ = reply.send(model.predict(features));
        })
        .await;
    }))
    .await;
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let mut taken = Vec::new();
    while let Some(request) = requests.recv().await {
        taken.push(request);
    }
    let thread = thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(all(model, taken, workers));
    });
    thread.join().unwrap();
}
