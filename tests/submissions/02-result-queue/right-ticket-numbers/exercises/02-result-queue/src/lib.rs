//! each finished job draws a number at its end; the caller serves the numbers in order
use std::collections::HashMap;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Desk<R> {
    drawn: usize,
    waiting: HashMap<usize, (usize, R)>,
    workers_left: usize,
}

struct Leaves<'a, R>(&'a Mutex<Desk<R>>, &'a Condvar);

impl<R> Drop for Leaves<'_, R> {
    fn drop(&mut self) {
        self.0.lock().unwrap().workers_left -= 1;
        self.1.notify_one();
    }
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    assert!(workers > 0, "no workers");
    let count = jobs.len();
    let slots: Vec<Mutex<Option<J>>> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let desk = Mutex::new(Desk { drawn: 0, waiting: HashMap::new(), workers_left: workers });
    let bell = Condvar::new();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let _leaves = Leaves(&desk, &bell);
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(slot) = slots.get(i) else { return };
                    let job = slot.lock().unwrap().take().unwrap();
                    let result = work(job);
                    let mut desk = desk.lock().unwrap();
                    let ticket = desk.drawn;
                    desk.drawn += 1;
                    desk.waiting.insert(ticket, (i, result));
                    drop(desk);
                    bell.notify_one();
                }
            });
        }
        let mut serving = 0;
        loop {
            let mut desk = bell
                .wait_while(desk.lock().unwrap(), |desk| {
                    !desk.waiting.contains_key(&serving) && desk.workers_left > 0
                })
                .unwrap();
            let Some((i, result)) = desk.waiting.remove(&serving) else { break };
            drop(desk);
            on_result(i, result);
            serving += 1;
        }
        assert!(serving <= count);
    });
}
