//! Runs that were ended because they went far beyond anything that an answer needs: with proof, and long before all limits.

use super::ending::names;
use crate::run::{Excess, Run, Stuck};
use crate::suite::{Finding, Status};
use crate::words::{count, thousands};

/// Far more was called, or said, than there is to do.
pub(super) fn runs_away(run: &Run, excess: Excess) -> Finding {
    match excess {
        Excess::Calls { surplus, planned } => {
            let made_up = run.works.iter().filter(|work| work.unplanned).count();
            let what = if made_up == 0 {
                "inputs that had been worked already"
            } else if made_up == surplus {
                "inputs that were made up"
            } else {
                "inputs that were made up or had been worked already"
            };
            Finding::fail(
                "each input is worked once",
                format!(
                    "{} beyond the {} that are due, with {what}, and no end in sight: the run was ended there",
                    count(surplus, "call"),
                    thousands(planned as u64),
                ),
                "a loop calls the supplied work again and again: its end is never reached, or it waits for another result",
                "call it once for each input, and keep what that one call gave, whatever that was",
            )
        }
        Excess::Panics(panics) => Finding::fail(
            "the call comes to an end",
            format!(
                "{} of your own code, caught each time, and no end in sight: the run was ended there",
                count(panics, "panic")
            ),
            "a loop tries again whatever panics, without end",
            "let a panic reach the caller, and wait for what you need instead of trying again",
        ),
        Excess::Threads(threads) => Finding::fail(
            "the call comes to an end",
            format!("{} one after the other, and no end in sight: the run was ended there", count(threads, "thread")),
            "a thread is started again and again, for each look or by the thread before it",
            "start the threads that do the work once, and let each wait asleep for what it needs",
        ),
        Excess::Notes(notes) => Finding::fail(
            "the call comes to an end",
            format!(
                "{}, polled or woken or put to sleep without end: the run was ended there",
                count(notes, "thing")
            ),
            "a loop that goes through everything again and again, whether anything has happened or not",
            "do nothing until something has happened, and then no more than that asks for",
        ),
        Excess::Processes(processes) => Finding::fail(
            "no more processes run than the contract says",
            format!("{} processes, and no end in sight: the run was ended there", thousands(processes as u64)),
            "a process is started for each look, or each process starts others of its kind",
            "start as many worker processes as you are told to, and let a worker start none",
        ),
        Excess::Memory(bytes) => Finding::fail(
            "a process keeps what it needs",
            format!("all processes together kept {} MiB: the run was ended there", thousands(bytes >> 20)),
            "something is read or collected without end, such as a message with a length that nobody sent",
            "look at what each process keeps, and at how much it reads at a time",
        ),
        Excess::Accesses(accesses) => Finding::fail(
            "waiting sleeps until the event",
            format!(
                "{} accesses of the block, and no end in sight: the run was ended there",
                thousands(accesses as u64)
            ),
            "a loop looks into the block again and again (a lock that spins, a flag that is waited for), and what it waits for never comes: \
             whoever was to write it has ended, or waits as well",
            "do in one step what has to be one (`fetch_add`, `compare_exchange`), so that nobody has to wait for anybody; let the parent wait \
             for its processes with `wait`",
        ),
        Excess::Words { bytes } => Finding::fail(
            "a result is as long as the contract says",
            format!(
                "what calls returned, or called the work with, takes {} bytes: the run was ended there",
                thousands(bytes)
            ),
            "something far longer than any input leads to was returned or passed on, or the same again and again",
            "return what the contract asks for: one result for each input, and nothing else",
        ),
    }
    .hopeless()
}

/// The real time that is there for pauses in all runs of this program was wasted.
pub(super) fn dawdles(stuck: &[Stuck]) -> Finding {
    let who = if stuck.is_empty() { String::new() } else { format!("; at the end slept {}", names(stuck)) };
    Finding::fail(
        "waiting sleeps until the event",
        format!(
            "in this run and those before it everything slept for a while, again and again. Several looks of 10 ms for each call of the \
             work may take that time, and 20 s more in the whole hand-in: they are used up{who}"
        ),
        "pauses: a loop that sleeps between two looks, or before it does anything, for longer than it may (10 ms at a time) or without end",
        "wait for the event itself: join the thread, receive from the channel, wait on the condition",
    )
    .hopeless()
}

/// The CPU time that is there for all runs of this program was wasted.
pub(super) fn overspends(running: &[Stuck]) -> Finding {
    let observed = if running.is_empty() {
        "this run and those before it used up the CPU time that there is for a whole hand-in, many times what the work needs".to_owned()
    } else {
        format!(
            "this run and those before it used up the CPU time that there is for a whole hand-in, many times what the work needs; at the \
             end ran {}",
            names(running)
        )
    };
    Finding::new(
        Status::Timeout,
        "a thread either works or sleeps",
        observed,
        "loops that spin until something changes (busy-waiting), or that go through everything again for each input",
        "wait asleep: on a channel, a condition, a join; and do nothing for all inputs at each one",
    )
    .hopeless()
}
