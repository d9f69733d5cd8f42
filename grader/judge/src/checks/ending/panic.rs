//! Panics of the student's own code: the line, and what lies behind the messages of Rust's library.

use super::at;
use crate::run::Run;
use crate::suite::{Finding, Status};
use crate::wire::{Outcome, Panic};

/// Whether a call ended in a panic that nobody injected, and the finding that says so.
pub(in crate::checks) fn unexpected_panic(run: &Run, call: usize) -> Option<Finding> {
    let Some((_, Outcome::Panicked(message))) = &run.calls[call].ended else { return None };
    // What a scope or a join says of its threads tells less than what the thread said.
    let passed_on = message == "a scoped thread panicked" || message.contains("Any { .. }");
    let same = |panic: &&Panic| panic.message == *message && !passed_on;
    let source = run.panics.iter().find(same).or(run.panics.first());
    let (said, place) =
        source.map_or((message.as_str(), None), |panic| (panic.message.as_str(), panic.place.as_ref()));
    let (cause, hint) = why_panicked(said, run);
    let observed = format!("it panicked: `{}`{}", said.trim_end(), at(place));
    Some(Finding::new(Status::Crash, "the call returns", observed, cause, hint))
}

/// The first panic that nobody injected, where there is one: what it said, and why it came and what to try.
#[must_use]
pub fn own_panic(run: &Run) -> Option<(String, &'static str, &'static str)> {
    let panic = run.panics.first()?;
    let (cause, hint) = why_panicked(&panic.message, run);
    Some((format!("`{}`{}", panic.message.trim_end(), at(panic.place.as_ref())), cause, hint))
}

/// What tokio says where there is none of its runtimes, or one without timers.
fn is_of_tokio(said: &str) -> bool {
    said.contains("no reactor running") || said.contains("timers are disabled")
}

/// Whether something was polled where the caller's runtime is not.
pub(in crate::checks) fn is_outside_of_the_runtime(run: &Run) -> bool {
    run.event_loop && run.panics.iter().any(|panic| is_of_tokio(&panic.message))
}

pub(in crate::checks) const OUTSIDE_OF_THE_RUNTIME: (&str, &str) = (
    "the work, or something of tokio's, is used outside of the caller's runtime: on a thread of its own, in a runtime that you built, or \
     under another executor's `block_on`",
    "leave every future to the runtime that polls you: `tokio::spawn`, a `JoinSet`, or `join_all` in place; no threads and no runtime of \
     your own",
);

/// The system's answer (`EAGAIN`) where it has no thread, or no memory for its stack; a socket that is not ready has the same code.
fn is_refused(said: &str) -> bool {
    said.contains("code: 11, kind: WouldBlock")
}

/// The same, and the message says that it was a thread: `Builder::spawn`'s error with a word of the student's own, or rayon's.
fn is_refused_thread(said: &str) -> bool {
    let names_a_thread = ["spawn", "thread", "ThreadPoolBuildError"].iter().any(|word| said.contains(word));
    is_refused(said) && names_a_thread
}

/// Whether the system had no thread for the program: its own doing if that recurs, and else the machine's.
#[must_use]
pub fn was_refused_a_thread(run: &Run) -> bool {
    run.panics.iter().any(|panic| is_refused_thread(&panic.message))
}

