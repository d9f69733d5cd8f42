//! Panics: those of the student's code are reported with message and place, those that the judge injects are not.
//!
//! The place is the student's own line, or none: where the library panics (`sum` that overflows), or the kit itself (work that
//! is polled without a runtime), it is the line that led there.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Shared, places, threads};
use crate::bounds;
use crate::wire::{Panic, Place, ToJudge};

thread_local! {
    /// Set while this thread raises a panic that the judge asked for.
    static INJECTING: Cell<bool> = const { Cell::new(false) };
}

/// How many panics outside of the student's source are traced back to it: that reads in debug information, and a report tells one.
const TRACED_AT_MOST: u32 = 3;

/// Sends each panic to the judge instead of printing it. A student's own hook replaces this one: then only the message
/// that reaches the caller is known.
pub(super) fn report_to(shared: Arc<Shared>) {
    std::panic::set_hook(Box::new(move |info| {
        if INJECTING.replace(false) {
            return;
        }
        let own = info.location().and_then(|at| places::of_student(at.file(), at.line()));
        let place = own.or_else(traced_back);
        let thread = threads::name();
        shared.outbox.send(&ToJudge::Panicking(Panic { thread, message: message(info.payload()), place }));
    }));
}

/// The student's line that led to the panic of this moment, where there is one.
fn traced_back() -> Option<Place> {
    static TRACED: AtomicU32 = AtomicU32::new(0);
    if TRACED.fetch_add(1, Ordering::Relaxed) >= TRACED_AT_MOST {
        return None;
    }
    places::innermost(&Backtrace::force_capture().to_string()).0
}

/// The supplied work panics: an ordinary panic with an ordinary payload, so that the student's code meets the real thing.
pub(super) fn inject(message: String) -> ! {
    INJECTING.set(true);
    panic_any(message)
}

/// What the supplied work panics with, where the judge has it panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raises {
    /// A `String`, as `panic!("{why}")` does.
    String,
    /// A `&str`, as `panic!("…")` does.
    Str,
    /// Something that is no text, as `panic_any` may.
    Number,
}

impl Raises {
    /// Calls the supplied work, or polls it.
    ///
    /// # Panics
    /// With this payload where the judge has it panic.
    pub fn in_place_of_a_string<R>(self, work: impl FnOnce() -> R) -> R {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| match self {
            Self::String => resume_unwind(payload),
            Self::Str => resume_unwind(Box::new("this work is bad")),
            Self::Number => resume_unwind(Box::new(17_u8)),
        })
    }
}

/// The text of a panic's payload, cut where it is long; empty where it is no text.
pub(super) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default();
    bounds::cut(text, bounds::MESSAGE)
}
