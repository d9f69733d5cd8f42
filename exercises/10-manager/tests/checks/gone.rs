//! What clients are told of a manager that has panicked.

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::tick;

use super::super::shared::{COMBINE, COMMAND, Gave, Op};
use super::clients::reach_their_ends;
use super::history::{Called, combines, history, session};
use super::standstill::word_end;

/// Where `combine` or `command` panics, or a client can't be started, the call panics; each call of a proxy that begins later gives `Gone`,
/// as does the one whose `combine` has panicked; and clients end by themselves. What is in progress at that moment may have its answer. A
/// pass says nothing of clients that were never started.
pub(super) struct ToldThatItIsGone;

impl Policy for ToldThatItIsGone {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| told_so(scenario, run, call))
    }

    fn word_end(&self, mut finding: Finding, run: &Run) -> Finding {
        "clients of a manager that has panicked are told `Gone`, end by themselves, and then the call panics"
            .clone_into(&mut finding.expected);
        word_end(finding, run)
    }
}

/// What makes the manager panic, as a reader knows it, and its record.
fn fault<'a>(scenario: &Scenario, run: &'a Run, call: usize) -> (&'static str, Option<&'a WorkRecord>) {
    let session = session(scenario, call);
    let of_kind =
        |kind: u16| run.works.iter().filter(move |work| work.call == call && work.work.kind == kind);
    if session.missing > 0 {
        let mut commands = of_kind(COMMAND);
        return ("a client can't be started", commands.find(|work| work.work.key + 1 == session.missing));
    }
    let what = if session.asks { "`command` panics" } else { "`combine` panics" };
    (what, of_kind(if session.asks { COMMAND } else { COMBINE }).find(|work| work.panicked))
}

fn told_so(scenario: &Scenario, run: &Run, call: usize) -> Result<(), Finding> {
    let (what, fault) = fault(scenario, run, call);
    let Some((fault, place)) = fault.and_then(|fault| Some((fault, fault.ended_as?))) else {
        return Err(Finding::fail(
            format!("{what}, and the call as well"),
            "it never came to that",
            "the function is not called for all clients or updates, or a call before that went wrong",
            "see the checks before this one",
        ));
    };
    if run.calls[call].returned().is_some() {
        if fault.work.kind == COMMAND && !fault.panicked {
            return Err(Finding::fail(
                format!("{what} at {}, and the call panics", tick(fault.start)),
                "the call returned",
                "an error of `spawn` is dropped, or the panic of a thread is not looked at",
                "let the error out as a panic (`expect`), on whose way the inputs of all clients are closed and all clients are waited for",
            ));
        }
        return Err(Finding::fail(
            format!("{what} at {}, and the call panics", tick(fault.start)),
            "the call returned",
            "the panic ends one thread, and nobody asks how that ended; or it is caught",
            "join the threads, and pass a panic on: `thread.join().unwrap()`, or `resume_unwind`",
        ));
    }
    // Of another fault it may know nothing yet, and what it does then is heard by nobody.
    if fault.work.kind == COMBINE
        && let Some(again) = combines(run, call).find(|work| work.after > place)
    {
        return Err(Finding::fail(
            "`combine` is not called again once it has panicked",
            format!("it was called at {}", tick(again.start)),
            "after the panic the requests of other clients are still served: the lock that the panic has poisoned is taken as if nothing had \
             happened",
            "a poisoned lock (`lock()` gives `Err`) means that the manager is gone: serve nobody any more",
        ));
    }
    let history = history(scenario, run, call);
    history.iter().try_for_each(|called| gives_gone(what, fault, place, called, &history))?;
    reach_their_ends(scenario, run, call)
}

/// Whether its key is in the dict for certain: a call that had returned before has put it there, and none removes it.
fn is_there(history: &[Called], called: &Called) -> bool {
    let mut of_it =
        history.iter().filter(|other| other.op.key().is_some() && other.op.key() == called.op.key());
    let removes = |other: &Called| matches!(other.op, Op::Remove(_));
    let put = |other: &Called| {
        matches!(other.op, Op::Insert(..)) && other.back.is_some_and(|back| back.place <= called.begun)
    };
    !of_it.clone().any(removes) && of_it.any(put)
}

fn gives_gone(
    what: &str,
    fault: &WorkRecord,
    place: usize,
    called: &Called,
    history: &[Called],
) -> Result<(), Finding> {
    let Some(gave) = called.gave().filter(|gave| *gave != Gave::Gone) else { return Ok(()) };
    let has_panicked = fault.work.kind == COMBINE
        && called.combined.iter().any(|combined| combined.gave.is_none() && combined.place <= place);
    if !has_panicked && called.begun <= place {
        return Ok(());
    }
    let nothing = matches!(gave, Gave::Option(None) | Gave::NoSuchKey(_));
    let of_the_proxy = nothing && is_there(history, called);
    let gave = match gave {
        Gave::NoSuchKey(_) => "`NoSuchKey`",
        Gave::Option(None) => "`None`",
        _ => "a value, as if nothing had happened",
    };
    let (cause, hint) = if has_panicked {
        ("the panic is caught, and something is answered in its place", "answer nothing: the manager is gone")
    } else if of_the_proxy {
        (
            "the proxy takes a manager that is gone for a key that is not there: the end of the pipe, or an error of it, becomes an answer",
            "where a request can't be sent, or its answer does not come, give `Err(CallError::Gone)`, in each kind of call",
        )
    } else {
        (
            "the panic ends one thread of the manager, and the others go on serving their clients until these end",
            "let the thread that panics tell all others: close the input of every client, and put the dict away",
        )
    };
    Err(Finding::fail(
        format!("{what} at {}; {} gives `Gone`", tick(fault.end.unwrap_or(fault.start)), called.shown()),
        format!("it gave {gave}"),
        cause,
        hint,
    ))
}
