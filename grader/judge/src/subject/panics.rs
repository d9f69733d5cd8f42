//! Panics: those of the student's code are reported with message and place, those that the judge injects are not.

use std::any::Any;
use std::cell::Cell;
use std::sync::Arc;

use super::Shared;
use crate::wire::{Panic, Place, ToJudge};

thread_local! {
    /// Set while this thread raises a panic that the judge asked for.
    static INJECTING: Cell<bool> = const { Cell::new(false) };
}

/// Sends each panic to the judge instead of printing it. A student's own hook replaces this one: then only the message
/// that reaches the caller is known.
pub(super) fn report_to(shared: Arc<Shared>) {
    std::panic::set_hook(Box::new(move |info| {
        if INJECTING.replace(false) {
            return;
        }
        let place = info.location().map(|at| Place { file: at.file().to_owned(), line: at.line() });
        let thread = std::thread::current().name().map(str::to_owned);
        shared.outbox.send(&ToJudge::Panicking(Panic { thread, message: message(info.payload()), place }));
    }));
}

/// The supplied work panics: an ordinary panic with an ordinary payload, so that the student's code meets the real thing.
pub(super) fn inject(message: String) -> ! {
    INJECTING.set(true);
    std::panic::panic_any(message)
}

/// The text of a panic's payload; empty where it is no text. At most 2,000 characters.
pub(super) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default();
    text.chars().take(2_000).collect()
}
