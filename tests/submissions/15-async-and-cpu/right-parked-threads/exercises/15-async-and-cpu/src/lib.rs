//! Workers are threads that park, and are unparked by who hands them something.

use tokio::sync::{mpsc, oneshot};

/// What the service is for. Given: leave as it is. Cheap to clone: every clone is the same model.
pub trait Model: Clone + Send + Sync + 'static {
    /// What a prediction is made from.
    type Features: Send + 'static;
    /// What a client gets.
    type Prediction: Send + 'static;

    /// Waits for what a request needs (a database, a network): no work for a core. Does not panic.
    fn load(&self, id: u64) -> impl Future<Output = Self::Features> + Send;

    /// Computes, which keeps a core busy for long: **blocks the thread that calls it**. May panic.
    fn predict(&self, features: Self::Features) -> Self::Prediction;
}

/// A request of a client. Given: leave as it is.
#[derive(Debug)]
pub struct Request<P> {
    /// What to load.
    pub id: u64,
    /// Where the client waits. A client that has gone away has dropped the other end: `reply.is_closed()`.
    pub reply: oneshot::Sender<P>,
}


use std::collections::VecDeque;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

struct Item<M: Model> { features: M::Features, reply: oneshot::Sender<M::Prediction>, done: mpsc::UnboundedSender<()> }

struct Yard<M: Model> { items: VecDeque<Item<M>>, idle: Vec<Thread>, closed: bool }

struct Owner<M: Model>(Arc<Mutex<Yard<M>>>);
impl<M: Model> Drop for Owner<M> {
    fn drop(&mut self) {
        let mut yard = self.0.lock().unwrap();
        yard.closed = true;
        yard.items.clear();
        for thread in yard.idle.drain(..) { thread.unpark(); }
    }
}

fn work<M: Model>(model: &M, yard: &Mutex<Yard<M>>) {
    loop {
        let item = {
            let mut guard = yard.lock().unwrap();
            if guard.closed { return; }
            let item = guard.items.pop_front();
            if item.is_none() { guard.idle.push(thread::current()); }
            item
        };
        let Some(item) = item else { thread::park(); continue };
        let Item { features, reply, done } = item;
        if !reply.is_closed() {
            if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
                let _ = reply.send(prediction);
            } else {
                drop(reply);
            }
        }
        drop(done);
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    if workers == 0 { panic!("a service with workers = 0 would never answer"); }
    let yard = Arc::new(Mutex::new(Yard::<M> { items: VecDeque::new(), idle: Vec::new(), closed: false }));
    let owner = Owner(yard);
    for number in 0..workers {
        let (model, yard) = (model.clone(), owner.0.clone());
        thread::Builder::new().name(format!("predict-{number}")).spawn(move || work(&model, &yard)).expect("a thread");
    }
    // Everybody who has something to do holds a clone of `done`; when all are gone the channel ends.
    let (done, mut all_done) = mpsc::unbounded_channel::<()>();
    let mut loads = tokio::task::JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let (model, yard, done) = (model.clone(), owner.0.clone(), done.clone());
        loads.spawn(async move {
            let features = model.load(id).await;
            let mut yard = yard.lock().unwrap();
            yard.items.push_back(Item { features, reply, done });
            if let Some(thread) = yard.idle.pop() { thread.unpark(); }
        });
    }
    drop(done);
    while all_done.recv().await.is_some() {}
}
