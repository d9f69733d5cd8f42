//! One task with one inbox of events, as an actor: what arrived, what is loaded, who is free again. Workers are
//! threads with a channel of their own each.

use std::collections::VecDeque;
use std::sync::mpsc as std_mpsc;
use std::thread;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
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

enum Event<M: Model> {
    Arrived(Request<M::Prediction>),
    NoMore,
    Loaded(M::Features, oneshot::Sender<M::Prediction>),
    Free(usize),
}

type Job<M> = (<M as Model>::Features, oneshot::Sender<<M as Model>::Prediction>);

/// Says that its worker is free, however its work ended.
struct Report<M: Model>(usize, UnboundedSender<Event<M>>);

impl<M: Model> Drop for Report<M> {
    fn drop(&mut self) {
        let _ = self.1.send(Event::Free(self.0));
    }
}

fn hire<M: Model>(number: usize, model: M, events: UnboundedSender<Event<M>>) -> std_mpsc::Sender<Job<M>> {
    let (sender, jobs) = std_mpsc::channel::<Job<M>>();
    thread::spawn(move || {
        for (features, reply) in jobs {
            let model = &model;
            let report = Report(number, events.clone());
            let work = std::panic::AssertUnwindSafe(move || {
                // Dropped in reverse: first the reply, then the report.
                let _report = report;
                let reply = reply;
                let prediction = model.predict(features);
                let _ = reply.send(prediction);
            });
            let _ = std::panic::catch_unwind(work);
        }
    });
    sender
}

pub async fn serve<M: Model>(model: M, mut requests: mpsc::Receiver<Request<M::Prediction>>, workers: usize) {
    assert!(workers > 0, "the number of workers must be positive");
    let (events, mut inbox) = unbounded_channel::<Event<M>>();
    let desks: Vec<_> = (0..workers).map(|number| hire(number, model.clone(), events.clone())).collect();
    let mut idle: VecDeque<usize> = (0..workers).collect();
    let mut waiting = VecDeque::<Job<M>>::new();
    let mut helpers = JoinSet::new();
    let mut loads = 0_usize;
    let mut open = true;
    {
        let events = events.clone();
        helpers.spawn(async move {
            while let Some(request) = requests.recv().await {
                let _ = events.send(Event::Arrived(request));
            }
            let _ = events.send(Event::NoMore);
        });
    }
    while open || loads > 0 || !waiting.is_empty() || idle.len() < workers {
        match inbox.recv().await.expect("a sender is here") {
            Event::Arrived(Request { id, reply }) => {
                loads += 1;
                let (model, events) = (model.clone(), events.clone());
                helpers.spawn(async move {
                    let features = model.load(id).await;
                    let _ = events.send(Event::Loaded(features, reply));
                });
            }
            Event::NoMore => open = false,
            Event::Loaded(features, reply) => {
                loads -= 1;
                waiting.push_back((features, reply));
            }
            Event::Free(number) => idle.push_back(number),
        }
        while !idle.is_empty() {
            let Some((features, reply)) = waiting.pop_front() else { break };
            if reply.is_closed() {
                continue;
            }
            let number = idle.pop_front().expect("just looked");
            desks[number].send((features, reply)).expect("a worker lives as long as its sender");
        }
    }
}