/// What lies behind the panics that Rust's own library and the given ones raise, by their messages.
fn why_panicked(said: &str, run: &Run) -> (&'static str, &'static str) {
    let begins = |start: &str| said.starts_with(start);
    let work_panicked = run.works.iter().any(|work| work.panicked);
    if work_panicked && run.panics.is_empty() {
        (
            "the panic of the work itself: it is called, or awaited, inside of this call, and nothing stops its panic on the way",
            "let somebody else run it, who hands a panic over as an `Err`: a spawned task's handle, a thread's `join`",
        )
    } else if said.contains("from within a runtime") {
        (
            "a blocking wait (`block_on`, `blocking_recv`) inside async code: the runtime refuses it, as nothing else could run",
            "use `.await` instead",
        )
    } else if is_of_tokio(said) {
        OUTSIDE_OF_THE_RUNTIME
    } else if said.contains("failed to spawn thread") || is_refused_thread(said) {
        (
            "the limit on threads, or on memory for their stacks, which count as large as they were asked for, used or not: 1,200 threads \
             with stacks of 2 MiB are what a run may have, or fewer with larger ones",
            "start as many threads as the contract allows, and join them before you start more; leave out `stack_size`, or ask for less; \
             where it does that, look at what this machine allows (`ulimit -u`, a container's limit on processes)",
        )
    } else if is_refused(said) {
        (
            "the system has not got it just now (`EAGAIN`): a thread, or the memory for its stack, which counts as large as it was asked \
             for, used or not; or what a pipe or a socket was asked for is not there yet",
            "for threads: join them before you start more, and leave out `stack_size`, or ask for less; for a pipe or a socket: wait until \
             it is ready",
        )
    } else if said.contains("JoinError::Cancelled") {
        (
            "an `unwrap` on the handle of a task that was cancelled: its `Err` says so",
            "a handle's `Err` has two causes, cancellation and panic: ask it, with `is_cancelled()` or `is_panic()`",
        )
    } else if said.contains("PoisonError") {
        (
            "another thread panicked while it held this lock: its panic is the one to look at",
            "find the first panic, and hold no lock where something can panic",
        )
    } else if work_panicked {
        (
            "an `unwrap` on what another thread or task left behind when it panicked",
            "look at the `Err`: a join's says that there was a panic, a lock's that its holder panicked, a channel's that the other \
             end is gone",
        )
    } else if begins("index out of bounds") || begins("range ") || begins("mid > len") {
        (
            "a list is shorter than the code believes: it is empty, or shorter than the number of threads, or the index is none that \
             was ever given out, or counts something else",
            "compare the index and the length that the message names: for which input do they come? An empty list comes first to \
             mind; where an index may be unknown, ask with `get`",
        )
    } else if said.contains("divide by zero") || said.contains("divisor of zero") || begins("chunk size must")
    {
        (
            "a division by a number that can be 0: a length, or a quotient that is rounded down",
            "treat the empty list, and fewer inputs than threads, before that line (or `.max(1)`, `div_ceil`)",
        )
    } else if begins("called `Option::unwrap()`") || begins("called `Option::expect()`") {
        (
            "something is taken for granted that is not there: an element of an empty list, a key that was removed before, a \
             result that never came",
            "ask what `None` means at that line, and for which input it comes",
        )
    } else if said.contains("subtract with overflow") {
        (
            "a number without a sign would go below 0: something is subtracted from 0, or from less than itself (a recursion \
             or a range that has no case for 0, a length of 0)",
            "treat 0 by itself before that line (0! is 1), or say what comes below 0: `checked_sub`, `saturating_sub`",
        )
    } else if said.contains("with overflow") || said.contains("too big") || said.contains("TryFromIntError") {
        (
            "a number outgrows its type, maybe one on the way to a result that is small enough",
            "use a type that holds it (`u128`, or `BigUint`, which holds any), or reckon in another order, so that nothing on the way gets so \
             large; if only some of the bits are wanted, say so: `wrapping_mul`",
        )
    } else if said.contains("SendError") {
        (
            "nobody receives any more: the receiver was dropped while others still send",
            "receive until the channel is closed, and keep the receiver until then",
        )
    } else if said.contains("RecvError") {
        (
            "nothing comes any more: the channel is empty, and its last sender is gone (with no input there is nothing to send)",
            "take a closed channel for the end, not for a failure",
        )
    } else {
        ("a panic in your own code: nothing in the work panicked", "look at the line that the message names")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Place;

    fn told(said: &str) -> (String, String) {
        let mut run = Run::of_nothing();
        let place = Some(Place { file: "exercises/05-task-scheduling/src/lib.rs".to_owned(), line: 9 });
        run.panics.push(Panic { thread: None, message: said.to_owned(), place });
        let (observed, cause, _) = own_panic(&run).expect("it panicked");
        (observed, cause.to_owned())
    }

    #[test]
    fn what_the_library_says_is_told_by_its_cause() {
        let cause = |said: &str| told(said).1;
        assert!(cause("attempt to subtract with overflow").contains("below 0"));
        assert!(cause("attempt to multiply with overflow").contains("outgrows its type"));
        let refused = r#"failed to spawn: Os { code: 11, kind: WouldBlock, message: "Resource temporarily unavailable" }"#;
        assert!(cause(refused).contains("memory for their stacks"));
        assert!(cause(&refused.replace("failed to spawn", "no luck")).contains("or a socket"));
        let outside = "outside of the caller's runtime";
        assert!(
            cause("there is no reactor running, must be called from the context of a Tokio 1.x runtime")
                .contains(outside)
        );
        assert!(
            cause("A Tokio 1.x context was found, but timers are disabled. Call `enable_time` …")
                .contains(outside)
        );
    }

    #[test]
    fn a_thread_that_was_refused_is_known_by_the_code_and_the_word() {
        let refused = |said: &str| {
            let mut run = Run::of_nothing();
            run.panics.push(Panic { thread: None, message: said.to_owned(), place: None });
            was_refused_a_thread(&run)
        };
        assert!(refused(r#"failed to spawn thread: Os { code: 11, kind: WouldBlock, message: "…" }"#));
        assert!(!refused(r#"no bytes: Os { code: 11, kind: WouldBlock, message: "…" }"#));
        assert!(!was_refused_a_thread(&Run::of_nothing()));
    }

    #[test]
    fn the_first_panic_is_told_with_its_own_words_and_place() {
        assert_eq!(told("no luck").0, "`no luck` at src/lib.rs:9");
        assert_eq!(own_panic(&Run::of_nothing()), None);
    }
}
