//! A panic of the model is not swallowed: once every other client has its answer the service ends by it.

use std::any::Any;
use std::panic::resume_unwind;
use std::sync::Arc;

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

type Payload = Box<dyn Any + Send>;

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must not be zero");
    let places = Arc::new(Semaphore::new(workers));
    let mut set: JoinSet<Result<(), Payload>> = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, places) = (model.clone(), places.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            let place = places.acquire_owned().await.unwrap();
            if reply.is_closed() {
                return Ok(());
            }
            let computation = spawn_blocking(move || {
                let _place = place;
                let prediction = model.predict(features);
                let _ = reply.send(prediction);
            });
            computation.await.map_err(|error| error.into_panic())
        });
    }
    let outcomes = set.join_all().await;
    if let Some(payload) = outcomes.into_iter().find_map(Result::err) {
        resume_unwind(payload);
    }
}
