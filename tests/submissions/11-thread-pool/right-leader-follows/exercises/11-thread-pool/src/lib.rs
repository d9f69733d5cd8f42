//! Leader and followers: one worker waits at the queue, the others for being the leader. The end is the queue's end.

use std::panic;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    way_in: Option<Sender<Job>>,
    crew: Vec<JoinHandle<()>>,
}

/// Tells the outcome when it goes, whatever the reason.
struct Report<T>(Option<T>, SyncSender<Option<T>>);

impl<T> Drop for Report<T> {
    fn drop(&mut self) {
        let _ = self.1.try_send(self.0.take());
    }
}

enum Seen<T> {
    NotYet,
    Outcome(Option<T>),
}

pub struct JobHandle<T> {
    news: Mutex<(Receiver<Option<T>>, Seen<T>)>,
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert!(workers != 0, "`workers` must be positive");
        let (way_in, way_out) = mpsc::channel::<Job>();
        let way_out = Arc::new(Mutex::new(way_out));
        let crew = std::iter::repeat_with(|| {
            let way_out = Arc::clone(&way_out);
            thread::spawn(move || {
                let next = || {
                    let leader = way_out.lock().unwrap_or_else(PoisonError::into_inner);
                    leader.recv().ok()
                };
                while let Some(job) = next() {
                    let _ = panic::catch_unwind(panic::AssertUnwindSafe(job));
                }
            })
        })
        .take(workers)
        .collect();
        Self { way_in: Some(way_in), crew }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, receiver) = mpsc::sync_channel(1);
        let mut report = Report(None, sender);
        let job = Box::new(move || {
            report.0 = Some(job());
        });
        if let Some(way_in) = &self.way_in {
            way_in.send(job).expect("workers live as long as the pool");
        }
        JobHandle { news: Mutex::new((receiver, Seen::NotYet)) }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        drop(self.way_in.take());
        for worker in self.crew.drain(..) {
            if worker.join().is_err() {
                eprintln!("a worker has died");
            }
        }
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let mut news = self.news.lock().unwrap();
        if let Seen::NotYet = news.1 {
            if let Ok(outcome) = news.0.try_recv() {
                news.1 = Seen::Outcome(outcome);
            }
        }
        matches!(news.1, Seen::Outcome(_))
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let (receiver, seen) = self.news.into_inner().unwrap();
        match seen {
            Seen::Outcome(outcome) => outcome,
            Seen::NotYet => receiver.recv().unwrap_or(None),
        }
        .ok_or(JobPanicked)
    }
}
