//! The results travel through a queue with four places. Whoever finds it full tries again until there is room.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam::channel::{TrySendError, bounded};

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "workers must be at least 1");
    let jobs = Mutex::new(jobs.into_iter().enumerate());
    let turn = Mutex::new(());
    let over = AtomicBool::new(false);
    struct Over<'a>(&'a AtomicBool);
    impl Drop for Over<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    thread::scope(|scope| {
        let _over = Over(&over);
        let (sender, receiver) = bounded(4);
        for _ in 0..workers {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                loop {
                    let Some((index, job)) = jobs.lock().unwrap().next() else { return };
                    let mut result = (index, work(job));
                    // One after the other, or a later result might slip in first.
                    let _turn = turn.lock().unwrap();
                    while let Err(TrySendError::Full(back)) = sender.try_send(result) {
                        if over.load(Ordering::SeqCst) {
                            return;
                        }
                        result = back;
                        std::hint::spin_loop();
                    }
                }
            });
        }
        drop(sender);
        for (index, result) in receiver {
            on_result(index, result);
        }
    });
}
