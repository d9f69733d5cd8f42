//! How a run ended: the first thing that every check looks at.

mod deadlock;
mod panic;
mod processes;

use super::{event_loop, growth, runaway};
use crate::run::{End, Exit, Run, Stuck, WorkRecord};
use crate::scenario::Ticks;
use crate::suite::{Finding, Status};
use crate::wire::{Panic, Place};
use crate::words;
use deadlock::deadlock;
pub(super) use panic::{OUTSIDE_OF_THE_RUNTIME, is_outside_of_the_runtime, unexpected_panic};
pub use panic::{own_panic, was_refused_a_thread};

/// Whether the run came to an end that other policies can judge.
///
/// # Errors
/// What ended it instead.
pub fn judge(run: &Run) -> Result<(), Finding> {
    not_done(run)?;
    match &run.end {
        End::Finished | End::Enough => Ok(()),
        End::Exited(exit) => Err(exited(run, *exit)),
        End::Deadlock(stuck) => Err(deadlock(run, stuck)),
        End::Oversleeps(stuck) | End::PollsForever(stuck) if run.event_loop => Err(stands_still(run, stuck)),
        End::Oversleeps(stuck) => Err(oversleeps(stuck)),
        // Whoever never calls the work will not do so in another run.
        End::PollsForever(stuck) => Err(polls_forever(run, stuck).hopeless_if(run.works.is_empty())),
        End::StandsStill(stuck) => Err(stands_still_unseen(run, stuck)),
        End::CpuBudget(running) => Err(cpu_budget(run, running)),
        End::RunsAway(excess) => Err(runaway::runs_away(run, *excess)),
        End::Outgrows(growth) => Err(growth::outgrows(growth, "input")),
        End::Overspends(running) => Err(runaway::overspends(running)),
        End::Dawdles(stuck) => Err(runaway::dawdles(stuck)),
        End::TakesNothing => Err(takes_nothing()),
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
    place.map_or_else(String::new, |place| format!(" at {}", words::place(place)))
}

fn exited(run: &Run, exit: Exit) -> Finding {
    // A student's panic while the process dies (an abort follows a second panic) tells more than the signal.
    // That one must not unwind out of a destructor is the library's own word on it.
    let in_a_panic = |panic: &&Panic| panic.message == "panic in a destructor during cleanup";
    let in_a_drop = run.panics.iter().any(|panic| in_a_panic(&panic));
    let panic = run
        .panics
        .iter()
        .rfind(|panic| !in_a_panic(panic))
        .map(|panic| format!("; before that: panic `{}`{}", panic.message, at(panic.place.as_ref())));
    let panic = panic.unwrap_or_default();
    let expected = "the call returns, and the process lives on";
    let (observed, cause, hint) = match exit {
        Exit::Status(status) if run.works.iter().any(|work| work.panicked) => (
            format!("a call of the work panicked, and the process ended itself with status {status}{panic}"),
            "something calls `std::process::exit` when there is a panic (a panic hook, a `catch_unwind`): that ends every thread",
            "let the panic reach the caller, who decides when the program ends",
        ),
        Exit::Status(status) => (
            format!("the process ended itself with status {status}{panic}"),
            "something called `std::process::exit`, which ends every thread at once",
            "return from the function instead; the caller decides when the program ends",
        ),
        Exit::Signal(SIGABRT) if run.output.contains("has overflowed its stack") => (
            "a thread ran out of stack".to_owned(),
            "a recursion that goes one level deeper for each step, or a large array in a local variable",
            "use a loop, or split the work in halves so that the depth stays small; keep a large table in a `Vec`",
        ),
        Exit::Signal(SIGABRT) if run.output.contains("memory allocation of ") => (
            "an allocation failed: the process was aborted (SIGABRT)".to_owned(),
            "the limit on memory: something grows without an end, or thousands of threads are alive (each stack counts 2 MiB)",
            "look for a collection that is only ever added to, and for a thread that is started for each item",
        ),
        Exit::Signal(SIGABRT) if run.output.contains("Rayon: detected unexpected panic") => (
            format!("rayon aborted the process (SIGABRT), for a task of a pool panicked{panic}"),
            "a panic in what `spawn` of rayon runs: nobody waits for such a task, so there is nobody to pass the panic on to, and rayon ends \
             the process",
            "catch it in the task (`catch_unwind`), send it to whoever waits for the result, and pass it on there (`resume_unwind`); \
             `scope`, `join` and `install` pass a panic on by themselves",
        ),
        Exit::Signal(SIGABRT) if in_a_drop => (
            format!(
                "the process was aborted (SIGABRT), for a `Drop` panicked while another panic was under way{panic}"
            ),
            "a second panic in the middle of the first one: a `Drop` that runs then panics itself (`unwrap` on the join of another thread \
             that has panicked, or on a lock that is poisoned)",
            "do not panic in a `Drop`: take the `Err` for what it is there (`let _ = handle.join()`, `PoisonError::into_inner`), and pass \
             a panic on elsewhere, once",
        ),
        Exit::Signal(SIGABRT) => (
            format!("the process was aborted (SIGABRT){panic}"),
            "`std::process::abort`, or a panic while another panic was being handled (often in a `Drop`)",
            "let a panic unwind to the caller; do not panic in `Drop`",
        ),
        // In the sandbox a program can't tell that it was the main thread's stack.
        Exit::Signal(SIGSEGV) => (
            format!(
                "the process was killed by SIGSEGV, most likely because its main thread ran out of stack{panic}"
            ),
            "a recursion that goes one level deeper for each step, or a large array in a local variable",
            "use a loop, or split the work in halves so that the depth stays small; keep a large table in a `Vec`",
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

/// Ticks: longer than it takes to look every tick for as long as the CPU budget lasts.
const LONG: Ticks = 1_000_000;

const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;

/// Lines that are told one by one.
const TOLD: usize = 12;

/// Each line once, with how often it came; of very many the first ones.
pub(super) fn each_once(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for line in lines {
        match counted.iter_mut().find(|(known, _)| *known == line) {
            Some((_, times)) => *times += 1,
            None => counted.push((line, 1)),
        }
    }
    let told = |(line, times)| if times > 1 { format!("{line} ({times} times)") } else { line };
    let more = counted.len().saturating_sub(TOLD);
    let mut lines: Vec<String> = counted.into_iter().take(TOLD).map(told).collect();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// ``thread `main` waits in `Receiver::recv` at src/lib.rs:23``.
pub(super) fn describe(thread: &Stuck) -> String {
    if thread.process.is_some() {
        return processes::describe(thread);
    }
    let place = at(thread.place.as_ref());
    match thread.callee.as_deref().filter(|_| thread.place.is_some()) {
        Some(callee) => format!("`{}` waits in `{}`{place}", thread.thread, words::last_names(callee)),
        None => format!("`{}` {}{place}", thread.thread, thread.wait),
    }
}

/// `` `main` at src/lib.rs:23 and `unnamed thread` (3 times)``.
pub(super) fn names(stuck: &[Stuck]) -> String {
    let name = |thread: &Stuck| {
        let process = thread.process.map_or_else(String::new, |process| format!("{}: ", process.kind()));
        format!("{process}`{}`{}", thread.thread, at(thread.place.as_ref()))
    };
    words::list(each_once(stuck.iter().map(name)))
}

fn oversleeps(stuck: &[Stuck]) -> Finding {
    Finding::fail(
        "a thread that waits is woken by the event that it waits for",
        format!(
            "no call of the work is in progress, all threads sleep, and on a timer of over 100 ms sleeps {}",
            names(stuck)
        ),
        "a fixed sleep, or a time limit on a wait, stands in for waiting until something happens",
        "wait for the event itself: join the thread, receive from the channel, wait on the condition",
    )
}

/// On an event loop, where time is virtual: a real wait means that something outside of the loop is waited for.
fn stands_still(run: &Run, stuck: &[Stuck]) -> Finding {
    let waits = each_once(stuck.iter().map(describe)).join("; ");
    let elsewhere = polled_elsewhere(run);
    let (cause, hint) = if elsewhere.is_empty() {
        (
            "`std::thread::sleep` or another blocking call on the runtime's thread, or work that was moved to another thread or \
             another runtime",
            "leave all of it to the caller's runtime: `tokio::spawn` or polling in place, and `tokio::time::sleep(..).await`",
        )
    } else {
        event_loop::MOVED
    };
    Finding::fail(
        "the runtime's thread polls everything, and waits by `.await` alone",
        format!("virtual time stands still, because something waits for real: {waits}{elsewhere}"),
        cause,
        hint,
    )
}

/// `. Work was polled on another thread than the call's`, or nothing.
fn polled_elsewhere(run: &Run) -> String {
    run.waiting.moved.map_or_else(String::new, |moved| format!(". W{}", &event_loop::polled(moved)[1..]))
}

/// Where threads can't be seen: a deadlock and a long sleep look the same.
fn stands_still_unseen(run: &Run, stuck: &[Stuck]) -> Finding {
    let threads = each_once(stuck.iter().map(describe)).join("; ");
    let threads = if threads.is_empty() { threads } else { format!(". {threads}") };
    let elsewhere = polled_elsewhere(run);
    let (cause, hint) = if !elsewhere.is_empty() {
        event_loop::MOVED
    } else if run.has_runtime() {
        (
            "something is awaited that nobody will bring about, or the runtime's thread is blocked (a std lock or channel, a long \
             `thread::sleep`), so that no task can run",
            "look at what each pending `.await` waits for, and who should bring it about; use nothing that blocks",
        )
    } else {
        (
            "a deadlock, most likely: a receiver waits while a sender is still alive, a lock is held by whoever waits for another, a \
             thread is joined that never ends. Or a fixed sleep stands in for waiting",
            "look at each place where a thread waits, and at who should wake it, also when the input is empty or a call panics",
        )
    };
    Finding::fail(
        "the call comes to an end",
        format!(
            "no call of the work is in progress, and the program stands still: in 2 s nothing came of its waiting{threads}{elsewhere}"
        ),
        cause,
        hint,
    )
}

fn polls_forever(run: &Run, stuck: &[Stuck]) -> Finding {
    let who = names(stuck);
    // On one clock it is known to do so, whatever is in progress.
    let is_work = |work: &&WorkRecord| work.end.is_none() && !work.work.is_held();
    let (observed, cause, hint) = match run.works.iter().filter(is_work).count() {
        0 => (
            format!(
                "no call of the work is in progress, and {who} wakes again and again, finds nothing and sleeps on"
            ),
            "it polls for something that nobody will bring about any more",
            "look at who should set what this loop waits for, also when the input is empty or a call panics",
        ),
        calls => (
            format!(
                "while {} in progress, {who} wakes thousands of times, finds nothing and sleeps on",
                if calls == 1 {
                    "a call of the work is".to_owned()
                } else {
                    format!("{calls} calls of the work are")
                }
            ),
            "it looks on a timer whether something has changed, instead of being woken by it",
            "await the event itself (the handle, the channel, the permit): it wakes whoever waits, and no timer is needed",
        ),
    };
    Finding::fail("the call comes to an end", observed, cause, hint)
}

fn cpu_budget(run: &Run, running: &[Stuck]) -> Finding {
    let who = if running.is_empty() { String::new() } else { format!(", in {}", names(running)) };
    // A loop without a timer lets no time pass at all: it fails where calls are short.
    let hours = |work: &WorkRecord| work.end.is_none() && work.ticks >= LONG;
    let (cause, hint) = if run.has_runtime() && run.works.iter().any(hours) {
        (
            "a loop that looks on a timer whether something has changed (`sleep`, `interval` or `timeout` of a few milliseconds): in \
             calls that take hours of virtual time, that is millions of rounds",
            "await the event itself (the handle, the channel, the permit): it wakes whoever waits, and no timer is needed",
        )
    } else if run.has_runtime() {
        (
            "a loop that never waits: it asks again and again whether something has changed (`yield_now().await` does not make it \
             wait, and without an `.await` nothing else ever runs), or costs more with each input",
            "await the handle, the channel or the permit itself, and do nothing for all inputs at each one",
        )
    } else if run.workers > 0 {
        (
            "an endless loop, or a loop that spins until something changes (busy-waiting); or what is sent takes very long to be made or read",
            "wait asleep: in `read`, on a channel, in `wait`; check the loop's end condition, and go through the bytes once",
        )
    } else {
        (
            "an endless loop, or a loop that spins until something changes (busy-waiting)",
            "wait asleep: on a channel, a condition, a join; and check the loop's end condition",
        )
    };
    Finding::new(
        Status::Timeout,
        "a thread either works or sleeps",
        format!("the CPU budget was used up without a call or a result{who}"),
        cause,
        hint,
    )
    .hopeless()
}

/// Nothing of the kit's stops its reader.
fn takes_nothing() -> Finding {
    Finding::fail(
        "the program takes what it is told, while it runs",
        "the program lives, and took none of the judge's answers for a minute",
        "the thread of the kit that reads them was stopped or kept from reading",
        "leave the kit's own thread and its channel alone",
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
    fn of_very_many_threads_a_few_are_told() {
        let lines = each_once((0..1_000).map(|thread| format!("thread {thread}")));
        assert_eq!(lines.len(), TOLD + 1);
        assert_eq!(lines.last().map(String::as_str), Some("and 988 more"));
        assert_eq!(each_once((0..1_000).map(|_| "one".to_owned())), ["one (1000 times)"]);
    }
}
