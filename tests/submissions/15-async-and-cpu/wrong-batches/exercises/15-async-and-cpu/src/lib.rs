//! Takes as many loaded requests as there are workers, computes them together, and then takes the next so many.

use futures::future::join_all;
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
    let (loaded, mut queue) = mpsc::unbounded_channel();
    let computer = model.clone();
    let compute = async move {
        let mut batch = Vec::new();
        while queue.recv_many(&mut batch, workers).await > 0 {
            join_all(batch.drain(..).map(|(features, reply): (M::Features, oneshot::Sender<_>)| {
                let model = computer.clone();
                spawn_blocking(move || {
                    if !reply.is_closed() {
                        let _ = reply.send(model.predict(features));
                    }
                })
            }))
            .await;
        }
    };
    let load = async move {
        let mut set = JoinSet::new();
        while let Some(Request { id, reply }) = requests.recv().await {
            let (model, loaded) = (model.clone(), loaded.clone());
            set.spawn(async move {
                let features = model.load(id).await;
                let _ = loaded.send((features, reply));
            });
        }
        drop(loaded);
        set.join_all().await;
    };
    tokio::join!(load, compute);
}
