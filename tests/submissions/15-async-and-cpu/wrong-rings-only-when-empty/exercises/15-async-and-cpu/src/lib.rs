//! A pool of threads with a queue: somebody has to be told only when it was empty before, for otherwise all are
//! awake.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
pub trait Model: Clone + Send + Sync + 'static {
    type Features: Send + 'static;
    type Prediction: Send + 'static;
    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;
    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

#[derive(Debug)]
pub struct Request<P> {
    pub id: u64,
    pub reply: oneshot::Sender<P>,
}

type Job = Box<dyn FnOnce() + Send>;

struct Queue {
    jobs: VecDeque<(Box<dyn Fn() -> bool + Send>, Job)>,
    open: bool,
}

struct Pool {
    shared: Arc<(Mutex<Queue>, Condvar)>,
}

impl Pool {
    fn new(workers: usize) -> Self {
        let queue = Queue { jobs: VecDeque::new(), open: true };
        let shared = Arc::new((Mutex::new(queue), Condvar::new()));
        for number in 0..workers {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("pool-{number}"))
                .spawn(move || Self::work(&shared))
                .expect("a thread");
        }
        Self { shared }
    }

    fn work((queue, bell): &(Mutex<Queue>, Condvar)) {
        loop {
            let mut queue =
                bell.wait_while(queue.lock().unwrap(), |queue| queue.open && queue.jobs.is_empty()).unwrap();
            let Some((wanted, job)) = queue.jobs.pop_front() else { return };
            drop(queue);
            if wanted() {
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
        }
    }

    fn submit(&self, wanted: impl Fn() -> bool + Send + 'static, job: impl FnOnce() + Send + 'static) {
        let mut queue = self.shared.0.lock().unwrap();
        queue.jobs.push_back((Box::new(wanted), Box::new(job)));
        if queue.jobs.len() == 1 {
            self.shared.1.notify_one();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let waiting = {
            let mut queue = self.shared.0.lock().unwrap();
            queue.open = false;
            std::mem::take(&mut queue.jobs)
        };
        self.shared.1.notify_all();
        drop(waiting);
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    if workers == 0 {
        panic!("`workers` is 0");
    }
    let pool = Arc::new(Pool::new(workers));
    let mut tasks = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        // What has ended need not be kept.
        while tasks.try_join_next().is_some() {}
        let (model, pool) = (model.clone(), Arc::downgrade(&pool));
        tasks.spawn(async move {
            let features = model.load(id).await;
            let (done, end) = oneshot::channel::<()>();
            let reply = Arc::new(Mutex::new(Some(reply)));
            let ask = Arc::clone(&reply);
            let wanted = move || ask.lock().unwrap().as_ref().is_some_and(|reply| !reply.is_closed());
            let Some(pool) = pool.upgrade() else { return };
            pool.submit(wanted, move || {
                let _done = done;
                let reply = reply.lock().unwrap().take().expect("a job runs once");
                let _ = reply.send(model.predict(features));
            });
            drop(pool);
            let _ = end.await;
        });
    }
    while tasks.join_next().await.is_some() {}
    drop(pool);
}
