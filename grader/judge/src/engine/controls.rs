//! A control experiment: threads of the judge's own that become ready to run after the subject was seen to stand still.
//!
//! A thread that is ready to run and gets no CPU looks as if it slept, where all that can be seen of it is its CPU time. The
//! machine shares its cores among all that are ready: once threads that became ready later have had their turn, on as many
//! cores as there are, so has whatever was ready in the subject. An idle machine gives that turn at once; a loaded one takes
//! its time, and then the judge takes it too. That is no proof, only very likely; hence several rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;

/// Cores that are tried at most.
const CORES_AT_MOST: usize = 8;

/// What a control does in its turn: a few microseconds, so that no core serves all of them.
const TURN: u32 = 2_000;

pub(super) struct Controls {
    threads: Vec<(Thread, Arc<Control>)>,
    /// Rounds that were begun.
    begun: usize,
}

#[derive(Default)]
struct Control {
    asked: AtomicUsize,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Controls {
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from).min(CORES_AT_MOST);
        let threads = (0..cores).map(|_| {
            let control = Arc::new(Control::default());
            let own = Arc::clone(&control);
            (std::thread::spawn(move || own.serve()).thread().clone(), control)
        });
        Self { threads: threads.collect(), begun: 0 }
    }

    /// Begins the next round, if every control has had its turn in the last.
    pub(super) fn next_round(&mut self) -> bool {
        if self.threads.iter().any(|(_, control)| control.done.load(Ordering::Acquire) < self.begun) {
            return false;
        }
        self.begun += 1;
        for (thread, control) in &self.threads {
            control.asked.store(self.begun, Ordering::Release);
            thread.unpark();
        }
        true
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
            self.done.store(asked, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_begins_when_the_last_one_is_over() {
        let mut controls = Controls::new();
        for _ in 0..100 {
            while !controls.next_round() {
                std::thread::yield_now();
            }
        }
        assert_eq!(controls.begun, 100);
        assert!(controls.threads.iter().all(|(_, control)| control.done.load(Ordering::Acquire) >= 99));
    }
}
