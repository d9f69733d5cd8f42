//! A program that can never go on: each thread with what it waits for, and the mistakes that such waits come from.

use super::{describe, each_once};
use crate::run::{Run, Stuck};
use crate::suite::{Finding, Status};

pub(super) fn deadlock(run: &Run, stuck: &[Stuck]) -> Finding {
    let who = match stuck {
        _ if run.event_loop => "what is awaited can never come",
        [_] => "the only thread left waits for what can never come",
        _ => "every thread waits for another one",
    };
    let (cause, hint) = cause(run, stuck);
    // Which thread was looked at first is chance.
    let mut stuck: Vec<&Stuck> = stuck.iter().collect();
    stuck.sort_by_key(|thread| (thread.thread != "main", describe(thread)));
    let threads = each_once(stuck.into_iter().map(describe)).join("; ");
    let observed = format!("deadlock: {who}, and no call of the work is in progress. {threads}");
    Finding::new(Status::Deadlock, "the call comes to an end", observed, cause, hint)
}

/// As [`Stuck::wait`] says it of an idle event loop.
const EVENT_LOOP: &str = "waits in its event loop";

fn cause(run: &Run, stuck: &[Stuck]) -> (String, String) {
    let in_event_loop = |thread: &Stuck| thread.wait == EVENT_LOOP;
    let waits_in = |what: &str| {
        stuck.iter().any(|thread| thread.callee.as_deref().is_some_and(|callee| callee.contains(what)))
    };
    let receives = || ["recv", "Iter", "mpsc", "mpmc"].iter().any(|what| waits_in(what));
    let panicked = run.works.iter().any(|work| work.panicked) || !run.panics.is_empty();
    let main = stuck.iter().find(|thread| thread.thread == "main");
    let (cause, hint) = if run.event_loop && main.is_some_and(|main| !in_event_loop(main)) {
        (
            "a blocking wait on the runtime's thread (a std lock or channel, a nested `block_on`): the task that would end the \
             wait can never run",
            "use what can be awaited: tokio's channels and locks, `.await` on the handle; and hold no std guard across an `.await`",
        )
    } else if run.event_loop && panicked {
        (
            "a task panicked, and what it should have sent, counted or given back is still awaited",
            "await the task's handle, which also tells of a panic; or let a guard's `Drop` say that the task has ended",
        )
    } else if run.event_loop {
        (
            "something is awaited that nobody will bring about: a message of a task that was cancelled, a channel that is full or \
             whose sender is kept, a permit that is never given back, a notification that was sent before",
            "look at what each pending `.await` waits for, and at who should bring it about, also after a failure or a cancel",
        )
    } else if waits_in("Mutex")
        && (waits_in("join") || waits_in("scope") || waits_in("install") || waits_in("rayon"))
    {
        (
            "a thread holds a lock and waits for others that need the same lock",
            "let go of the lock (end the guard's scope) before you wait for other threads",
        )
    } else if waits_in("Mutex") || waits_in("RwLock") {
        (
            "threads wait for locks that are held by one another, or a thread locks what it has locked already",
            "hold one lock at a time, and end the guard's scope early",
        )
    } else if panicked && waits_in("Barrier") {
        (
            "the thread that panicked never comes to the barrier, and the others wait there for it",
            "let the join tell you that all are done: a thread that panicked is joined like every other",
        )
    } else if panicked && waits_in("Condvar") {
        (
            "the thread that panicked never counts or signals, and the others wait for that",
            "join the threads, or let a guard's `Drop` count and notify: it runs in a panic too",
        )
    } else if panicked && receives() && !waits_in("send") {
        (
            "the message of the thread that panicked never comes, and the channel stays open, because a sender is still alive",
            "let each thread own its sender, drop the original one, and receive until the channel is closed",
        )
    } else if panicked && waits_in("send") {
        (
            "a bounded channel is full, and nobody receives from it any more: its receiver is still there, but whoever held it has \
             panicked, or waits for the senders to end",
            "receive while the senders still run; and let whoever receives own the receiver, so that a panic drops it and `send` \
             gives an error",
        )
    } else if panicked {
        (
            "a thread panicked, and the others still wait for what it will never send, unlock or signal",
            "make sure that a panic wakes everyone who waits: drop the sender, pass the panic on when joining",
        )
    } else if receives() {
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
