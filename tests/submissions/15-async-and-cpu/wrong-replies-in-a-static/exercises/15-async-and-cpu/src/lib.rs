//! Replies wait in a registry for the whole program, by the number of the request, until somebody has computed for
//! them.

use futures::stream::{self, StreamExt};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, oneshot};
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

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least 1");
    let places = Arc::new(Semaphore::new(workers));
    let arriving = stream::poll_fn(|context| requests.poll_recv(context));
    arriving.for_each_concurrent(None, |request| answer(&model, &places, request)).await;
}

type Waiting = std::collections::HashMap<u64, Box<dyn std::any::Any + Send>>;
static WAITING: std::sync::Mutex<Option<Waiting>> = std::sync::Mutex::new(None);

async fn answer<M: Model>(model: &M, places: &Arc<Semaphore>, request: Request<M::Prediction>) {
    let Request { id, reply } = request;
    WAITING.lock().unwrap().get_or_insert_default().insert(id, Box::new(reply));
    let features = model.load(id).await;
    let place = Arc::clone(places).acquire_owned().await.expect("never closed");
    let Some(reply) = WAITING.lock().unwrap().get_or_insert_default().remove(&id) else { return };
    let Ok(reply) = reply.downcast::<oneshot::Sender<M::Prediction>>() else { return };
    if reply.is_closed() {
        return;
    }
    let model = model.clone();
    let computation = task::spawn_blocking(move || {
        let _place = place;
        let _ = reply.send(model.predict(features));
    });
    let _ = computation.await;
}
