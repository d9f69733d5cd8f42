//! A LocalSet: one thread anyway, so Rc and Cell will do. Places are counted by hand, and whoever waits for one stands in a queue
//! of oneshots.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{LocalSet, spawn_blocking, spawn_local};

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

struct Places {
    free: Cell<usize>,
    waiting: RefCell<VecDeque<oneshot::Sender<Place>>>,
}

/// Goes to the next in the queue when it is dropped.
struct Place(Rc<Places>);

impl Drop for Place {
    fn drop(&mut self) {
        loop {
            let next = self.0.waiting.borrow_mut().pop_front();
            let Some(next) = next else {
                self.0.free.set(self.0.free.get() + 1);
                return;
            };
            if next.is_closed() {
                continue;
            }
            if let Err(place) = next.send(Place(Rc::clone(&self.0))) {
                // Gone just now: not dropped here, or it would call this again.
                std::mem::forget(place);
                continue;
            }
            return;
        }
    }
}

impl Places {
    async fn take(self: &Rc<Self>) -> Place {
        if self.free.get() > 0 {
            self.free.set(self.free.get() - 1);
            return Place(Rc::clone(self));
        }
        let (sender, place) = oneshot::channel();
        self.waiting.borrow_mut().push_back(sender);
        place.await.expect("whoever has a place passes it on")
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers is zero");
    let places = Rc::new(Places { free: Cell::new(workers), waiting: RefCell::default() });
    let tasks = LocalSet::new();
    tasks
        .run_until(async {
            let mut handles = Vec::new();
            while let Some(Request { id, reply }) = requests.recv().await {
                let (model, places) = (model.clone(), Rc::clone(&places));
                handles.push(spawn_local(async move {
                    let features = model.load(id).await;
                    let _place = places.take().await;
                    if !reply.is_closed() {
                        let _ = spawn_blocking(move || reply.send(model.predict(features)).is_ok()).await;
                    }
                }));
                handles.retain(|handle| !handle.is_finished());
            }
            for handle in handles {
                let _ = handle.await;
            }
        })
        .await;
}
