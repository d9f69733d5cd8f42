//! Why a manager and its clients stand still.

use judge::run::{End, Run, Stuck};
use judge::suite::Finding;

use super::clients::all_are_done;

/// Words what keeps a run from its end in the terms of a manager.
pub(super) fn word_end(mut finding: Finding, run: &Run) -> Finding {
    let End::Deadlock(stuck) = &run.end else { return finding };
    let waits = |in_client: bool, words: &str| {
        stuck.iter().any(|one: &Stuck| one.process.is_some() == in_client && one.wait.contains(words))
    };
    let (for_room, for_input, for_a_child) = ("room in a pipe", "input", "child process");
    let clients_wait = waits(true, for_input);
    let panicked = run.works.iter().any(|work| work.panicked) || !run.panics.is_empty();
    let (cause, hint) = if panicked && clients_wait {
        (
            "the manager, or a part of it, has panicked, and the pipe to this client is still open: it is held by a thread that waits for the \
             client's next request, or by nobody who will ever write into it",
            "close the input of every client on the way out of a panic (keep them all in one place, which a `Drop` empties): their proxies \
             then read the end, and give `Gone`",
        )
    } else if panicked && waits(false, for_a_child) {
        (
            "a panic ends the thread that serves this client, and the client waits for an answer, or for somebody to read its request",
            "close both pipes of a client before you wait for it",
        )
    } else if clients_wait && all_are_done(run) {
        (
            "`body` has returned, and `client` waits until the manager closes its input; the manager waits until this client's requests end: each \
             waits for the other",
            "return when `body` has: the process ends, and that closes its side of both pipes",
        )
    } else if waits(false, for_a_child) && !waits(false, for_input) {
        (
            "the manager waits for a client to end, and serves nobody meanwhile; the client waits for an answer",
            "serve a client until its requests end; then wait for it",
        )
    } else if waits(true, for_room) && waits(false, for_room) {
        (
            "the manager answers, and the client that should read the answer still writes: one request is taken for several (its length does not \
             fit into the bytes that say it, or its key holds what ends a request), and each is answered",
            "give the length of a key four or eight bytes, and read exactly that many",
        )
    } else if waits(true, for_room) {
        (
            "a client waits for room in its pipe: nobody reads its request",
            "read every client's requests all the time: a thread for each is the simplest way",
        )
    } else if clients_wait && waits(false, for_input) {
        (
            "a client waits for its answer, and the manager for more of a request: the request, or its answer, still lies in a buffer, the two \
             sides do not agree on where a message ends, or the manager listens to another client",
            "`flush` after each request and each answer; let one function write a message and one read it; and listen to all clients at once",
        )
    } else if clients_wait {
        (
            "a client waits for an answer that nobody gives",
            "answer each request once, into the pipe of the client that sent it",
        )
    } else {
        return finding;
    };
    (finding.cause, finding.hint) = (cause.to_owned(), hint.to_owned());
    finding
}
