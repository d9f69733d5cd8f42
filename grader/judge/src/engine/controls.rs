//! A control experiment: threads of the judge's own that become ready to run after the subject was seen to stand still.
//!
//! A thread that is ready to run and gets no CPU looks as if it slept, where all that can be seen of it is its CPU time. The
//! machine shares its cores among all that are ready: threads that became ready later, as many as there are cores, show how long
//! that takes just now. An idle machine gives them their turn at once; a loaded one takes its time, and then the judge takes
//! several times that. This is no proof, only likely; a system that tells what each thread does needs none of it.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Thread};
use std::time::{Duration, Instant};

/// Cores that are tried at most.
const CORES_AT_MOST: usize = 8;

/// What a control does in its turn: some tens of microseconds, as a judged thread does, so that the machine favours neither.
const TURN: u32 = 20_000;

/// How many times the slowest turn of late a subject has to stand still.
const TIMES: u32 = 3;

/// The slowest turn of late, in nanoseconds, of all runs of this process: each begins with what the others know.
static SLOWEST: AtomicU64 = AtomicU64::new(0);

pub(super) struct Controls {
    threads: Vec<(Thread, Arc<Control>)>,
    /// Rounds that were begun.
    begun: usize,
}

#[derive(Default)]
struct Control {
    asked: AtomicUsize,
    asked_at: Mutex<Option<Instant>>,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Controls {
    /// Starts them.
    ///
    /// # Errors
    /// Where the machine has no room for so many threads.
    pub(super) fn new() -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from).min(CORES_AT_MOST);
        // One after the other into the value whose end is theirs.
        let mut controls = Self { threads: Vec::with_capacity(cores), begun: 0 };
        for _ in 0..cores {
            let control = Arc::new(Control::default());
            let own = Arc::clone(&control);
            let thread = Builder::new().spawn(move || own.serve())?.thread().clone();
            controls.threads.push((thread, control));
        }
        Ok(controls)
    }

    /// Begins the next round, if every control has had its turn in the last.
    pub(super) fn next_round(&mut self) -> bool {
        let is_over =
            self.threads.iter().all(|(_, control)| control.done.load(Ordering::Acquire) == self.begun);
        if !is_over {
            return false;
        }
        let _ = SLOWEST
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |slowest| Some(slowest - slowest / 128));
        self.begun += 1;
        let now = Instant::now();
        for (thread, control) in &self.threads {
            *control.asked_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            control.asked.store(self.begun, Ordering::Release);
            thread.unpark();
        }
        true
    }

    /// How long a subject has to stand still, as busy as the machine is just now.
    pub(super) fn still_for() -> Duration {
        Duration::from_nanos(SLOWEST.load(Ordering::Relaxed)) * TIMES
    }
}

impl Drop for Controls {
    fn drop(&mut self) {
        for (thread, control) in &self.threads {
            control.over.store(true, Ordering::Release);
            thread.unpark();
        }
    }
}

impl Control {
    fn serve(&self) {
        while !self.over.load(Ordering::Acquire) {
            let asked = self.asked.load(Ordering::Acquire);
            if asked == self.done.load(Ordering::Relaxed) {
                std::thread::park();
                continue;
            }
            for turn in 0..TURN {
                std::hint::black_box(turn);
            }
            if let Some(at) = *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner) {
                let took = u64::try_from(at.elapsed().as_nanos()).unwrap_or(u64::MAX);
                SLOWEST.fetch_max(took, Ordering::Relaxed);
            }
            self.done.store(asked, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_begins_when_the_last_one_is_over() {
        let mut controls = Controls::new().unwrap();
        for _ in 0..100 {
            while !controls.next_round() {
                std::thread::yield_now();
            }
        }
        assert_eq!(controls.begun, 100);
        assert!(controls.threads.iter().all(|(_, control)| control.done.load(Ordering::Acquire) >= 99));
    }
}
