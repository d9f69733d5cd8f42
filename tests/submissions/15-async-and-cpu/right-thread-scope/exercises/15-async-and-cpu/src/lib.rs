//! std::thread::scope inside one spawn_blocking: the scope joins the workers, and the closure ends with them. What is queued is kept
//! in a slot that the future empties when it is dropped.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;

use crossbeam::channel::{self, Receiver};
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

type Waiting<M> = Mutex<VecDeque<(<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>)>>;

struct EmptiedAtTheEnd<M: Model>(Arc<Waiting<M>>);

impl<M: Model> Drop for EmptiedAtTheEnd<M> {
    fn drop(&mut self) {
        self.0.lock().unwrap().clear();
    }
}

fn work<M: Model>(model: &M, tickets: &Receiver<()>, waiting: &Waiting<M>) {
    // A ticket for each job: sleeping is the channel's part, the job itself lies in the slot.
    while tickets.recv().is_ok() {
        let job = waiting.lock().unwrap().pop_front();
        let Some((features, reply)) = job else { continue };
        if !reply.is_closed() {
            if let Ok(prediction) = catch_unwind(AssertUnwindSafe(|| model.predict(features))) {
                let _ = reply.send(prediction);
            }
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers = 0");
    let waiting = EmptiedAtTheEnd::<M>(Arc::default());
    let (ticket, tickets) = channel::unbounded();
    let (crew_model, crew_waiting) = (model.clone(), waiting.0.clone());
    let crew = spawn_blocking(move || {
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| work(&crew_model, &tickets, &crew_waiting));
            }
        });
    });
    let mut loads = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let (model, ticket, waiting) = (model.clone(), ticket.clone(), waiting.0.clone());
        loads.spawn(async move {
            let features = model.load(request.id).await;
            waiting.lock().unwrap().push_back((features, request.reply));
            let _ = ticket.send(());
        });
    }
    drop(ticket);
    loads.join_all().await;
    let _ = crew.await;
}
