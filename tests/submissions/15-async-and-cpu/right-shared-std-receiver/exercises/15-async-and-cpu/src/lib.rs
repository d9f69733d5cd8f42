//! The standard library's channel behind a mutex, and threads that reply themselves. A flag tells them that nobody wants anything
//! any more; it is set by a guard, so that it is set however the future ends.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc as std_mpsc};
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

type Job<M> = (<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>, oneshot::Sender<()>);

struct StopAtTheEnd(Arc<AtomicBool>);

impl Drop for StopAtTheEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn work<M: Model>(model: M, jobs: Arc<Mutex<std_mpsc::Receiver<Job<M>>>>, stop: Arc<AtomicBool>) {
    loop {
        let job = jobs.lock().unwrap().recv();
        let Ok((features, reply, done)) = job else { return };
        if stop.load(Ordering::SeqCst) {
            return;
        }
        if !reply.is_closed() {
            let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| model.predict(features)));
            if let Ok(prediction) = outcome {
                let _ = reply.send(prediction);
            }
        }
        let _ = done.send(());
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers > 0 is needed");
    let stop = Arc::new(AtomicBool::new(false));
    let _guard = StopAtTheEnd(stop.clone());
    let (sender, receiver) = std_mpsc::channel::<Job<M>>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..workers {
        let (model, receiver, stop) = (model.clone(), receiver.clone(), stop.clone());
        thread::spawn(move || work(model, receiver, stop));
    }
    let mut set = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let model = model.clone();
        let sender = sender.clone();
        set.spawn(async move {
            let features = model.load(id).await;
            let (done, is_done) = oneshot::channel();
            // An unbounded channel: this never waits.
            let _ = sender.send((features, reply, done));
            let _ = is_done.await;
        });
    }
    set.join_all().await;
}
