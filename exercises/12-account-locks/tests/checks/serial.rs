//! Whether all happened as if one operation followed the other.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::Scenario;
use judge::steps::Gave;
use judge::suite::Finding;
use judge::words;

use super::super::shared::{INSUFFICIENT, MOVED, TRANSFER, UPDATE};
use super::ledger::{Operation, operations};
use super::stuck::stuck;

/// Each closure is called once, alone on its accounts, and given what those before it have left; what comes back follows from that.
pub(super) struct Serial {
    /// Of each of the two banks.
    pub(super) balances: Vec<u64>,
    /// Whether totals are looked at.
    pub(super) totals: bool,
}

/// At no rest does an operation wait that shares no account with another one that is in progress or waits. A pass says nothing of those that
/// share one.
pub(super) struct Prompt;

impl Policy for Serial {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let all = operations(run);
        all.iter().try_for_each(|operation| comes_back(operation, run))?;
        all.iter().try_for_each(once)?;
        alone(&all)?;
        self.replay(&all)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        if run.end.waits_forever().is_some() { stuck(finding, run) } else { finding }
    }
}

/// No operation panics by itself: before anything else, for the panic's own words say the most.
fn comes_back(operation: &Operation, run: &Run) -> Result<(), Finding> {
    let passes_on = operation.closure.iter().any(|closure| closure.panicked);
    let Some((back, Gave::Panicked)) = operation.back.as_ref().filter(|_| !passes_on) else { return Ok(()) };
    let thread = operation.thread();
    let own = run.panics.iter().find(|panic| panic.thread.as_deref() == Some(&*thread));
    let said = own.map_or_else(String::new, |panic| {
        let at =
            panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
        format!(": `{}`{at}", panic.message.trim_end())
    });
    let earlier = |work: &WorkRecord| work.panicked && work.ended_as.is_some_and(|end| end < *back);
    let (cause, hint) = if run.works.iter().any(earlier) {
        (
            "an earlier closure had panicked, and nobody has thought of what that leaves: a poisoned lock that is unwrapped, most likely",
            "take a poisoned lock for what it is (`unwrap_or_else(PoisonError::into_inner)`), wherever a lock is taken: nothing was written \
             before the closure panicked, so the balance is as before",
        )
    } else {
        ("a panic in the bank's own code", "look at that line: what does it take for granted?")
    };
    Err(Finding::fail(
        format!("{} comes back", operation.name()),
        format!("{} panicked{said}", operation.words()),
        cause,
        hint,
    ))
}

fn once(operation: &Operation) -> Result<(), Finding> {
    let calls = operation.closure.len();
    if operation.is_total() || operation.back.is_none() || calls == 1 {
        return Ok(());
    }
    let closure = if operation.op[0] == UPDATE { "change" } else { "amount" };
    Err(Finding::fail(
        format!("`{closure}` is called once for each operation"),
        format!("{} called it {calls} times", operation.words()),
        "something is decided without asking the closure: because an account is in use, or before the balances are known",
        format!(
            "lock what the operation needs, wait until you have it, then call `{closure}` with the balances"
        ),
    ))
}

/// No two closures that share an account are in progress together.
fn alone(all: &[Operation]) -> Result<(), Finding> {
    let closures = || {
        all.iter().flat_map(|operation| operation.closure.iter().map(move |closure| (operation, *closure)))
    };
    for (one, first) in closures() {
        let overlaps = |closure: &WorkRecord| {
            let ends = |work: &WorkRecord| work.ended_as.unwrap_or(usize::MAX);
            first.after <= ends(closure) && closure.after <= ends(first)
        };
        let other = closures().find(|(other, closure)| {
            other.called > one.called && other.shares_with(one) && overlaps(closure)
        });
        if let Some((other, _)) = other {
            return Err(Finding::fail(
                "while a closure runs, no other operation reads or writes its accounts",
                format!(
                    "{} and {} were in progress together, and share an account",
                    one.words(),
                    other.words()
                ),
                "the closure runs without the locks of its accounts, or with those of some of them: what it was given may be out of date \
                 when its result is written",
                "lock every account of the operation first, and let go only when the new balances are written",
            ));
        }
    }
    Ok(())
}

