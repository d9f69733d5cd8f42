//! A worker is an async task. It takes from a queue that all workers share, and awaits one blocking computation at a time.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
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

type Loaded<M> = (<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>);

async fn worker<M: Model>(model: M, queue: Arc<Mutex<mpsc::UnboundedReceiver<Loaded<M>>>>) {
    loop {
        // tokio's mutex may be held over an await, and it is fair.
        let next = queue.lock().await.recv().await;
        let Some((features, reply)) = next else { break };
        if reply.is_closed() {
            continue;
        }
        let model = model.clone();
        let result = spawn_blocking(move || reply.send(model.predict(features)).is_ok()).await;
        if let Err(error) = result {
            eprintln!("a prediction failed: {error}");
        }
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "there must be workers");
    let (loaded, queue) = mpsc::unbounded_channel();
    let queue = Arc::new(Mutex::new(queue));
    let mut crew = JoinSet::new();
    for _ in 0..workers {
        crew.spawn(worker(model.clone(), Arc::clone(&queue)));
    }
    let mut loads = JoinSet::new();
    while let Some(request) = requests.recv().await {
        let model = model.clone();
        let loaded = loaded.clone();
        loads.spawn(async move {
            let features = model.load(request.id).await;
            let _ = loaded.send((features, request.reply));
        });
    }
    drop(loaded);
    loads.join_all().await;
    crew.join_all().await;
}
