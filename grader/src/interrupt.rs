//! Ctrl-C and SIGTERM while a class is graded, or the kit verified.
//!
//! The first asks for an end, which comes at once: nothing that was judged has to be waited for, as it is in the store already.
//! A second one, should that take long, or one when all is judged, ends the process on the spot; the store bears that too. What
//! runs in the sandbox dies with this process either way.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::exit::Exit;

/// From now on, the first signal does this, and the next one ends the process; the first one, too, where this says that nobody
/// listens any more.
pub(crate) fn on_first(mut stop: impl FnMut() -> bool + Send + 'static) -> Result<()> {
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::SeqCst) || !stop() {
            std::process::exit(Exit::Stopped as i32);
        }
    };
    ctrlc::set_handler(handler).context("Ctrl-C can't be listened to")
}
