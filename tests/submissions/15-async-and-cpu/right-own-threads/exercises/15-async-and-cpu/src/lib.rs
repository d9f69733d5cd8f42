//! Threads of our own on a crossbeam queue; each answer comes back by a oneshot, and the task looks whether its client has left.

use std::panic::{AssertUnwindSafe, catch_unwind};
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

struct Job<M: Model> {
    features: M::Features,
    answer: oneshot::Sender<M::Prediction>,
}

fn worker<M: Model>(model: &M, jobs: &channel::Receiver<Job<M>>) {
    for Job { features, answer } in jobs {
        // Whoever wanted it is gone, or the whole service is.
        if answer.is_closed() {
            continue;
        }
        if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
            let _ = answer.send(prediction);
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be positive");
    let (jobs, queue) = channel::unbounded::<Job<M>>();
    let threads: Vec<_> = (0..workers)
        .map(|number| {
            let (model, queue) = (model.clone(), queue.clone());
            let builder = thread::Builder::new().name(format!("predict-{number}")).stack_size(256 * 1024);
            builder.spawn(move || worker(&model, &queue)).expect("a thread")
        })
        .collect();

    let mut clients = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let (model, jobs) = (model.clone(), jobs.clone());
        clients.spawn(async move {
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            jobs.send(Job { features, answer }).expect("workers listen");
            tokio::select! {
                prediction = answered => {
                    if let Ok(prediction) = prediction {
                        let _ = reply.send(prediction);
                    }
                }
                () = reply.closed() => {}
            }
        });
    }
    clients.join_all().await;
    drop(jobs);
    // They have nothing left to do but to end. Joining is blocking, so not here.
    let _ =
        tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join()))).await;
}
