//! Workers are blocking closures that live as long as the service, and receive with blocking_recv. They hold a Weak: once the
//! service is gone nothing is computed any more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

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

struct Alive;

type Queue<M> =
    Mutex<mpsc::UnboundedReceiver<(<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>)>>;

fn work<M: Model>(model: &M, queue: &Queue<M>, service: &Weak<Alive>) {
    loop {
        let mut receiver = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let job = receiver.blocking_recv();
        drop(receiver);
        let Some((features, reply)) = job else { return };
        if service.strong_count() == 0 {
            return;
        }
        if reply.is_closed() {
            continue;
        }
        let _ = catch_unwind(AssertUnwindSafe(move || {
            let _ = reply.send(model.predict(features));
        }));
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "called with 0 workers");
    let alive = Arc::new(Alive);
    let (jobs, queue) = mpsc::unbounded_channel();
    let queue: Arc<Queue<M>> = Arc::new(Mutex::new(queue));
    let mut crew = JoinSet::new();
    for _ in 0..workers {
        let (model, queue, service) = (model.clone(), Arc::clone(&queue), Arc::downgrade(&alive));
        crew.spawn_blocking(move || work(&model, &queue, &service));
    }
    let mut loading = JoinSet::new();
    while let Some(Request { id, reply }) = requests.recv().await {
        let model = model.clone();
        let jobs = jobs.clone();
        loading.spawn(async move {
            let features = model.load(id).await;
            let _ = jobs.send((features, reply));
        });
    }
    drop(jobs);
    loading.join_all().await;
    crew.join_all().await;
    drop(alive);
}
