//! `async` makes it run beside the others, I thought: predict is called where it is needed.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

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
    let places = std::sync::Arc::new(tokio::sync::Semaphore::new(workers));
    let mut set = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let model = model.clone();
        let places = places.clone();
        set.spawn(async move {
            let features = model.load(request.id).await;
            let _place = places.acquire().await.unwrap();
            if !request.reply.is_closed() {
                let _ = request.reply.send(model.predict(features));
            }
        });
    }
    while set.join_next().await.is_some() {}
}
