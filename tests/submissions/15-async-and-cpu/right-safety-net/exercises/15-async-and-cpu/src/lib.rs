//! With a safety net: a computation that takes longer than a day is waited for no more.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

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

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers != 0, "`workers` must not be 0");
    let seats = Arc::new(Semaphore::new(workers));
    let mut jobs = JoinSet::new();
    loop {
        let Some(Request { id, reply }) = requests.recv().await else { break };
        let (seats, model) = (Arc::clone(&seats), model.clone());
        jobs.spawn(async move {
            let Ok(features) = timeout(A_DAY, model.load(id)).await else { return };
            let seat = seats.acquire_owned().await.expect("open");
            if reply.is_closed() {
                return;
            }
            let computed = tokio::task::spawn_blocking(move || {
                let _seat = seat;
                let _ = reply.send(model.predict(features));
            });
            match timeout(A_DAY, computed).await {
                Ok(Ok(())) => {}
                Ok(Err(panicked)) => eprintln!("request {id}: {panicked}"),
                Err(_) => eprintln!("request {id}: gave up"),
            }
        });
    }
    jobs.join_all().await;
}
