//! No spawn, no streams: a list of futures, and one poll function that asks them all.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::{Semaphore, mpsc, oneshot};

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

type Running = Pin<Box<dyn Future<Output = ()>>>;

async fn answer<M: Model>(model: M, request: Request<M::Prediction>, gate: Arc<Semaphore>) {
    let features = model.load(request.id).await;
    let pass = gate.acquire_owned().await.expect("nobody closes the gate");
    if request.reply.is_closed() {
        return;
    }
    let _ = tokio::task::spawn_blocking(move || {
        let _pass = pass;
        let _ = request.reply.send(model.predict(features));
    })
    .await;
}

/// Not an `async fn`: 0 is refused in the call already.
pub fn serve<M: Model>(
    model: M,
    mut requests: mpsc::Receiver<Request<M::Prediction>>,
    workers: usize,
) -> impl Future<Output = ()> {
    assert!(workers > 0, "workers must be 1 at least");
    let gate = Arc::new(Semaphore::new(workers));
    let mut running: Vec<Running> = Vec::new();
    let mut open = true;
    std::future::poll_fn(move |context| {
        while open {
            match requests.poll_recv(context) {
                Poll::Ready(Some(request)) => {
                    running.push(Box::pin(answer(model.clone(), request, gate.clone())));
                }
                Poll::Ready(None) => open = false,
                Poll::Pending => break,
            }
        }
        running.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if open || !running.is_empty() { Poll::Pending } else { Poll::Ready(()) }
    })
}
