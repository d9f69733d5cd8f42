//! Every worker has a channel of its own. Those who are idle stand in a line; the dispatcher takes the next loaded request, waits
//! for the next idle worker, and hands one to the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc as blocking;
use std::thread;

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

type Job<M> = (<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>);

/// An idle worker: the way to it.
type Idle<M> = blocking::SyncSender<Job<M>>;

fn start<M: Model>(model: M, line: mpsc::UnboundedSender<Idle<M>>) {
    thread::spawn(move || {
        loop {
            let (me, jobs) = blocking::sync_channel::<Job<M>>(1);
            // The service has ended: so do I.
            if line.send(me).is_err() {
                return;
            }
            let Ok((features, reply)) = jobs.recv() else { return };
            let outcome = catch_unwind(AssertUnwindSafe(|| model.predict(features)));
            match outcome {
                Ok(prediction) => drop(reply.send(prediction)),
                Err(_) => drop(reply),
            }
        }
    });
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    if workers < 1 {
        panic!("serve: workers must be 1 or more");
    }
    let (line, mut idle) = mpsc::unbounded_channel::<Idle<M>>();
    for _ in 0..workers {
        start(model.clone(), line.clone());
    }
    drop(line);

    let (loaded, mut queue) = mpsc::unbounded_channel::<Job<M>>();
    let dispatch = async {
        while let Some(mut job) = queue.recv().await {
            let worker = idle.recv().await.expect("workers do not end by themselves");
            // Pass over those who have left, without letting the worker go.
            let next = loop {
                if !job.1.is_closed() {
                    break Some(job);
                }
                match queue.recv().await {
                    Some(next) => job = next,
                    None => break None,
                }
            };
            match next {
                Some(job) => worker.send(job).expect("it listens"),
                None => drop(worker),
            }
        }
        // Everybody back in the line: nobody computes. (Those who were let go have ended.)
        while idle.recv().await.is_some() {}
    };
    let take = async move {
        let mut loads = JoinSet::new();
        while let Some(request) = requests.recv().await {
            let (model, loaded) = (model.clone(), loaded.clone());
            loads.spawn(async move {
                let features = model.load(request.id).await;
                let _ = loaded.send((features, request.reply));
            });
        }
        loads.join_all().await;
    };
    futures::join!(dispatch, take);
}
