//! How a run ended: the first thing that every check looks at.

use crate::run::{End, Exit, Run, Stuck};
use crate::suite::{Finding, Status};
use crate::wire::{Outcome, Panic, Place};
use crate::words;

/// Whether the run came to an end that other policies can judge.
///
/// # Errors
/// What ended it instead.
pub fn judge(run: &Run) -> Result<(), Finding> {
    not_done(run)?;
    match &run.end {
        End::Finished => Ok(()),
        End::Exited(exit) => Err(exited(run, *exit)),
        End::Deadlock(stuck) => Err(deadlock(run, stuck)),
        End::Oversleeps(stuck) if run.event_loop => Err(stands_still(stuck)),
        End::Oversleeps(stuck) => Err(oversleeps(stuck)),
        End::PollsForever(stuck) => Err(polls_forever(stuck)),
        End::CpuBudget(running) => Err(cpu_budget(running)),
        End::Forged(why) => Err(forged(why)),
        End::Inconclusive(why) => Err(Finding::new(
            Status::Inconclusive,
            "the program comes to rest or to an end",
            why.clone(),
            "the machine was too busy, or the program waits for something outside itself",
            "run it again; if it stays like this, look for input or a file that it waits for",
        )
        .hopeless()),
    }
}

/// `todo!()` is no mistake: the student has not come to it yet.
fn not_done(run: &Run) -> Result<(), Finding> {
    let Some(todo) = run.panics.iter().find(|panic| panic.message.starts_with("not yet implemented")) else {
        return Ok(());
    };
    let mut finding = Finding::fail(
        "the function is written",
        format!("not done yet: `todo!()`{}", at(todo.place.as_ref())),
        "the function still has the body that it came with",
        "read the lesson in README.md, then replace `todo!()` with your answer",
    )
    .hopeless();
    finding.not_done = true;
    Err(finding)
}

/// ` at src/lib.rs:12`, or nothing.
pub(super) fn at(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!(" at {}:{}", from_src(&place.file), place.line))
}

/// The path as the student's editor shows it inside the exercise's folder: from `src/` on.
fn from_src(file: &str) -> &str {
    file.find("/src/").filter(|_| file.contains("exercises/")).map_or(file, |slash| &file[slash + 1..])
}

fn exited(run: &Run, exit: Exit) -> Finding {
    // A student's panic while the process dies (an abort follows a second panic) tells more than the signal.
    let panic = run
        .panics
        .last()
        .map(|panic| format!("; before that: panic `{}`{}", panic.message, at(panic.place.as_ref())));
    let panic = panic.unwrap_or_default();
    let expected = "the call returns, and the process lives on";
    let (observed, cause, hint) = match exit {
        Exit::Status(status) => (
            format!("the process ended itself with status {status}{panic}"),
            "something called `std::process::exit`, which ends every thread at once",
            "return from the function instead; the caller decides when the program ends",
        ),
        Exit::Signal(SIGABRT) if run.output.contains("has overflowed its stack") => (
            "a thread ran out of stack".to_owned(),
            "a recursion that goes one level deeper for each step",
            "use a loop, or split the work in halves so that the depth stays small",
        ),
        Exit::Signal(SIGABRT) if run.output.contains("memory allocation of ") => (
            "an allocation failed: the process was aborted (SIGABRT)".to_owned(),
            "the limit on memory: something grows without an end, or thousands of threads are alive (each stack counts 2 MiB)",
            "look for a collection that is only ever added to, and for a thread that is started for each item",
        ),
        Exit::Signal(SIGABRT) => (
            format!("the process was aborted (SIGABRT){panic}"),
            "`std::process::abort`, or a panic while another panic was being handled (often in a `Drop`)",
            "let a panic unwind to the caller; do not panic in `Drop`",
        ),
        Exit::Signal(SIGSEGV) => (
            format!("the process was killed by SIGSEGV{panic}"),
            "most likely a stack that ran out",
            "look for a recursion without an end",
        ),
        Exit::Signal(SIGXCPU) => (
            "the process was killed for its use of CPU time (SIGXCPU)".to_owned(),
            "the limit on CPU time: an endless loop, or threads that spin until something changes",
            "wait asleep: on a channel, a condition, a join; and check the loop's end condition",
        ),
        Exit::Signal(SIGXFSZ) | Exit::TooManyFiles => (
            "the process was killed for writing files".to_owned(),
            "the limit on files: an answer needs none",
            "keep everything in memory, and print less",
        ),
        Exit::Signal(signal) => (
            format!("the process was killed by signal {signal}{panic}"),
            "most likely too much memory or CPU time",
            "look for something that grows without an end",
        ),
        Exit::Unknown => (
            format!("the process ended by itself{panic}"),
            "it could not be learnt why",
            "look for `exit` and `abort`",
        ),
    };
    Finding::new(Status::Crash, expected, observed, cause, hint).hopeless_if(run.works.is_empty())
}

