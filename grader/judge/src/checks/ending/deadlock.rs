//! A program that can never go on: each thread with what it waits for, and the mistakes that such waits come from.

use super::{describe, each_once, polled_elsewhere, processes};
use crate::checks::event_loop::MOVED;
use crate::run::{Run, Stuck};
use crate::suite::{Finding, Status};
use crate::words;

pub(super) fn deadlock(run: &Run, stuck: &[Stuck]) -> Finding {
    let who = match stuck {
        _ if run.has_runtime() => "what is awaited can never come",
        _ if run.workers > 0 => "every thread of every process waits for another one",
        [_] => "the only thread left waits for what can never come",
        _ => "every thread waits for another one",
    };
    let (cause, hint) = cause(run, stuck);
    // Which thread was looked at first is chance.
    let mut stuck: Vec<&Stuck> = stuck.iter().collect();
    let describe = if run.workers > 0 { processes::describe } else { describe };
    stuck.sort_by_key(|thread| (!thread.is_the_caller(), thread.process.is_some(), describe(thread)));
    let threads = each_once(stuck.into_iter().map(describe)).join("; ");
    let elsewhere = polled_elsewhere(run);
    let observed = format!("deadlock: {who}, and no call of the work is in progress. {threads}{elsewhere}");
    Finding::new(Status::Deadlock, "the call comes to an end", observed, cause, hint)
}

/// As [`Stuck::wait`] says it of an idle event loop.
const EVENT_LOOP: &str = "waits in its event loop";

/// What a thread waits in, without type arguments: a `Mutex` of a `Receiver` is a `Mutex`.
fn callee(thread: &Stuck) -> String {
    thread.callee.as_deref().map(words::without_arguments).unwrap_or_default()
}

fn locks(thread: &Stuck) -> bool {
    ["Mutex", "RwLock"].iter().any(|what| callee(thread).contains(what))
}

fn receives(thread: &Stuck) -> bool {
    !locks(thread) && ["recv", "Iter", "mpsc", "mpmc"].iter().any(|what| callee(thread).contains(what))
}

/// Whether one thread waits in `recv` with a lock in hand that others want: they share the receiver, as the thread pool of the Rust
/// book does. Whoever collects results from a channel of its own does so elsewhere.
fn share_a_receiver(stuck: &[Stuck]) -> bool {
    /// In the same statement, or in one just below the lock.
    const LINES: u32 = 3;
    let lies_by = |receiver: &Stuck, lock: &Stuck| match (&receiver.place, &lock.place) {
        (Some(receiver), Some(lock)) => {
            receiver.file == lock.file && (lock.line..=lock.line + LINES).contains(&receiver.line)
        }
        _ => !receiver.is_the_caller(),
    };
    let of_receiver = |receiver: &Stuck| stuck.iter().any(|lock| locks(lock) && lies_by(receiver, lock));
    stuck.iter().any(|thread| receives(thread) && of_receiver(thread))
}

/// Whether threads wait for locks in more than one line.
fn lock_in_several_places(stuck: &[Stuck]) -> bool {
    let mut places = stuck.iter().filter(|thread| locks(thread)).filter_map(|thread| thread.place.as_ref());
    let first = places.next();
    places.any(|place| Some(place) != first)
}

fn cause(run: &Run, stuck: &[Stuck]) -> (String, String) {
    let main = stuck.iter().find(|thread| thread.is_the_caller());
    let bad = run.works.iter().filter(|work| work.panicked).count();
    let panicked = bad > 0 || !run.panics.is_empty();
    let (cause, hint) = if let Some(told) = processes::cause(stuck).filter(|_| run.workers > 0) {
        told
    } else if run.event_loop && run.waiting.moved.is_some() {
        MOVED
    } else if run.has_runtime() {
        on_event_loop(main, panicked, bad)
    } else if share_a_receiver(stuck) && !(panicked && main.is_some_and(receives)) {
        (
            "the threads wait for more input: one in `recv`, with the lock around the shared receiver in hand, the others for that \
             lock. No more will come, and the channel stays open, because its sender is still alive",
            "drop the sender as soon as all is sent, before you wait for the threads or for their results; and let a thread end when \
             `recv` gives an `Err`",
        )
    } else if stuck.iter().any(locks) && !share_a_receiver(stuck) {
        for_locks(stuck)
    } else if panicked {
        after_a_panic(stuck, bad)
    } else {
        for_one_another(stuck)
    };
    (cause.to_owned(), hint.to_owned())
}

