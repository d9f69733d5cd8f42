//! A panic in `f` is caught where it happens, everybody is told to stop, and the caller gets the
//! original payload.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

struct Shared<R> {
    next: AtomicUsize,
    stop: AtomicBool,
    results: Mutex<Vec<Option<R>>>,
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

impl<R: Send> Shared<R> {
    fn serve<T>(&self, items: &[T], f: &impl Fn(&T) -> R) {
        while !self.stop.load(Ordering::SeqCst) {
            let i = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(item) = items.get(i) else { break };
            match catch_unwind(AssertUnwindSafe(|| f(item))) {
                Ok(r) => self.results.lock().unwrap()[i] = Some(r),
                Err(p) => {
                    self.stop.store(true, Ordering::SeqCst);
                    self.payload.lock().unwrap().get_or_insert(p);
                }
            }
        }
    }
}

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    match workers {
        0 => panic!("workers == 0"),
        // one worker is the calling thread: the plain map does all that is asked for
        1 => return items.iter().map(f).collect(),
        _ => {}
    }

    let shared = Shared {
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        results: Mutex::new(items.iter().map(|_| None).collect()),
        payload: Mutex::new(None),
    };
    thread::scope(|s| {
        for _ in 0..workers.min(items.len()) {
            s.spawn(|| shared.serve(items, &f));
        }
    });

    if let Some(payload) = shared.payload.into_inner().unwrap() {
        resume_unwind(payload);
    }
    shared.results.into_inner().unwrap().into_iter().flatten().collect()
}