const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;

fn deadlock(run: &Run, stuck: &[Stuck]) -> Finding {
    let mut threads = Vec::new();
    for thread in stuck {
        let line = describe(thread);
        match threads.iter_mut().find(|(known, _): &&mut (String, usize)| *known == line) {
            Some((_, times)) => *times += 1,
            None => threads.push((line, 1)),
        }
    }
    let threads = threads
        .into_iter()
        .map(|(line, times)| if times > 1 { format!("{line} ({times} times)") } else { line });
    let observed = format!(
        "deadlock: every thread waits for another one, and no call of the work is in progress. {}",
        threads.collect::<Vec<_>>().join("; ")
    );
    let (cause, hint) = deadlock_cause(run, stuck);
    Finding::new(Status::Deadlock, "the call comes to an end", observed, cause, hint)
}

/// As [`Stuck::wait`] says it of an idle event loop.
const EVENT_LOOP: &str = "waits in its event loop";

/// ``thread `main` waits in `Receiver::recv` at src/lib.rs:23``.
pub(super) fn describe(thread: &Stuck) -> String {
    let place = at(thread.place.as_ref());
    match thread.callee.as_deref().filter(|_| thread.place.is_some()) {
        Some(callee) => format!("`{}` waits in `{}`{place}", thread.thread, short(callee)),
        None => format!("`{}` {}{place}", thread.thread, thread.wait),
    }
}

/// The last two names of a path, without type arguments: `Receiver::recv`.
fn short(path: &str) -> String {
    // `<Type as Trait>::method` and `<Type>::method` are `Type::method` to a learner.
    let path = match path.strip_prefix('<').zip(path.rsplit_once(">::")) {
        Some((inner, (_, method))) => {
            let kind = inner.split_once(" as ").or(inner.rsplit_once(">::")).map_or(inner, |(kind, _)| kind);
            format!("{kind}::{method}")
        }
        None => path.to_owned(),
    };
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in path.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let names: Vec<&str> =
        plain.split("::").filter(|name| !name.is_empty() && !name.starts_with('{')).collect();
    names[names.len().saturating_sub(2)..].join("::")
}

fn deadlock_cause(run: &Run, stuck: &[Stuck]) -> (String, String) {
    let in_event_loop = |thread: &Stuck| thread.wait == EVENT_LOOP;
    let waits_in = |what: &str| {
        stuck.iter().any(|thread| thread.callee.as_deref().is_some_and(|callee| callee.contains(what)))
    };
    let panicked = run.works.iter().any(|work| work.panicked) || !run.panics.is_empty();
    let main = stuck.iter().find(|thread| thread.thread == "main");
    let (cause, hint) = if run.event_loop && main.is_some_and(|main| !in_event_loop(main)) {
        (
            "a blocking wait on the runtime's thread (a std lock or channel, a nested `block_on`): the task that would end the \
             wait can never run",
            "use what can be awaited: tokio's channels and locks, `.await` on the handle; and hold no std guard across an `.await`",
        )
    } else if run.event_loop {
        (
            "a future is awaited that nobody will complete: a channel whose sender is kept, a handle of a task that was never \
             told, a notification that was sent before",
            "look at what each pending `.await` waits for, and at who should bring it about, also after a panic or a cancel",
        )
    } else if panicked {
        (
            "a thread panicked, and the others still wait for what it will never send, unlock or signal",
            "make sure that a panic wakes everyone who waits: drop the sender, pass the panic on when joining",
        )
    } else if waits_in("recv") || waits_in("Iter") || waits_in("mpsc") || waits_in("mpmc") {
        if waits_in("send") {
            (
                "a bounded channel is full and its receiver waits for the senders to end",
                "receive while the senders still run, and join them afterwards",
            )
        } else {
            (
                "a receiver waits for the next message while a sender is still alive that sends nothing any more",
                "drop every sender, the original one too, before you receive to the end",
            )
        }
    } else if waits_in("send") {
        (
            "a bounded channel is full and nobody receives from it",
            "receive while the senders still run, and join them afterwards",
        )
    } else if waits_in("Mutex") && (waits_in("join") || waits_in("scope") || waits_in("rayon")) {
        (
            "a thread holds a lock and waits for others that need the same lock",
            "let go of the lock (end the guard's scope) before you wait for other threads",
        )
    } else if waits_in("Mutex") || waits_in("RwLock") {
        (
            "threads wait for locks that are held by one another, or a thread locks what it has locked already",
            "hold one lock at a time, and end the guard's scope early",
        )
    } else if waits_in("Condvar") {
        (
            "a thread waits on a condition that nobody signals any more",
            "check the condition in a loop under the lock, and notify after every change",
        )
    } else if waits_in("Barrier") {
        (
            "fewer threads reach the barrier than it was made for",
            "count the threads that will really come to the barrier",
        )
    } else {
        (
            "what these threads wait for can come only from one of them",
            "follow the waits from thread to thread until you are back where you began; break the circle there",
        )
    };
    (cause.to_owned(), hint.to_owned())
}

