//! A tree of processes that can never go on: who waits for what in which of them, and the mistakes that such waits come from.

use super::at;
use crate::run::Stuck;
use crate::words;

const INPUT: &str = "waits for input";
const ROOM: &str = "waits for room in a pipe";
const CHILD: &str = "waits for a child process";

/// ``a worker: `main` waits for input (in `BufRead::read_line`) at src/lib.rs:47``.
pub(super) fn describe(thread: &Stuck) -> String {
    let process = thread.process.map_or_else(String::new, |process| format!("{}: ", process.kind()));
    let callee = thread.callee.as_deref().filter(|_| thread.place.is_some());
    let inside = callee.map_or_else(String::new, |callee| format!(" (in `{}`)", words::last_names(callee)));
    format!("{process}`{}` {}{inside}{}", thread.thread, thread.wait, at(thread.place.as_ref()))
}

/// What such waits come from, and what to try. `None`: nothing is known that has to do with processes.
pub(super) fn cause(stuck: &[Stuck]) -> Option<(&'static str, &'static str)> {
    let parent = |wait: &str| stuck.iter().any(|thread| thread.process.is_none() && thread.wait == wait);
    let worker = |wait: &str| stuck.iter().any(|thread| thread.process.is_some() && thread.wait == wait);
    let alone = stuck.iter().all(|thread| thread.process.is_none());
    let told = if parent(ROOM) && worker(ROOM) {
        (
            "both processes write and neither reads: a pipe holds 64 KiB and no more, then whoever writes waits until the other side has read",
            "read while you write: a thread for each direction, as `communicate` has it in Python",
        )
    } else if parent(CHILD) && worker(ROOM) {
        (
            "the parent waits for the worker to end and reads nothing more, while the worker waits for room in the full pipe of its output",
            "read a worker's output to its end first, and then `wait`",
        )
    } else if parent(CHILD) && worker(INPUT) {
        (
            "the parent waits for the worker to end, and the worker for the end of its input: somebody still holds the writing end of that \
             pipe (the `ChildStdin`, or a copy in another thread)",
            "drop the `ChildStdin`, and every copy of it, before you `wait`: only then does the reader see the end",
        )
    } else if parent(INPUT) && alone {
        (
            "the parent reads a pipe whose writing end is still open, though no worker is there any more: it holds that end itself (in a \
             variable, or in a `Command` that keeps it)",
            "drop your own writing end as soon as the workers are started, the `Command` with it; or stop reading when all of them have ended",
        )
    } else if parent(INPUT) && worker(INPUT) {
        (
            "each side waits for the other to speak: what one of them has sent is still in its buffer, no end of line or length came with it, \
             the answer was left out, or the other side waits for the end of its input, which stays open",
            "`flush` after each message, let each message say where it ends, and close the input when there is nothing more to send",
        )
    } else {
        return None;
    };
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Process;
    use crate::wire::Place;

    fn stuck(waits: &[(Option<Process>, &str)]) -> Vec<Stuck> {
        let stuck = |&(process, wait): &(Option<Process>, &str)| Stuck {
            process,
            thread: "main".to_owned(),
            wait: wait.to_owned(),
            place: Some(Place { file: "exercises/07-worker-processes/src/lib.rs".to_owned(), line: 47 }),
            callee: Some("<std::process::ChildStdout as std::io::Read>::read".to_owned()),
        };
        waits.iter().map(stuck).collect()
    }

    #[test]
    fn a_wait_is_told_with_its_process_and_what_it_is_for() {
        let [worker] = &stuck(&[(Some(Process::Worker(2)), INPUT)])[..] else { panic!("one is stuck") };
        assert_eq!(describe(worker), "a worker: `main` waits for input (in `Read::read`) at src/lib.rs:47");
    }

    #[test]
    fn each_pair_of_waits_has_a_cause_of_its_own() {
        let told = |waits: &[(Option<Process>, &str)]| cause(&stuck(waits)).map_or("", |(cause, _)| cause);
        let one = Some(Process::Worker(1));
        assert!(told(&[(None, ROOM), (one, ROOM)]).contains("neither reads"));
        assert!(told(&[(None, CHILD), (one, ROOM)]).contains("reads nothing more"));
        assert!(told(&[(None, CHILD), (one, INPUT)]).contains("the writing end"));
        assert!(told(&[(None, INPUT), (one, INPUT)]).contains("each side waits"));
        assert!(told(&[(None, INPUT)]).contains("it holds that end itself"));
        assert_eq!(told(&[(None, "waits to be woken"), (one, INPUT)]), "");
    }
}