impl Serial {
    fn replay(&self, all: &[Operation]) -> Result<(), Finding> {
        let mut banks = [self.balances.clone(), self.balances.clone()];
        let sum = |bank: &[u64]| bank.iter().fold(0_u64, |sum, balance| sum.wrapping_add(*balance));
        let mut sums = [sum(&banks[0]), sum(&banks[1])].map(Sums::of);
        let mut closures: Vec<(&Operation, &WorkRecord, usize)> = all
            .iter()
            .flat_map(|operation| operation.closure.iter().map(move |closure| (operation, *closure)))
            .filter_map(|(operation, closure)| Some((operation, closure, closure.ended_as?)))
            .collect();
        closures.sort_by_key(|(_, _, end)| *end);
        for (operation, closure, end) in closures {
            let which = usize::from(operation.bank() > 0);
            let bank = &mut banks[which];
            let places: Vec<usize> =
                operation.accounts().iter().filter_map(|account| usize::try_from(*account).ok()).collect();
            let right: Vec<u64> = places.iter().map(|&place| bank[place]).collect();
            let given = &closure.work.input.numbers[operation.accounts().len() + 1..];
            if given != right {
                return Err(stale(operation, given, &right));
            }
            let before = sum(bank);
            let answer = closure.answer.as_ref().and_then(|answer| answer.numbers.first().copied());
            let gave = apply(operation, bank, &places, answer);
            let until = operation.back.as_ref().map_or(usize::MAX, |(back, _)| *back);
            let by = sum(bank).wrapping_sub(before);
            sums[which].changes.push(Change { from: end + 1, until, by });
            if let Some((_, back)) = &operation.back
                && *back != gave
            {
                return Err(wrong_result(operation, back, &gave));
            }
        }
        if self.totals {
            all.iter()
                .filter(|operation| operation.is_total())
                .try_for_each(|total| of_a_moment(total, &sums[usize::from(total.bank() > 0)], all))
        } else {
            Ok(())
        }
    }
}

/// Does it on a bank, and says what comes back. `None`: the closure panicked.
fn apply(operation: &Operation, bank: &mut [u64], places: &[usize], answer: Option<u64>) -> Gave {
    match (answer, places) {
        (Some(balance), &[place]) => {
            bank[place] = balance;
            Gave::Result(vec![balance])
        }
        (Some(amount), &[from, to]) if operation.op[0] == TRANSFER => {
            if amount > bank[from] {
                return Gave::Result(vec![INSUFFICIENT]);
            }
            bank[from] -= amount;
            bank[to] += amount;
            Gave::Result(vec![MOVED, amount])
        }
        _ => Gave::Panicked,
    }
}

fn stale(operation: &Operation, given: &[u64], right: &[u64]) -> Finding {
    let list = |balances: &[u64]| words::list(balances.iter().map(|balance| words::thousands(*balance)));
    Finding::fail(
        format!("{} is given what those before it have left: {}", operation.name(), list(right)),
        format!("{} was given {}", operation.words(), list(given)),
        "a balance was read before another operation changed it, or a change was lost or made twice: the lock is not kept from reading to \
         writing, the wrong account was written, or a failed operation left something behind",
        "read, call the closure and write under one and the same guard; write nothing before all is decided",
    )
}

fn wrong_result(operation: &Operation, back: &Gave, right: &Gave) -> Finding {
    let words = |gave: &Gave| match (operation.op[0], gave) {
        (_, Gave::Panicked) => "a panic".to_owned(),
        (UPDATE, Gave::Result(numbers)) => {
            words::list(numbers.iter().map(|balance| words::thousands(*balance)))
        }
        (_, Gave::Result(numbers)) if numbers.first() == Some(&MOVED) => {
            format!("`Ok({})`", numbers.get(1).copied().unwrap_or_default())
        }
        (_, Gave::Result(_)) => "`Err(InsufficientFunds)`".to_owned(),
    };
    let (cause, hint) = match (operation.op[0], right) {
        (_, Gave::Panicked) => (
            "the closure has panicked, and that is kept from the caller",
            "let the panic pass: a guard's `Drop` gives the accounts back on its way",
        ),
        (UPDATE, _) => (
            "what comes back is not what this update has written: the balance is read once more when the account was let go, and another \
             operation was there meanwhile; or it is the old one",
            "give back what `change` gave: you have it in hand",
        ),
        _ => (
            "what comes back is not what was done: the amount is compared otherwise than by \"more than the balance of `from`\"",
            "move the money where `amount <= from`, also exactly all of it; give `Err` otherwise",
        ),
    };
    Finding::fail(
        format!("{} gives {}", operation.name(), words(right)),
        format!("{} gave {}", operation.words(), words(back)),
        cause,
        hint,
    )
}

