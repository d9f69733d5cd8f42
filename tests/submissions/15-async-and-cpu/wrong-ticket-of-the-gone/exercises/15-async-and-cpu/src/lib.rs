//! Believes that whoever leaves the line has ended: it counts as a prediction that is over.

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


use futures::stream::{FuturesUnordered, StreamExt};
use std::cell::Cell;
use tokio::sync::watch;

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers is 0");
    let next_ticket = Cell::new(0_usize);
    let (ended, _) = watch::channel(0_usize);
    let work = |request: Request<M::Prediction>| {
        let (model, ended, next_ticket) = (&model, &ended, &next_ticket);
        async move {
            let Request { id, mut reply } = request;
            let features = model.load(id).await;
            let ticket = next_ticket.replace(next_ticket.get() + 1);
            let mut changes = ended.subscribe();
            let gone = tokio::select! {
                _ = changes.wait_for(|ended| ticket < ended + workers) => false,
                () = reply.closed() => true,
            };
            if gone { ended.send_modify(|count| *count += 1); return; }
            let model = model.clone();
            let computed = if reply.is_closed() { None } else {
                tokio::task::spawn_blocking(move || model.predict(features)).await.ok()
            };
            ended.send_modify(|count| *count += 1);
            if let Some(prediction) = computed { let _ = reply.send(prediction); }
        }
    };
    let mut under_way = FuturesUnordered::new();
    let mut open = true;
    while open || !under_way.is_empty() {
        tokio::select! {
            request = requests.recv(), if open => match request {
                Some(request) => under_way.push(work(request)),
                None => open = false,
            },
            Some(()) = under_way.next() => {}
        }
    }
}