/// Where `bad` calls of the work panicked: one that panics alone is another case, and comes before.
fn on_event_loop(main: Option<&Stuck>, panicked: bool, bad: usize) -> (&'static str, &'static str) {
    if main.is_some_and(|main| main.wait != EVENT_LOOP) {
        (
            "a blocking wait on the runtime's thread (a std lock or channel, a nested `block_on`): the task that would end the \
             wait can never run",
            "use what can be awaited: tokio's channels and locks, `.await` on the handle; and hold no std guard across an `.await`",
        )
    } else if bad > 1 {
        (
            "more than one task panicked, and what one of them should have sent, counted or given back is still awaited (so it is where only \
             the first panic is told or counted)",
            "await each task's own handle, which also tells of its panic, however many there are",
        )
    } else if panicked {
        (
            "a task panicked, and what it should have sent, counted or given back is still awaited",
            "await the task's handle, which also tells of a panic; or let a guard's `Drop` say that the task has ended",
        )
    } else {
        (
            "something is awaited that nobody will bring about: a message of a task that was cancelled, a channel that is full or \
             whose sender is kept, a permit that is never given back, a notification that was sent before",
            "look at what each pending `.await` waits for, and at who should bring it about, also after a failure or a cancel",
        )
    }
}

/// Some wait for locks. Who holds them can't be seen: a scope's end is where the caller waits in every answer with scoped threads.
fn for_locks(stuck: &[Stuck]) -> (&'static str, &'static str) {
    let joins =
        |thread: &&Stuck| ["join", "install", "rayon"].iter().any(|what| callee(thread).contains(what));
    if lock_in_several_places(stuck) {
        (
            "a thread locks what it has locked already (a guard lives to the end of its scope, or of the whole `match`, `while let` or \
             `if let`), or two threads hold one lock each and wait for the other's",
            "end a guard's scope before you lock again (a block of its own, or `drop(guard)`), and hold one lock at a time",
        )
    } else if stuck.iter().any(|thread| joins(&thread)) {
        (
            "whoever waits for the other threads holds the lock that they need; or one of them locks what it has locked already",
            "let go of the lock (end the guard's scope) before you wait for other threads, and before you lock again",
        )
    } else {
        (
            "a thread locks what it has locked already (a guard lives to the end of its scope, or of the whole `match`, `while let` or \
             `if let`), or whoever opened the scope of these threads holds the lock that they need",
            "end a guard's scope (a block of its own, or `drop(guard)`) before you lock again, and before you wait for other threads",
        )
    }
}

fn after_a_panic(stuck: &[Stuck], bad: usize) -> (&'static str, &'static str) {
    let waits_in = |what: &str| stuck.iter().any(|thread| callee(thread).contains(what));
    if waits_in("Barrier") {
        (
            "the thread that panicked never comes to the barrier, and the others wait there for it",
            "let the join tell you that all are done: a thread that panicked is joined like every other",
        )
    } else if waits_in("Condvar") {
        (
            "the thread that panicked never counts or signals, and the others wait for that",
            "join the threads, or let a guard's `Drop` count and notify: it runs in a panic too",
        )
    } else if waits_in("send") {
        (
            "a bounded channel is full, and nobody receives from it any more: its receiver is still there, but whoever held it has \
             panicked, or waits for the senders to end",
            "receive while the senders still run; and let whoever receives own the receiver, so that a panic drops it and `send` \
             gives an error",
        )
    } else if stuck.iter().any(receives) && bad > 1 {
        (
            "more than one call panicked, and the caller waits for the message of one of them (so it does where only the first panic is told \
             or counted); the channel stays open, because a sender is still alive",
            "let nothing depend on how many panic: let each thread own its sender, drop the original one, and receive until the channel is \
             closed",
        )
    } else if stuck.iter().any(receives) {
        (
            "the message of the thread that panicked never comes, and the channel stays open, because a sender is still alive",
            "let each thread own its sender, drop the original one, and receive until the channel is closed",
        )
    } else {
        (
            "a thread panicked, and the others still wait for what it will never send, unlock or signal",
            "make sure that a panic wakes everyone who waits: drop the sender, pass the panic on when joining",
        )
    }
}