/// The sums of a bank.
struct Sums {
    first: u64,
    changes: Vec<Change>,
}

/// What an operation did to the sum: at some moment between its closure's end and its own.
struct Change {
    from: usize,
    until: usize,
    by: u64,
}

impl Sums {
    const fn of(first: u64) -> Self {
        Self { first, changes: Vec::new() }
    }

    /// Those that there may have been at a place.
    fn at(&self, place: usize) -> BTreeSet<u64> {
        let begun = self.changes.iter().filter(|change| change.from <= place && change.by != 0);
        begun.fold(BTreeSet::from([self.first]), |before, change| {
            let after = before.iter().map(|sum| sum.wrapping_add(change.by)).collect();
            if change.until <= place { after } else { &before | &after }
        })
    }
}

/// A total is a sum that there was at some moment between its call and its end.
fn of_a_moment(total: &Operation, sums: &Sums, all: &[Operation]) -> Result<(), Finding> {
    let Some((back, Gave::Result(gave))) = &total.back else { return Ok(()) };
    let right: BTreeSet<u64> = (total.called..=*back).flat_map(|place| sums.at(place)).collect();
    if gave.first().is_some_and(|sum| right.contains(sum)) {
        return Ok(());
    }
    let meanwhile = |other: &Operation| {
        let ends = other.back.as_ref().map_or(usize::MAX, |(end, _)| *end);
        other.called != total.called
            && other.shares_with(total)
            && other.called < *back
            && ends > total.called
    };
    let (cause, hint) = if all.iter().any(meanwhile) {
        (
            "`total` reads one account after the other and lets go in between: money that moves meanwhile is counted twice, or not at all, and \
             of two updates the later one is seen alone; or a sum that is kept is changed in two steps",
            "lock all accounts, always in the same order, add up, and only then let go",
        )
    } else {
        (
            "nobody else used the bank: a sum that is kept does not follow each operation, or it is calculated with numbers that are too small",
            "add up the balances themselves, as `u64`, with all accounts locked",
        )
    };
    Err(Finding::fail(
        format!(
            "`total` gives a sum that there was at some moment: {}",
            words::list(right.iter().map(|sum| words::thousands(*sum)))
        ),
        format!(
            "{} gave {}",
            total.words(),
            gave.first().map_or_else(|| "nothing".to_owned(), |sum| words::thousands(*sum))
        ),
        cause,
        hint,
    ))
}

impl Policy for Prompt {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let all = operations(run);
        let ends = run.works.iter().filter(|work| work.ended_as.is_some()).count();
        (1..=ends).try_for_each(|rest| {
            let under_way = |other: &&Operation| {
                other.called < rest && other.back.as_ref().is_none_or(|(back, _)| *back > rest)
            };
            let now: Vec<&Operation> = all.iter().filter(under_way).collect();
            let begun = |operation: &Operation| operation.closure.iter().any(|closure| closure.after <= rest);
            let waits = now.iter().filter(|operation| !operation.is_total() && !begun(operation));
            let for_strangers = |operation: &&&Operation| {
                !now.iter().any(|other| other.called != operation.called && other.shares_with(operation))
            };
            let Some(late) = waits.into_iter().find(for_strangers) else { return Ok(()) };
            let others = now.iter().filter(|other| other.called != late.called).map(|other| other.words());
            Err(Finding::fail(
                format!("{} begins at once where nobody else uses its accounts or waits for them", late.name()),
                format!("{} waited, while there was nothing but {}", late.words(), words::list(others)),
                "operations wait for each other that share no account: one lock for all, locks that several accounts share, a lock that is \
                 kept while a thread waits for its accounts, or nobody wakes all who can go on",
                "a lock for each account, and no other lock while you wait for one of them; with one `Condvar` for all, `notify_all`",
            ))
        })
    }
}
