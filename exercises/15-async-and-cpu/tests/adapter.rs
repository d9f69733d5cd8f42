//! Lets clients come and go, on one event loop with the service, as the judge says when.
//!
//! What was seen is in the record alone; nothing is returned. The types promise what the contract promises and no more, so that an answer
//! that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use exercise_15::{Model, Request, serve};
use futures::FutureExt;
use futures::future::join_all;
use judge::subject::{Asked, Judge, one_clock};
use judge::wire::{self, Payload, Work};
use tokio::sync::{Notify, mpsc, oneshot};

use super::shared::{ARRIVE, BEAT, DROP, LOAD, MEASURED, OPEN, PATIENCE, PREDICT, REPLY, SERVED};

/// Requests that the channel has room for: the least that the contract promises.
const ROOM: usize = 64;

#[derive(Clone)]
struct Judged {
    judge: Judge,
    /// The key of request 0.
    first: u64,
    together: Option<Arc<Together>>,
}

/// Loads that end at the same moment. The judge answers one at a time and waits until all rest, so that an answer would never see two
/// of them ready; here each one waits for those that are in flight beside it. None of them may be dropped.
#[derive(Default)]
struct Together {
    in_flight: AtomicUsize,
    none_left: Notify,
}

impl Together {
    async fn end(&self) {
        let all = self.none_left.notified();
        if self.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.none_left.notify_waiters();
        }
        all.await;
    }
}

/// Sent between threads, never shared.
struct Features {
    id: u64,
    send_only: PhantomData<Cell<()>>,
}

/// Likewise.
struct Prediction {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

impl Model for Judged {
    type Features = Features;
    type Prediction = Prediction;

    async fn load(&self, id: u64) -> Features {
        let id = self.first + id;
        if let Some(together) = &self.together {
            together.in_flight.fetch_add(1, Ordering::SeqCst);
        }
        ask(&self.judge, LOAD, id).await;
        if let Some(together) = &self.together {
            together.end().await;
        }
        Features { id, send_only: PhantomData }
    }

    fn predict(&self, features: Features) -> Prediction {
        let answer = self.judge.work(Work { kind: PREDICT, key: features.id, input: Payload::default() });
        Prediction { number: answer.numbers[0], send_only: PhantomData }
    }
}

fn ask(judge: &Judge, kind: u16, key: u64) -> Asked {
    judge.ask(Work { kind, key, input: Payload::default() })
}

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &wire::Request) -> Payload {
    let numbers = &request.input.numbers[..];
    if request.entry == MEASURED {
        let (&workers, ids) = numbers.split_first().expect("the judge sends how many workers there are");
        return one_clock::run(judge, || measured(judge.clone(), count(workers), ids));
    }
    let &[workers, beats, drops, open, before, together, ref leave @ ..] = numbers else {
        unreachable!("the judge sends what the day is like")
    };
    let (drops, open, together) = (drops > 0, open > 0, together > 0);
    let day = Day { workers: count(workers), beats, drops, open, together, leave: leave.to_vec() };
    one_clock::run(judge, || async {
        if before > 0 {
            service_before(judge.clone(), count(before), leave.len() as u64).await;
        }
        day.pass(judge.clone()).await
    })
}

/// A service of its own, with one request, that is over before the day begins.
async fn service_before(judge: Judge, workers: usize, key: u64) {
    let (sender, requests) = mpsc::channel(ROOM);
    let (reply, answer) = oneshot::channel();
    sender.try_send(Request { id: 0, reply }).expect("there is room for one");
    drop(sender);
    serve(Judged { judge, first: key, together: None }, requests, workers).await;
    // What became of it is the matter of other days.
    drop(answer);
}

/// What a day is like.
struct Day {
    workers: usize,
    beats: u64,
    drops: bool,
    open: bool,
    together: bool,
    leave: Vec<u64>,
}

impl Day {
    async fn pass(self, judge: Judge) -> Payload {
        let (sender, requests) = mpsc::channel(ROOM);
        let clients =
            (0..).zip(self.leave).map(|(id, leaves)| client(judge.clone(), sender.clone(), id, leaves > 0));
        let clients: Vec<_> = clients.map(tokio::spawn).collect();
        if self.open {
            let opened = ask(&judge, OPEN, 0);
            tokio::spawn(async move {
                opened.await;
                drop(sender);
            });
        } else {
            drop(sender);
        }
        let over = Arc::new(AtomicBool::new(false));
        tokio::spawn(beat(judge.clone(), self.beats, Arc::clone(&over)));

        let together = self.together.then(Arc::default);
        let model = Judged { judge: judge.clone(), first: 0, together };
        // Whoever panics in the call itself has a future that panics.
        let service = AssertUnwindSafe(async move { serve(model, requests, self.workers).await });
        let ended = tokio::select! {
            biased;
            _ = ask(&judge, DROP, 0), if self.drops => Ok(()),
            ended = service.catch_unwind() => ended,
        };
        judge.note(Work { kind: SERVED, key: 0, input: Payload::default() });
        over.store(true, Ordering::Relaxed);
        join_all(clients).await;
        ended.unwrap_or_else(|panic| resume_unwind(panic));
        Payload::default()
    }
}

/// From when it comes to when it has its reply, or leaves.
async fn client(judge: Judge, sender: mpsc::Sender<Request<Prediction>>, id: u64, leaves: bool) {
    ask(&judge, ARRIVE, id).await;
    let (reply, answer) = oneshot::channel();
    let sent = sender.send(Request { id, reply }).await.is_ok();
    drop(sender);
    let answer: Result<Prediction, _> = tokio::select! {
        biased;
        answer = answer => answer,
        _ = ask(&judge, PATIENCE, id), if leaves => return,
    };
    // A service that is there no more answers nobody.
    if sent {
        let number = answer.map(|prediction| prediction.number);
        judge.note(Work { kind: REPLY, key: id, input: Payload::of(number) });
    }
}

/// Shows how long the event loop keeps a task waiting.
async fn beat(judge: Judge, beats: u64, over: Arc<AtomicBool>) {
    for key in 0..beats {
        if over.load(Ordering::Relaxed) {
            return;
        }
        ask(&judge, BEAT, key).await;
    }
}

async fn measured(judge: Judge, workers: usize, ids: &[u64]) -> Payload {
    let (sender, requests) = mpsc::channel(ROOM);
    let clients = async move {
        let answers = ids.iter().map(|&id| {
            let sender = sender.clone();
            async move {
                let (reply, answer) = oneshot::channel();
                sender.send(Request { id, reply }).await.ok()?;
                answer.await.ok().map(|prediction: Prediction| prediction.number)
            }
        });
        let answers = join_all(answers.collect::<Vec<_>>());
        drop(sender);
        answers.await
    };
    let (answers, ()) =
        tokio::join!(clients, serve(Judged { judge, first: 0, together: None }, requests, workers));
    Payload::of(answers.into_iter().map(Option::unwrap_or_default))
}

fn count(number: u64) -> usize {
    usize::try_from(number).expect("numbers are small")
}