fn for_one_another(stuck: &[Stuck]) -> (&'static str, &'static str) {
    let waits_in = |what: &str| stuck.iter().any(|thread| callee(thread).contains(what));
    match (stuck.iter().any(receives), waits_in("send")) {
        (true, true) => (
            "a bounded channel is full and its receiver waits for the senders to end",
            "receive while the senders still run, and join them afterwards",
        ),
        (true, false) => (
            "a receiver waits for the next message while a sender is still alive that sends nothing any more",
            "drop every sender, the original one too, before you receive to the end",
        ),
        (false, true) => (
            "a bounded channel is full and nobody receives from it",
            "receive while the senders still run, and join them afterwards",
        ),
        _ if waits_in("Condvar") => (
            "a thread waits on a condition that nobody signals any more",
            "check the condition in a loop under the lock, and notify after every change",
        ),
        _ if waits_in("Barrier") => (
            "fewer threads reach the barrier than it was made for",
            "count the threads that will really come to the barrier",
        ),
        _ => (
            "what these threads wait for can come only from one of them",
            "follow the waits from thread to thread until you are back where you began; break the circle there",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Place;

    const LOCK: &str = "std::sync::poison::mutex::Mutex<std::sync::mpsc::Receiver<usize>>::lock";
    const RECV: &str = "std::sync::mpsc::Receiver<T>::recv";
    const RESULTS: &str = "<std::sync::mpsc::IntoIter<(usize, u64)> as core::iter::Iterator>::next";
    const SCOPE: &str = "std::thread::scoped::scope";
    const JOIN: &str = "std::thread::join_handle::JoinHandle<T>::join";

    fn thread((name, callee, line): (&str, &str, u32)) -> Stuck {
        let place = Place { file: "exercises/03-ordered-map/src/lib.rs".to_owned(), line };
        Stuck {
            process: None,
            thread: name.to_owned(),
            wait: "waits".to_owned(),
            place: Some(place),
            callee: Some(callee.to_owned()),
        }
    }

    /// The cause that is told of threads that wait so, in a run in which a call of the work panicked or not.
    fn told(panicked: bool, stuck: &[(&str, &str, u32)]) -> String {
        let stuck: Vec<Stuck> = stuck.iter().copied().map(thread).collect();
        let mut run = Run::of_nothing();
        if panicked {
            run.panics.push(crate::wire::Panic { thread: None, message: String::new(), place: None });
        }
        cause(&run, &stuck).0
    }

    #[test]
    fn a_receiver_that_threads_share_is_about_its_sender() {
        let pool = [("main", SCOPE, 17), ("a", RECV, 21), ("b", LOCK, 21), ("c", LOCK, 21)];
        assert!(told(false, &pool).contains("sender is still alive"), "{}", told(false, &pool));
        // The guard has a name, and the results come through another channel.
        let named = [("main", RESULTS, 40), ("a", RECV, 22), ("b", LOCK, 21)];
        assert!(told(false, &named).contains("wait for more input"), "{}", told(false, &named));
        // The workers are idle, and what never comes is the result of the one that panicked.
        assert!(told(true, &named).contains("that panicked never comes"), "{}", told(true, &named));
    }

    #[test]
    fn who_locks_twice_is_not_told_of_others_who_wait() {
        let twice = [("main", SCOPE, 5), ("a", LOCK, 9), ("b", LOCK, 7), ("c", LOCK, 7)];
        assert!(
            told(false, &twice).starts_with("a thread locks what it has locked"),
            "{}",
            told(false, &twice)
        );
        let in_one_line = [("main", SCOPE, 5), ("a", LOCK, 7), ("b", LOCK, 7)];
        assert!(told(false, &in_one_line).starts_with("a thread locks what it has locked"));
        // Whoever collects the results waits for a worker, and not with a lock in hand.
        let collected = [("main", RESULTS, 40), ("a", LOCK, 9), ("b", LOCK, 7)];
        assert!(told(false, &collected).starts_with("a thread locks what it has locked"));
        let holder_joins = [("main", JOIN, 12), ("a", LOCK, 7), ("b", LOCK, 7)];
        assert!(told(false, &holder_joins).starts_with("whoever waits for the other threads holds"));
    }
}
