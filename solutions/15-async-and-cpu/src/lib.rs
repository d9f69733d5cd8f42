//! Exercise 15, the reference answer: every request is a part of the one future that the caller polls; a computation is a blocking
//! closure that owns its place among the workers.
//!
//! Nothing is spawned but computations. So when the caller drops the future, all that loads or waits for a place goes with it, and
//! what is being computed ends by itself.

use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task;

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

/// Serves requests until the last sender is gone and the last reply is sent.
///
/// # Panics
/// Panics if `workers` is 0, with a message that contains `workers`, when the future is first polled.
pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let places = Arc::new(Semaphore::new(workers));
    let arriving = stream::poll_fn(|context| requests.poll_recv(context));
    // No limit here: whoever waits for a place waits beside the others, and the next request is taken meanwhile.
    arriving.for_each_concurrent(None, |request| answer(&model, &places, request)).await;
}

/// One request, from its arrival to its reply.
async fn answer<M: Model>(model: &M, places: &Arc<Semaphore>, request: Request<M::Prediction>) {
    let Request { id, reply } = request;
    let features = model.load(id).await;
    // Only now: a request that loads must not hold a place that another could compute in. Whoever waits longest is the first to
    // get one, so computations start in the order of loading.
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    if reply.is_closed() {
        return;
    }
    let model = model.clone();
    let computation = task::spawn_blocking(move || {
        // The place belongs to the computation, and not to the future that waits for it: if that is dropped the thread still
        // computes. A panic gives it back as well.
        let _place = place;
        // An error means that the client has left meanwhile.
        let _ = reply.send(model.predict(features));
    });
    // An error is the panic of `predict`, which has dropped the reply: its client knows.
    let _ = computation.await;
}
