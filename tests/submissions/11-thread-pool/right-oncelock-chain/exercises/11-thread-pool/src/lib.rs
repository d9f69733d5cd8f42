//! The queue is a chain of OnceLocks: each link holds a job and the next link, and None is the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

type Job = Box<dyn FnOnce() + Send>;

/// A link of an endless chain: what comes here, and the link after it. `None` is the end of the pool.
#[derive(Default)]
struct Link(OnceLock<(Mutex<Option<Job>>, Arc<Link>)>);

pub struct ThreadPool {
    tail: Mutex<Arc<Link>>,
    threads: Vec<thread::JoinHandle<()>>,
}

pub struct JobHandle<T> {
    cell: Arc<OnceLock<Mutex<Option<Result<T, JobPanicked>>>>>,
}

impl ThreadPool {
    #[must_use]
    pub fn new(workers: usize) -> Self {
        assert_ne!(workers, 0, "a pool of no workers");
        let first = Arc::<Link>::default();
        let head = Arc::new(Mutex::new(Arc::clone(&first)));
        let threads = (1..=workers)
            .map(|number| {
                let head = Arc::clone(&head);
                thread::Builder::new()
                    .name(format!("worker {number}"))
                    .spawn(move || {
                        loop {
                            let mut head = head.lock().unwrap();
                            let link = Arc::clone(&head);
                            let (job, next) = link.0.wait();
                            let Some(job) = job.lock().unwrap().take() else { return };
                            *head = Arc::clone(next);
                            drop(head);
                            drop(link);
                            job();
                        }
                    })
                    .expect("a thread")
            })
            .collect();
        Self { tail: Mutex::new(first), threads }
    }

    fn append(&self, job: Option<Job>) {
        let mut tail = self.tail.lock().unwrap();
        let next = Arc::<Link>::default();
        let _ = tail.0.set((Mutex::new(job), Arc::clone(&next)));
        *tail = next;
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let cell = Arc::new(OnceLock::new());
        let theirs = Arc::clone(&cell);
        self.append(Some(Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job)).or(Err(JobPanicked));
            let _ = theirs.set(Mutex::new(Some(result)));
        })));
        JobHandle { cell }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.append(None);
        self.threads.drain(..).for_each(|thread| thread.join().expect("workers don't panic"));
    }
}

impl<T> JobHandle<T> {
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.cell.get().is_some()
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        self.cell.wait().lock().unwrap().take().expect("it is waited for once")
    }
}
