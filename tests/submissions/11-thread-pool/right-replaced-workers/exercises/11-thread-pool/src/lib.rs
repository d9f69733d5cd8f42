//! Jobs are not wrapped at all. A panic ends its worker, and a guard in the worker starts a new one while the old one unwinds. The result's
//! sender is lost in the panic; that is how the handle learns of it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

struct Inner {
    queue: Mutex<Queue>,
    changed: Condvar,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Queue {
    jobs: VecDeque<Job>,
    open: bool,
}

pub struct ThreadPool(Arc<Inner>);

pub struct JobHandle<T> {
    value: Receiver<T>,
    over: Arc<AtomicBool>,
}

struct Replacement(Arc<Inner>);

impl Drop for Replacement {
    fn drop(&mut self) {
        if thread::panicking() {
            start(&self.0);
        }
    }
}

fn start(inner: &Arc<Inner>) {
    let replacement = Replacement(inner.clone());
    let thread = thread::spawn(move || {
        let inner = &replacement.0;
        loop {
            let queue = inner.queue.lock().unwrap();
            let mut queue = inner.changed.wait_while(queue, |q| q.open && q.jobs.is_empty()).unwrap();
            let Some(job) = queue.jobs.pop_front() else { return };
            drop(queue);
            job();
        }
    });
    inner.threads.lock().unwrap().push(thread);
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "need some workers");
        let queue = Mutex::new(Queue { jobs: VecDeque::new(), open: true });
        let inner = Arc::new(Inner { queue, changed: Condvar::new(), threads: Mutex::default() });
        (0..workers).for_each(|_| start(&inner));
        Self(inner)
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        struct Over(Arc<AtomicBool>);
        impl Drop for Over {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let (sender, value) = sync_channel(1);
        let over = Arc::new(AtomicBool::new(false));
        let at_the_end = Over(over.clone());
        let job: Job = Box::new(move || {
            let _at_the_end = at_the_end;
            let _ = sender.send(job());
        });
        self.0.queue.lock().unwrap().jobs.push_back(job);
        self.0.changed.notify_one();
        JobHandle { value, over }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap().open = false;
        self.0.changed.notify_all();
        // A replacement is in the list before the thread that it replaces has ended.
        loop {
            let Some(thread) = self.0.threads.lock().unwrap().pop() else { break };
            let _ = thread.join();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.value.recv().or(Err(JobPanicked))
    }
}
