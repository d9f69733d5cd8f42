//! The result comes back over a channel of the standard library.

use std::sync::Arc;
use std::sync::mpsc as std_mpsc;

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
            let (sender, result) = std_mpsc::channel();
            spawn_blocking(move || sender.send(model.predict(features)));
            if let Ok(prediction) = result.recv() {
                let _ = request.reply.send(prediction);
            }
        });
    }
    set.join_all().await;
}
