//! A task for each request, in a JoinSet. The permit is taken when the load is over and moves into the blocking closure.

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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    if workers == 0 {
        panic!("need some workers");
    }
    let semaphore = Arc::new(Semaphore::new(workers));
    let mut tasks = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let model = model.clone();
        let semaphore = semaphore.clone();
        tasks.spawn(async move {
            let features = model.load(request.id).await;
            let permit = semaphore.acquire_owned().await.unwrap();
            if request.reply.is_closed() {
                return;
            }
            let handle = spawn_blocking(move || {
                let prediction = model.predict(features);
                let _ = request.reply.send(prediction);
                drop(permit);
            });
            // an Err is a panic of the model: only this client loses its answer
            let _ = handle.await;
        });
        // a service runs for long: forget the tasks that are done
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}
