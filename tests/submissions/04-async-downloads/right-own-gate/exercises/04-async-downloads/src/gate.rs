//! A gate with a fixed number of places.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use tokio::sync::oneshot;

pub struct Gate {
    free: Cell<usize>,
    queue: RefCell<VecDeque<oneshot::Sender<()>>>,
}

pub struct Place<'a>(&'a Gate);

impl Gate {
    pub fn new(limit: usize) -> Self {
        assert!(limit > 0, "the gate's limit must be at least 1");
        Gate { free: Cell::new(limit), queue: RefCell::default() }
    }

    pub async fn enter(&self) -> Place<'_> {
        if self.free.get() > 0 {
            self.free.set(self.free.get() - 1);
        } else {
            let (sender, called) = oneshot::channel();
            self.queue.borrow_mut().push_back(sender);
            called.await.expect("the gate outlives the queue");
        }
        Place(self)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // Hand the place to the first one in the queue that is still there.
        let mut queue = self.0.queue.borrow_mut();
        while let Some(next) = queue.pop_front() {
            if next.send(()).is_ok() {
                return;
            }
        }
        self.0.free.set(self.0.free.get() + 1);
    }
}
