//! A rayon pool that is told what to do with panics: nothing. Whatever the closure owned is dropped by the unwinding.
//! `spawn` and not `spawn_fifo`: what comes from outside the pool stands in one queue that is first in, first out.

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

async fn handle<M: Model>(model: &M, pool: &rayon::ThreadPool, request: Request<M::Prediction>) {
    let features = model.load(request.id).await;
    let model = model.clone();
    let (alive, over) = oneshot::channel::<()>();
    pool.spawn(move || {
        let alive = alive;
        if !alive.is_closed() && !request.reply.is_closed() {
            let _ = request.reply.send(model.predict(features));
        }
    });
    // Nothing is ever sent: that the sender is gone is the news.
    let _ = over.await;
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers >= 1, "at least one of the workers is needed");
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(workers)
        .thread_name(|index| format!("model {index}"))
        .panic_handler(|_| ())
        .build()
        .expect("a pool");
    let mut running = FuturesUnordered::new();
    let mut more = true;
    while more || !running.is_empty() {
        tokio::select! {
            request = requests.recv(), if more => match request {
                Some(request) => running.push(handle(&model, &pool, request)),
                None => more = false,
            },
            Some(()) = running.next(), if !running.is_empty() => (),
        }
    }
}
