//! Busy loops that compete for the cores: a verdict must not change under them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Busy loops that run until this is dropped.
pub(super) struct Load(Arc<AtomicBool>);

impl Load {
    pub(super) fn of(loops: u16) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        for _ in 0..loops {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        Self(stop)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
