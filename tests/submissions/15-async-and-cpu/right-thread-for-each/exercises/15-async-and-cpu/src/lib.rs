//! A new thread for each prediction, never more than there are permits; each thread holds its own. At the end the service asks for
//! all permits at once: who has them all knows that nobody computes.

use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, mpsc, oneshot};
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
    assert!(workers > 0, "zero workers");
    let permits = Arc::new(Semaphore::new(workers));
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let model = model.clone();
        let permits = Arc::clone(&permits);
        set.spawn(async move {
            let features = model.load(id).await;
            let Ok(permit) = permits.acquire_owned().await else { return };
            if !reply.is_closed() {
                thread::spawn(move || {
                    // Declared first, so it is dropped last, after the reply.
                    let _permit = permit;
                    let prediction = model.predict(features);
                    let _ = reply.send(prediction);
                });
            }
        });
    }
    while set.join_next().await.is_some() {}
    let all = u32::try_from(workers).expect("a small number");
    let _all = permits.acquire_many(all).await;
}
