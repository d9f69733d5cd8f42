//! try_recv until there is something: so `recv` can't block me.

use std::sync::Arc;
use std::sync::mpsc::{TryRecvError, channel};

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
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, permits) = (model.clone(), permits.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            let _permit = permits.acquire().await.unwrap();
            if reply.is_closed() {
                return;
            }
            let (sender, answer) = channel();
            spawn_blocking(move || sender.send(model.predict(features)));
            let prediction = loop {
                match answer.try_recv() {
                    Ok(prediction) => break prediction,
                    Err(TryRecvError::Disconnected) => return,
                    Err(TryRecvError::Empty) => std::hint::spin_loop(),
                }
            };
            let _ = reply.send(prediction);
        });
    }
    set.join_all().await;
}
