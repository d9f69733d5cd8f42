//! Exercise 15: a service that waits for many and computes for few (Python: `loop.run_in_executor`).
//!
//! Fill in the body of [`serve`]. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`; check your answer
//! with `cargo test -p exercise-15`.

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
    /// What to load. Each request of a service has an id of its own, one of 0, 1, 2, …; another service begins again at 0.
    pub id: u64,
    /// Where the client waits. A client that has gone away has dropped the other end: `reply.is_closed()`.
    pub reply: oneshot::Sender<P>,
}

/// Serves requests until the last sender is gone and the last reply is sent.
///
/// It is awaited inside a single-threaded tokio runtime, with at most 256 workers. Clients come and go at any time.
///
/// What is promised:
/// - for each request, `load` once, then `predict` once on its result, then the reply;
/// - the event loop is never blocked: `predict` runs on other threads, and nothing but `.await` waits here. Requests are taken and
///   loaded as they come, all at the same time, whatever is being computed;
/// - at most `workers` calls of `predict` are in flight, and never fewer while loaded requests wait;
/// - loaded requests start in the order in which their `load` ended;
/// - a reply is sent as soon as its `predict` has ended, whatever else is not finished;
/// - a request whose client has gone away before its `predict` starts is not computed (its `load` may be dropped or end); one that
///   is being computed runs to its end, and its worker goes on with the next;
/// - a `predict` that panics costs its own client the reply (the sender is dropped, as soon as that `predict` has ended) and nobody
///   else anything. It is not tried again. The service may end by a panic only once every other request is answered;
/// - if the returned future is dropped midway, no `predict` starts any more; those in flight may run to their end. Every other reply is
///   dropped, so that no client waits forever.
///
/// # Panics
/// Panics if `workers` is 0, with a message that contains `workers`; at the latest when the future is first polled.
pub async fn serve<M: Model>(model: M, requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    let _ = (model, requests, workers);
    todo!()
}
