//! A line, a bell (`Notify`), and one who starts one prediction whenever it rings: as if it rang once for each that
//! is put in.

use futures::stream::{self, StreamExt};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task;
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

struct Free(Arc<AtomicUsize>, Arc<Notify>);

impl Drop for Free {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
        self.1.notify_one();
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let bell = Arc::new(Notify::new());
    let free = Arc::new(AtomicUsize::new(workers));
    let line = Rc::new(RefCell::new(VecDeque::new()));
    let open = Rc::new(Cell::new(true));
    let load = async {
        stream::poll_fn(|context| requests.poll_recv(context))
            .for_each_concurrent(None, async |Request { id, reply }| {
                let features = model.load(id).await;
                line.borrow_mut().push_back((features, reply));
                bell.notify_one();
            })
            .await;
        open.set(false);
        bell.notify_one();
    };
    let begin = |(features, reply): (M::Features, oneshot::Sender<M::Prediction>)| {
        free.fetch_sub(1, Ordering::SeqCst);
        let place = Free(free.clone(), bell.clone());
        let model = model.clone();
        task::spawn_blocking(move || {
            let _place = place;
            let reply = reply;
            let _ = reply.send(model.predict(features));
        });
    };
    let start = async {
        loop {
            bell.notified().await;
            line.borrow_mut()
                .retain(|(_, reply): &(M::Features, oneshot::Sender<M::Prediction>)| !reply.is_closed());
            if free.load(Ordering::SeqCst) > 0 {
                let job = line.borrow_mut().pop_front();
                job.map(begin);
            }
            if !open.get() && line.borrow().is_empty() && free.load(Ordering::SeqCst) == workers {
                return;
            }
        }
    };
    futures::join!(load, start);
}
