//! Busy loops that compete for the cores: a verdict must not change under them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Busy loops that run until this is dropped.
pub(super) struct Load(Arc<AtomicBool>);

impl Load {
    pub(super) fn of(loops: u16) -> io::Result<Self> {
        let load = Self(Arc::default());
        for _ in 0..loops {
            let stop = Arc::clone(&load.0);
            thread::Builder::new().spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })?;
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
