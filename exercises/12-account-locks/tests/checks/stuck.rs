//! Why operations wait forever.

use judge::run::Run;
use judge::steps::Gave;
use judge::suite::Finding;
use judge::words;

use super::super::shared::{INSUFFICIENT, TRANSFER};
use super::ledger::{Operation, operations};

/// Who is stuck, with what he was called for.
pub(super) fn stuck(finding: Finding, run: &Run) -> Finding {
    let all = operations(run);
    let waiting: Vec<&Operation> = all.iter().filter(|operation| operation.back.is_none()).collect();
    if waiting.is_empty() {
        return finding;
    }
    let places = run.end.waits_forever().unwrap_or_default();
    let at = |operation: &Operation| words::standing(places, &operation.thread());
    let who = words::list(waiting.iter().map(|operation| format!("{}{}", operation.words(), at(operation))));
    let (cause, hint) = why(&all, &waiting, run);
    Finding {
        expected: "all operations come to an end".to_owned(),
        observed: format!("{who} {} forever", if waiting.len() > 1 { "wait" } else { "waits" }),
        cause: cause.to_owned(),
        hint: hint.to_owned(),
        ..finding
    }
}

fn why(all: &[Operation], waiting: &[&Operation], run: &Run) -> (&'static str, &'static str) {
    let totals = waiting.iter().any(|operation| operation.is_total());
    if waiting.len() == 1 && is_to_itself(waiting[0]) {
        (
            "a transfer from an account to itself locks the same lock twice, and waits for itself",
            "treat `from == to` by itself: one lock, one balance",
        )
    } else if run.works.iter().any(|work| work.panicked) {
        (
            "a panic in the closure left an account taken, and nobody gives it back; or it is given back, and nobody is woken who waits for it",
            "let a guard's `Drop` give it back and wake whoever waits: it runs in a panic, too. A `MutexGuard` does both; so take a poisoned \
             lock for what it is",
        )
    } else if totals && stands_in(run, "RwLock::write") && stands_in(run, "RwLock::read") {
        (
            "a lock that every operation takes for reading is taken once more by one that has it already, or that has an account in hand: \
             while somebody waits in `write`, no further `read` is let in, and each waits for the other",
            "take such a lock once in each operation, before the first account; or do without it, and let `total` lock all accounts in their \
             order",
        )
    } else if can_be_a_circle(waiting) {
        (
            "each holds an account that another one waits for: they take their locks in different orders, and wait in a circle",
            if totals {
                "let everybody lock in one and the same order, `total` as well: by the number of the account, from low to high"
            } else {
                "lock the account with the lower number first, whichever way the money goes: then no circle can close"
            },
        )
    } else if waiting.iter().any(|operation| was_left_by_an_error(operation, all)) {
        (
            "an operation that gave `Err(InsufficientFunds)` has left an account taken, or has woken nobody who waits for it",
            "let a guard's `Drop` give the account back and wake whoever waits: it runs on every way out, also with `return` and `?`",
        )
    } else if waiting.len() > 1 {
        (
            "they wait for accounts that nobody uses any more: these were not given back, or nobody was woken",
            "give each account back when the operation ends, and wake everybody who waits for one",
        )
    } else {
        (
            "it waits for an account that nobody uses any more: it was not given back, or nobody was woken",
            "give each account back when the operation ends, and wake everybody who waits for one",
        )
    }
}

fn is_to_itself(operation: &Operation) -> bool {
    operation.op[0] == TRANSFER && operation.op[2] == operation.op[3]
}

/// Whether any thread waits there.
fn stands_in(run: &Run, function: &str) -> bool {
    let places = run.end.waits_forever().unwrap_or_default();
    places
        .iter()
        .filter_map(|stuck| stuck.callee.as_ref())
        .any(|callee| words::last_names(callee) == function)
}

/// Whether each may hold what another one waits for. Who is about one account holds nothing while he waits for it: so it takes transfers whose
/// accounts form a circle, or a total and another one that is about several.
fn can_be_a_circle(waiting: &[&Operation]) -> bool {
    let of_several = |operation: &&&Operation| operation.accounts().len() != 1 && !is_to_itself(operation);
    let several: Vec<&&Operation> = waiting.iter().filter(of_several).collect();
    if several.iter().any(|operation| operation.is_total()) {
        return several.len() > 1;
    }
    // Accounts that transfers before have joined: one more transfer between two of them closes a circle.
    let mut joined: Vec<Vec<[u64; 2]>> = Vec::new();
    for operation in several {
        let [from, to] = [0, 1].map(|end| [operation.bank(), operation.accounts()[end]]);
        let (touched, others): (Vec<_>, Vec<_>) =
            joined.into_iter().partition(|group| group.contains(&from) || group.contains(&to));
        if touched.iter().any(|group| group.contains(&from) && group.contains(&to)) {
            return true;
        }
        joined = others;
        joined.push(touched.concat().into_iter().chain([from, to]).collect());
    }
    false
}

/// Whether the last one that was about the same account, and is back, was refused.
fn was_left_by_an_error(waiting: &Operation, all: &[Operation]) -> bool {
    let back = all.iter().filter(|other| other.shares_with(waiting)).filter_map(|other| other.back.as_ref());
    let last = back.max_by_key(|(place, _)| *place);
    last.is_some_and(|(_, gave)| *gave == Gave::Result(vec![INSUFFICIENT]))
}
