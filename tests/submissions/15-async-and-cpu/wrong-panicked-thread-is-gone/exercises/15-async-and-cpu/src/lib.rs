//! Threads of my own. A panic ends the thread it happens in.

use std::thread;

use crossbeam::channel;
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
    let (jobs, queue) = channel::unbounded::<(M::Features, oneshot::Sender<M::Prediction>)>();
    for _ in 0..workers {
        let (model, queue) = (model.clone(), queue.clone());
        thread::spawn(move || {
            for (features, answer) in queue {
                if !answer.is_closed() {
                    let _ = answer.send(model.predict(features));
                }
            }
        });
    }
    let mut set = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let (jobs, model) = (jobs.clone(), model.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            let _ = jobs.send((features, answer));
            tokio::select! {
                prediction = answered => drop(prediction.map(|prediction| reply.send(prediction))),
                () = reply.closed() => {}
            }
        });
    }
    set.join_all().await;
}
