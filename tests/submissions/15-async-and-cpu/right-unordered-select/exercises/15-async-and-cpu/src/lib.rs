//! Everything in one task: a select! between the next request and whatever is next of those under way.

use std::sync::Arc;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task;

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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers has to be at least 1");
    let permits = Arc::new(Semaphore::new(workers));
    let mut under_way = FuturesUnordered::new();
    let mut closed = false;
    loop {
        tokio::select! {
            biased;
            Some(()) = under_way.next() => {}
            request = requests.recv(), if !closed => {
                let Some(mut request) = request else {
                    closed = true;
                    continue;
                };
                let (model, permits) = (&model, &permits);
                under_way.push(async move {
                    // Nobody needs what is loaded for a client that has left.
                    let features = tokio::select! {
                        features = model.load(request.id) => features,
                        () = request.reply.closed() => return,
                    };
                    let permit = tokio::select! {
                        permit = permits.clone().acquire_owned() => permit.unwrap(),
                        () = request.reply.closed() => return,
                    };
                    let model = model.clone();
                    let work = task::spawn_blocking(move || {
                        let _permit = permit;
                        if !request.reply.is_closed() {
                            let _ = request.reply.send(model.predict(features));
                        }
                    });
                    let _ = work.await;
                });
            }
            else => return,
        }
    }
}
