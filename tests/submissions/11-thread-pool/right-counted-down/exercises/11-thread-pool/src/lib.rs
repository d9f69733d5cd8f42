//! The drop in two steps: wait until everything has been worked, then say goodbye. A trait for jobs instead of boxed closures.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPanicked;

trait Job: Send {
    fn run(self: Box<Self>);
}

struct Call<F, T> {
    function: F,
    cell: Arc<Cell<T>>,
}

struct Cell<T> {
    content: Mutex<Content<T>>,
    ready: Condvar,
}

struct Content<T> {
    over: bool,
    value: Option<T>,
}

impl<F: FnOnce() -> T + Send, T: Send> Job for Call<F, T> {
    fn run(self: Box<Self>) {
        let value = catch_unwind(AssertUnwindSafe(self.function)).ok();
        *self.cell.content.lock().unwrap() = Content { over: true, value };
        self.cell.ready.notify_all();
    }
}

struct Board {
    jobs: VecDeque<Box<dyn Job>>,
    unfinished: usize,
    closed: bool,
}

struct Site {
    board: Mutex<Board>,
    job_there: Condvar,
    all_done: Condvar,
}

impl Site {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap()
    }

    fn work(&self) {
        let mut board = self.board();
        loop {
            if let Some(job) = board.jobs.pop_front() {
                drop(board);
                job.run();
                board = self.board();
                board.unfinished -= 1;
                if board.unfinished == 0 {
                    self.all_done.notify_all();
                }
            } else if board.closed {
                break;
            } else {
                board = self.job_there.wait(board).unwrap();
            }
        }
    }
}

pub struct ThreadPool {
    site: Arc<Site>,
    threads: Vec<JoinHandle<()>>,
}

pub struct JobHandle<T> {
    cell: Arc<Cell<T>>,
}

impl ThreadPool {
    pub fn new(workers: usize) -> Self {
        assert!(workers > 0, "`workers` is zero");
        let board = Board { jobs: VecDeque::new(), unfinished: 0, closed: false };
        let site =
            Arc::new(Site { board: Mutex::new(board), job_there: Condvar::new(), all_done: Condvar::new() });
        let start = |site: Arc<Site>| thread::spawn(move || site.work());
        Self { threads: (0..workers).map(|_| start(site.clone())).collect(), site }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let cell = Arc::new(Cell {
            content: Mutex::new(Content { over: false, value: None }),
            ready: Condvar::new(),
        });
        let mut board = self.site.board();
        board.jobs.push_back(Box::new(Call { function: job, cell: cell.clone() }));
        board.unfinished += 1;
        drop(board);
        self.site.job_there.notify_one();
        JobHandle { cell }
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        let board = self.site.board();
        let mut board = self.site.all_done.wait_while(board, |board| board.unfinished > 0).unwrap();
        board.closed = true;
        drop(board);
        self.site.job_there.notify_all();
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

impl<T> JobHandle<T> {
    pub fn is_finished(&self) -> bool {
        self.cell.content.lock().unwrap().over
    }

    pub fn wait(self) -> Result<T, JobPanicked> {
        let content = self.cell.content.lock().unwrap();
        let mut content = self.cell.ready.wait_while(content, |content| !content.over).unwrap();
        content.value.take().ok_or(JobPanicked)
    }
}
