//! One dispatcher: a queue of loaded requests, a number of free workers, and a channel on which computations say that they are over.

use std::collections::VecDeque;

use futures::FutureExt;
use futures::future::BoxFuture;
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

struct Loaded<M: Model> {
    features: M::Features,
    reply: oneshot::Sender<M::Prediction>,
}

/// Says so whatever becomes of the computation.
struct Over(mpsc::UnboundedSender<()>);

impl Drop for Over {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "no workers");
    let (over, mut reports) = mpsc::unbounded_channel();
    let mut free = workers;
    let mut open = true;
    let mut loading: FuturesUnordered<BoxFuture<'static, Loaded<M>>> = FuturesUnordered::new();
    let mut queue: VecDeque<Loaded<M>> = VecDeque::new();

    loop {
        // Start what can be started.
        while free > 0 {
            let Some(Loaded { features, reply }) = queue.pop_front() else { break };
            if reply.is_closed() {
                continue;
            }
            free -= 1;
            let model = model.clone();
            let over = Over(over.clone());
            tokio::task::spawn_blocking(move || {
                let _over = over;
                let _ = reply.send(model.predict(features));
            });
        }
        if !open && loading.is_empty() && queue.is_empty() && free == workers {
            return;
        }
        // Then wait for anything to happen.
        tokio::select! {
            request = requests.recv(), if open => match request {
                None => open = false,
                Some(Request { id, reply }) => {
                    let model = model.clone();
                    loading.push(async move { Loaded { features: model.load(id).await, reply } }.boxed());
                }
            },
            Some(loaded) = loading.next(), if !loading.is_empty() => queue.push_back(loaded),
            Some(()) = reports.recv() => free += 1,
        }
    }
}
