//! One rayon scope that lives as long as the service, inside one spawn_blocking. A panic in it comes out at its end, when everybody
//! is answered, and goes no further.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam::channel;
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

struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers: at least 1");
    let left = Arc::new(AtomicBool::new(false));
    let leaving = Leaving(left.clone());
    let (sender, queue) = channel::unbounded::<(M::Features, oneshot::Sender<M::Prediction>)>();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().expect("threads");
    let computing = spawn_blocking({
        let model = model.clone();
        move || {
            let (model, left) = (&model, &left);
            // "In place": the closure runs on this thread, which is none of the pool's.
            pool.in_place_scope_fifo(|scope| {
                for (features, reply) in queue {
                    scope.spawn_fifo(move |_| {
                        if !left.load(Ordering::Acquire) && !reply.is_closed() {
                            let _ = reply.send(model.predict(features));
                        }
                    });
                }
            });
        }
    });
    let mut loads = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let (model, sender) = (model.clone(), sender.clone());
        loads.spawn(async move {
            let features = model.load(request.id).await;
            let _ = sender.send((features, request.reply));
        });
    }
    drop(sender);
    loads.join_all().await;
    let _ = computing.await;
    drop(leaving);
}
