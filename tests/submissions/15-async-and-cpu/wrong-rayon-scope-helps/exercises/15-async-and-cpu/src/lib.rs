//! A rayon pool with one thread more than workers, since one of them reads the queue. (At the end it helps the others.)

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam::channel;
use rayon::ThreadPoolBuilder;
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
    let (sender, queue) = channel::unbounded::<(M::Features, oneshot::Sender<M::Prediction>)>();
    let pool = ThreadPoolBuilder::new().num_threads(workers + 1).build().unwrap();
    let computing = spawn_blocking({
        let model = model.clone();
        move || {
            let model = &model;
            pool.scope(|scope| {
                for (features, answer) in queue {
                    scope.spawn(move |_| {
                        if answer.is_closed() {
                            return;
                        }
                        if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
                            let _ = answer.send(prediction);
                        }
                    });
                }
            });
        }
    });
    let mut set = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let (model, sender) = (model.clone(), sender.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            let _ = sender.send((features, answer));
            drop(sender);
            tokio::select! {
                prediction = answered => drop(prediction.map(|prediction| reply.send(prediction))),
                () = reply.closed() => {}
            }
        });
    }
    drop(sender);
    set.join_all().await;
    let _ = computing.await;
}
