//! The calling thread: its number, as the judge sees it from outside, and its name.

use crate::bounds;
use crate::wire::Tid;

/// The calling thread's name, where it has one; cut where it is long.
pub(super) fn name() -> Option<String> {
    std::thread::current().name().map(|name| bounds::cut(name, bounds::NAME))
}

/// The calling thread.
#[cfg(target_os = "linux")]
pub(super) fn current() -> Tid {
    thread_local! {
        static TID: Tid = {
            #[expect(unsafe_code, reason = "std does not tell the system's thread id")]
            // SAFETY: gettid takes nothing and cannot fail.
            let tid = unsafe { libc::gettid() };
            Tid::from(tid.unsigned_abs())
        };
    }
    TID.with(|tid| *tid)
}

/// The calling thread: numbered here where the judge cannot look at single threads anyway.
#[cfg(not(target_os = "linux"))]
pub(super) fn current() -> Tid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        // As many processes as a subject may have count their threads so.
        static TID: Tid = Tid::from(std::process::id()) << 32 | NEXT.fetch_add(1, Ordering::Relaxed);
    }
    TID.with(|tid| *tid)
}
