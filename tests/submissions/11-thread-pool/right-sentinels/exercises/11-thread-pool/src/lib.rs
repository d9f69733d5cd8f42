//! As in Python: the end is a message. One for each worker, behind all the jobs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

enum Message {
    Work(Box<dyn FnOnce() + Send>),
    Stop,
}

pub struct ThreadPool {
    messages: Sender<Message>,
    workers: Vec<JoinHandle<()>>,
}

struct Outcome<T> {
    value: Option<Result<T, JobPanicked>>,
    sender: Option<Sender<()>>,
}

pub struct JobHandle<T> {
    outcome: Arc<Mutex<Outcome<T>>>,
    ended: Receiver<()>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        let (messages, inbox) = mpsc::channel();
        let inbox = Arc::new(Mutex::new(inbox));
        let workers: Vec<_> = (0..workers).map(|_| Self::start(&inbox)).collect();
        assert!(!workers.is_empty(), "no workers");
        Self { messages, workers }
    }

    fn start(inbox: &Arc<Mutex<Receiver<Message>>>) -> JoinHandle<()> {
        let inbox = inbox.clone();
        thread::spawn(move || {
            let next = || inbox.lock().unwrap().recv().unwrap_or(Message::Stop);
            loop {
                match next() {
                    Message::Work(job) => job(),
                    Message::Stop => return,
                }
            }
        })
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, ended) = mpsc::channel();
        let outcome = Arc::new(Mutex::new(Outcome { value: None, sender: Some(sender) }));
        let shared = outcome.clone();
        let work = move || {
            let value = catch_unwind(AssertUnwindSafe(job)).map_err(|_| JobPanicked);
            let mut outcome = shared.lock().unwrap();
            outcome.value = Some(value);
            outcome.sender = None; // the receiver wakes up
        };
        self.messages.send(Message::Work(Box::new(work))).unwrap();
        JobHandle { outcome, ended }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        for _ in &self.workers {
            self.messages.send(Message::Stop).unwrap();
        }
        while let Some(worker) = self.workers.pop() {
            worker.join().unwrap();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.outcome.lock().unwrap().value.is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let _ = self.ended.recv();
        let value = self.outcome.lock().unwrap().value.take();
        value.unwrap_or(Err(JobPanicked))
    }
}
