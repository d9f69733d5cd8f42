//! Two streams and an unbounded channel between them: one loads all there is, the other computes so many at a time. join! drives
//! both.

use futures::stream::{self, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

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

pub async fn serve<M: Model>(model: M, requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "workers must be at least one");
    let (loaded, queue) = mpsc::unbounded_channel();

    let loader = model.clone();
    let load_all = async move {
        let arrivals = stream::unfold(requests, |mut requests| async move {
            let request = requests.recv().await?;
            Some((request, requests))
        });
        let model = &loader;
        let loads = arrivals.map(|request| async move {
            let features = model.load(request.id).await;
            (features, request.reply)
        });
        let mut loads = std::pin::pin!(loads.buffer_unordered(usize::MAX));
        while let Some(pair) = loads.next().await {
            loaded.send(pair).ok();
        }
        // `loaded` ends here, and with it the second stream.
        drop(loaded);
    };

    let queue =
        stream::unfold(queue, |mut queue| async move { queue.recv().await.map(|pair| (pair, queue)) });
    let predict_all = queue.for_each_concurrent(workers, |(features, reply)| {
        let model = model.clone();
        async move {
            if reply.is_closed() {
                return;
            }
            let _ = spawn_blocking(move || reply.send(model.predict(features)).ok()).await;
        }
    });

    tokio::join!(load_all, predict_all);
}
