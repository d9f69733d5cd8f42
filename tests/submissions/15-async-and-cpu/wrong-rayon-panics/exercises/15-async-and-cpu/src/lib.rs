//! rayon's spawn_fifo as it is. A panic in it, if nobody is told to handle it, ends the process.

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
    assert!(workers > 0, "workers must be at least 1");
    let pool = Arc::new(ThreadPoolBuilder::new().num_threads(workers).build().unwrap());
    let mut set = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let (model, pool) = (model.clone(), pool.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            pool.spawn_fifo(move || {
                if !answer.is_closed() {
                    let _ = answer.send(model.predict(features));
                }
            });
            tokio::select! {
                answer = answered => drop(answer.map(|answer| reply.send(answer))),
                () = reply.closed() => {}
            }
        });
    }
    set.join_all().await;
}