fn names(stuck: &[Stuck]) -> String {
    words::list(stuck.iter().map(|thread| format!("`{}`{}", thread.thread, at(thread.place.as_ref()))))
}

fn oversleeps(stuck: &[Stuck]) -> Finding {
    Finding::fail(
        "a thread that waits is woken by the event that it waits for",
        format!(
            "no call of the work is in progress, all threads sleep, and {} sleeps on a timer for over 100 ms",
            names(stuck)
        ),
        "a fixed sleep, or a time limit on a wait, stands in for waiting until something happens",
        "wait for the event itself: join the thread, receive from the channel, wait on the condition",
    )
}

/// On an event loop, where time is virtual: a real wait means that something outside of the loop is waited for.
fn stands_still(stuck: &[Stuck]) -> Finding {
    let waits = stuck.iter().map(describe).collect::<Vec<_>>().join("; ");
    Finding::fail(
        "the runtime's thread polls everything, and waits by `.await` alone",
        format!("virtual time stands still, because something waits for real: {waits}"),
        "`std::thread::sleep` or another blocking call on the runtime's thread, or work that was moved to another thread or \
         another runtime",
        "leave all of it to the caller's runtime: `tokio::spawn` or polling in place, and `tokio::time::sleep(..).await`",
    )
}

fn polls_forever(stuck: &[Stuck]) -> Finding {
    Finding::fail(
        "the call comes to an end",
        format!(
            "no call of the work is in progress, and {} wakes again and again, finds nothing and sleeps on",
            names(stuck)
        ),
        "it polls for something that nobody will bring about any more",
        "look at who should set what this loop waits for, also when the input is empty or a call panics",
    )
}

fn cpu_budget(running: &[Stuck]) -> Finding {
    let who = if running.is_empty() { String::new() } else { format!(", in {}", names(running)) };
    Finding::new(
        Status::Timeout,
        "a thread either works or sleeps",
        format!("the CPU budget was used up without a call or a result{who}"),
        "an endless loop, or a loop that spins until something changes (busy-waiting)",
        "wait asleep: on a channel, a condition, a join; and check the loop's end condition",
    )
    .hopeless()
}

fn forged(why: &str) -> Finding {
    Finding::fail(
        "only the supplied work speaks to the judge",
        format!("a message that the kit did not send: {why}"),
        "the program wrote to the channel between it and the judge",
        "leave that channel alone: call the function that you are given",
    )
}

/// Whether a call ended in a panic that nobody injected, and the finding that says so.
pub(super) fn unexpected_panic(run: &Run, call: usize) -> Option<Finding> {
    let Some((_, Outcome::Panicked(message))) = &run.calls[call].ended else { return None };
    // What a scope says of its threads tells less than what the thread said.
    let same = |panic: &&Panic| panic.message == *message && message != "a scoped thread panicked";
    let source = run.panics.iter().find(same).or(run.panics.first());
    let (said, place) =
        source.map_or((message.as_str(), None), |panic| (panic.message.as_str(), panic.place.as_ref()));
    let (cause, hint) = if said.contains("failed to spawn thread") {
        (
            "the limit on threads, or on memory for their stacks: more are alive at a time than a run may have",
            "start as many threads as the contract allows, and join them before you start more",
        )
    } else {
        (
            "a panic in your code that nothing in the work caused",
            "look at the line; RUST_BACKTRACE is not needed, the message is the one that Rust prints",
        )
    };
    let observed = format!("it panicked: `{said}`{}", at(place));
    Some(Finding::new(Status::Crash, "the call returns", observed, cause, hint))
}

impl Finding {
    fn hopeless_if(mut self, hopeless: bool) -> Self {
        self.hopeless = hopeless;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortened_to_what_a_learner_calls() {
        assert_eq!(short("std::sync::mpsc::Receiver<T>::recv"), "Receiver::recv");
        assert_eq!(short("<std::sync::mpsc::Iter<T> as core::iter::Iterator>::next"), "Iter::next");
        assert_eq!(
            short("<std::sync::mpsc::IntoIter<(usize, u64)> as core::iter::Iterator>::next"),
            "IntoIter::next"
        );
        assert_eq!(short("<std::sync::poison::mutex::Mutex<u64>>::lock"), "Mutex::lock");
        assert_eq!(short("std::thread::scoped::scope::{{closure}}"), "scoped::scope");
        assert_eq!(from_src("exercises/03-ordered-map/src/lib.rs"), "src/lib.rs");
        assert_eq!(from_src("/rustc/1/library/std/src/lib.rs"), "/rustc/1/library/std/src/lib.rs");
    }
}
