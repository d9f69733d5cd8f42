//! A rayon pool with `workers` threads. spawn_fifo, and a oneshot that says when it is over; the closure looks whether anybody
//! still waits at the other end.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use rayon::ThreadPoolBuilder;
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
    // For rayon 0 means "as many as there are cores".
    assert_ne!(workers, 0, "workers is 0");
    let pool = Arc::new(ThreadPoolBuilder::new().num_threads(workers).build().unwrap());
    let mut set = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let model = model.clone();
        let pool = Arc::clone(&pool);
        set.spawn(async move {
            let features = model.load(request.id).await;
            let (done, finished) = oneshot::channel::<()>();
            pool.spawn_fifo(move || {
                if done.is_closed() || request.reply.is_closed() {
                    return;
                }
                let predict = AssertUnwindSafe(|| model.predict(features));
                if let Ok(prediction) = panic::catch_unwind(predict) {
                    request.reply.send(prediction).ok();
                }
                done.send(()).ok();
            });
            finished.await.ok();
        });
    }
    set.join_all().await;
}
