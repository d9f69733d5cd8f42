//! A Vec for what waits: push at the end, pop from the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

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

struct Shared<M: Model> {
    waiting: Mutex<(Vec<(M::Features, oneshot::Sender<M::Prediction>)>, bool)>,
    news: Condvar,
}

struct Close<M: Model>(Arc<Shared<M>>);

impl<M: Model> Drop for Close<M> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock().unwrap();
        waiting.0.clear();
        waiting.1 = true;
        self.0.news.notify_all();
    }
}

fn work<M: Model>(model: &M, shared: &Shared<M>) {
    loop {
        let mut waiting = shared.waiting.lock().unwrap();
        while waiting.0.is_empty() && !waiting.1 {
            waiting = shared.news.wait(waiting).unwrap();
        }
        let Some((features, answer)) = waiting.0.pop() else { return };
        drop(waiting);
        if answer.is_closed() {
            continue;
        }
        if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
            let _ = answer.send(prediction);
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let shared = Arc::new(Shared::<M> { waiting: Mutex::new((Vec::new(), false)), news: Condvar::new() });
    let close = Close(shared.clone());
    for _ in 0..workers {
        let (model, shared) = (model.clone(), shared.clone());
        thread::spawn(move || work(&model, &shared));
    }
    let mut set = JoinSet::new();
    while let Some(Request { id, mut reply }) = requests.recv().await {
        let (model, shared) = (model.clone(), shared.clone());
        set.spawn(async move {
            let features = model.load(id).await;
            if reply.is_closed() {
                return;
            }
            let (answer, answered) = oneshot::channel();
            shared.waiting.lock().unwrap().0.push((features, answer));
            shared.news.notify_one();
            tokio::select! {
                prediction = answered => drop(prediction.map(|prediction| reply.send(prediction))),
                () = reply.closed() => {}
            }
        });
    }
    set.join_all().await;
    drop(close);
}
