//! Plain tokio::spawn. The tasks are owned by a guard that aborts them; requests are taken as many as there are at a time.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::{JoinHandle, spawn_blocking};

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

struct Owned(Vec<JoinHandle<()>>);

impl Drop for Owned {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn one<M: Model>(model: M, request: Request<M::Prediction>, permits: Arc<Semaphore>) {
    let Request { id, reply } = request;
    let features = model.load(id).await;
    let permit = permits.acquire_owned().await;
    if reply.is_closed() {
        return;
    }
    let task = spawn_blocking(move || {
        let _permit = permit;
        // In two steps: the reply must not be sent before there is one.
        let prediction = model.predict(features);
        reply.send(prediction).is_ok()
    });
    let _answered = task.await.unwrap_or(false);
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "give it some workers");
    let permits = Arc::new(Semaphore::new(workers));
    let mut tasks = Owned(Vec::new());
    let mut arrived = Vec::new();
    while requests.recv_many(&mut arrived, 64).await > 0 {
        for request in arrived.drain(..) {
            tasks.0.push(tokio::spawn(one(model.clone(), request, Arc::clone(&permits))));
        }
    }
    join_all(&mut tasks.0).await;
}
