//! The threads are owned by a pool whose drop joins them, as in exercise 11. The drop of a future runs on the event loop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};

use crossbeam::channel::{self, Sender};
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

type Job<M> = (<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>);

struct Pool<M: Model> {
    jobs: Option<Sender<Job<M>>>,
    threads: Vec<JoinHandle<()>>,
}

impl<M: Model> Pool<M> {
    fn new(model: &M, size: usize) -> Self {
        let (jobs, queue) = channel::unbounded::<Job<M>>();
        let threads = (0..size).map(|_| {
            let (model, queue) = (model.clone(), queue.clone());
            thread::spawn(move || {
                for (features, answer) in queue {
                    if answer.is_closed() {
                        continue;
                    }
                    if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
                        let _ = answer.send(prediction);
                    }
                }
            })
        });
        Pool { threads: threads.collect(), jobs: Some(jobs) }
    }
}

impl<M: Model> Drop for Pool<M> {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let pool = Pool::new(&model, workers);
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let mut set = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let jobs = pool.jobs.clone().unwrap();
        let (model, alive) = (model.clone(), alive.clone());
        set.spawn(async move {
            let _alive = alive;
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            let _ = jobs.send((features, answer));
            drop(jobs);
            tokio::select! {
                prediction = answered => drop(prediction.map(|prediction| reply.send(prediction))),
                () = reply.closed() => {}
            }
        });
    }
    drop(alive);
    let _ = all_gone.recv().await;
    set.join_all().await;
}
