//! A small thread pool by hand: VecDeque, Mutex, Condvar. Closing it empties the queue; a guard does so if the future is dropped.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{mpsc, oneshot};

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

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

impl Shared {
    fn push(&self, job: Job) {
        self.state.lock().unwrap().jobs.push_back(job);
        self.bell.notify_one();
    }

    fn next(&self) -> Option<Job> {
        let state = self.state.lock().unwrap();
        let mut state = self.bell.wait_while(state, |state| state.jobs.is_empty() && !state.closed).unwrap();
        state.jobs.pop_front()
    }

    fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        let unwanted = std::mem::take(&mut state.jobs);
        drop(state);
        self.bell.notify_all();
        drop(unwanted);
    }
}

struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    fn new(size: usize) -> Pool {
        let shared = Arc::new(Shared::default());
        let threads = (0..size).map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                while let Some(job) = shared.next() {
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            })
        });
        Pool { threads: threads.collect(), shared }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.close();
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers can't be 0");
    let mut pool = Pool::new(workers);
    let mut pending: FuturesUnordered<BoxFuture<'static, ()>> = FuturesUnordered::new();
    let mut open = true;
    while open || !pending.is_empty() {
        tokio::select! {
            next = requests.recv(), if open => {
                let Some(Request { id, reply }) = next else {
                    open = false;
                    continue;
                };
                let (model, shared) = (model.clone(), pool.shared.clone());
                pending.push(
                    async move {
                        let features = model.load(id).await;
                        let (done, finished) = oneshot::channel::<()>();
                        shared.push(Box::new(move || {
                            let _done = done;
                            if !reply.is_closed() {
                                let _ = reply.send(model.predict(features));
                            }
                        }));
                        let _ = finished.await;
                    }
                    .boxed(),
                );
            }
            Some(()) = pending.next(), if !pending.is_empty() => {}
        }
    }
    let threads = std::mem::take(&mut pool.threads);
    drop(pool);
    let joined = tokio::task::spawn_blocking(move || {
        for thread in threads {
            let _ = thread.join();
        }
    });
    let _ = joined.await;
}
