//! rayon::spawn_fifo: rayon knows best how many threads this machine needs.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let model = model.clone();
        set.spawn(async move {
            let features = model.load(id).await;
            let (done, finished) = oneshot::channel::<()>();
            rayon::spawn_fifo(move || {
                let wanted = !reply.is_closed() && !done.is_closed();
                let _ = catch_unwind(AssertUnwindSafe(|| {
                    if wanted {
                        let _ = reply.send(model.predict(features));
                    }
                }));
                drop(done);
            });
            let _ = finished.await;
        });
    }
    set.join_all().await;
}
