//! "Whoever waits leaves its name; `set` goes through the list."

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

#[derive(Default)]
pub struct Event {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    set: bool,
    waiting: Vec<(Thread, Arc<AtomicBool>)>,
}

impl Event {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn wait(&self) {
        let may_go = Arc::new(AtomicBool::new(false));
        {
            let mut state = self.state.lock().unwrap();
            if state.set {
                return;
            }
            state.waiting.push((thread::current(), may_go.clone()));
        }
        while !may_go.load(Ordering::Acquire) {
            thread::park();
        }
    }

    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        for (thread, may_go) in state.waiting.drain(..) {
            may_go.store(true, Ordering::Release);
            thread.unpark();
        }
    }

    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }

    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }
}
