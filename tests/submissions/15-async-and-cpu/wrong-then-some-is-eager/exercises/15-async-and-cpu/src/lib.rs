//! Believes that `then_some` makes the guard only where its client is there: it is made in any case, and its `Drop` counts.

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


use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::task::{spawn_blocking, JoinSet};

/// A monitor, as in Java: the turnstile lets threads through in the order of their tickets.
#[derive(Default)]
struct Turnstile { state: Mutex<State>, changed: Condvar }
#[derive(Default)]
struct State { inside: usize, serving: u64, issued: u64, closed: bool }

impl Turnstile {
    fn lock(&self) -> MutexGuard<'_, State> { self.state.lock().unwrap_or_else(PoisonError::into_inner) }
    fn ticket(&self) -> u64 { let mut state = self.lock(); state.issued += 1; state.issued - 1 }
    fn enter(&self, ticket: u64, most: usize, wanted: impl FnOnce() -> bool) -> Option<Inside<'_>> {
        let state = self.lock();
        let mut state = self.changed.wait_while(state, |s| !s.closed && (s.serving != ticket || s.inside == most)).unwrap();
        if state.closed { return None; }
        state.serving += 1;
        let wanted = wanted();
        if wanted { state.inside += 1; }
        drop(state);
        self.changed.notify_all();
        wanted.then_some(Inside(self))
    }
}
struct Inside<'a>(&'a Turnstile);
impl Drop for Inside<'_> { fn drop(&mut self) { self.0.lock().inside -= 1; self.0.changed.notify_all(); } }

struct CloseOnDrop(Arc<Turnstile>);
impl Drop for CloseOnDrop { fn drop(&mut self) { self.0.lock().closed = true; self.0.changed.notify_all(); } }

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be positive");
    let turnstile = CloseOnDrop(Arc::default());
    let mut all = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let (model, turnstile) = (model.clone(), turnstile.0.clone());
        all.spawn(async move {
            let features = model.load(request.id).await;
            let ticket = turnstile.ticket();
            let _ = spawn_blocking(move || {
                if let Some(_inside) = turnstile.enter(ticket, workers, || !request.reply.is_closed()) {
                    let prediction = model.predict(features);
                    let _ = request.reply.send(prediction);
                }
            }).await;
        });
    }
    while all.join_next().await.is_some() {}
}
