//! What is in the tallies at the end, and how it came there.
//!
//! Amounts are secrets of 64 bits that are made up for each run, so a sum says which items are in it: that two sets of a few dozen items
//! have the same one does not happen.

use std::collections::BTreeSet;

use judge::checks::{CALL_KEYS, Policy};
use judge::run::{Look, Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, list, tick};

use super::super::shared::{ACCESS, COMPARE_EXCHANGE, FETCH_ADD, LOAD, STORE, WORK};
use super::ITEM;
use super::cases::Sheet;
use super::workers::TakenOnce;

/// Each item was worked once, and at the end each tally is the sum of its items' amounts, of each call. A pass says nothing of when they
/// came there.
pub(super) struct AllIn(pub(super) Vec<Sheet>);

/// Why a tally holds the greatest number, and what to try.
pub(super) const SATURATED: (&str, &str) = (
    "the sum stops at the greatest number (`saturating_add`)",
    "sums wrap, as `fetch_add` does it: `wrapping_add` where you add yourself",
);

/// An item that was worked, and what it gave.
#[derive(Clone, Copy)]
pub(super) struct Done {
    pub(super) item: usize,
    pub(super) tally: usize,
    pub(super) amount: u64,
    /// Who worked it.
    pub(super) process: usize,
    /// Its place among all ends.
    pub(super) ended_as: usize,
}

/// The number of an item in its call.
pub(super) fn number(work: &WorkRecord) -> usize {
    usize::try_from(work.work.key % CALL_KEYS).unwrap_or(usize::MAX)
}

/// The calls of `work` of this call, made-up ones apart.
pub(super) fn works(all: &[WorkRecord], call: usize) -> impl Iterator<Item = &WorkRecord> {
    all.iter().filter(move |work| work.call == call && work.work.kind == WORK && !work.unplanned)
}

/// What was worked of a call, each item once.
pub(super) fn done(sheet: &Sheet, run: &Run, call: usize) -> Vec<Done> {
    let mut seen = BTreeSet::new();
    let answered = works(&run.works, call).filter_map(|work| {
        let (item, amount) = (number(work), *work.answer.as_ref()?.numbers.first()?);
        let (tally, process) = (sheet.tally(item), work.process);
        Some(Done { item, tally, amount, process, ended_as: work.ended_as? })
    });
    answered.filter(|done| seen.insert(done.item)).collect()
}

/// The wrapping sum of amounts.
pub(super) fn sum<'a>(items: impl IntoIterator<Item = &'a Done>) -> u64 {
    items.into_iter().fold(0, |sum, done| sum.wrapping_add(done.amount))
}

impl Policy for AllIn {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        TakenOnce.judge(scenario, run)?;
        // Where the threads can't be seen there may be none: nothing is proven then.
        let Some(last) = run.looks.last() else { return Ok(()) };
        for (call, sheet) in self.0.iter().enumerate() {
            let done = done(sheet, run, call);
            for tally in 0..sheet.tallies {
                let own: Vec<Done> = done.iter().filter(|done| done.tally == tally).copied().collect();
                if last.slots[sheet.first + tally] != sum(&own) {
                    return Err(Story { run, call, sheet, tally, own, all: &done }.told(last));
                }
            }
        }
        Ok(())
    }
}

/// How a tally came to hold what it holds.
struct Story<'a> {
    run: &'a Run,
    call: usize,
    sheet: &'a Sheet,
    tally: usize,
    /// The items that belong to it, and all of the call.
    own: Vec<Done>,
    all: &'a [Done],
}

/// What is wrong with a tally.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Items are missing.
    Loss,
    /// It has items of other tallies.
    OfOthers,
    /// It is no sum of any items.
    NoSum,
}

/// Items, by number.
type Items = BTreeSet<usize>;

impl Story<'_> {
    fn told(&self, at_the_end: &Look) -> Finding {
        let value = at_the_end.slots[self.sheet.first + self.tally];
        let (inside, loss) = self.followed();
        let tally = self.tally;
        let (observed, fault) = match inside {
            Some(inside) => self.missing(&inside),
            None if value == u64::MAX => (format!("tally {tally} holds 2^64 - 1"), Fault::NoSum),
            None => (format!("what tally {tally} holds is no sum of whole amounts"), Fault::NoSum),
        };
        let when = loss.filter(|_| fault == Fault::Loss).map_or_else(String::new, |loss| self.moment(&loss));
        let (cause, hint) = self.why(value, fault);
        let expected = match self.own.len() {
            0 => format!("tally {tally} holds 0: no item belongs to it"),
            items => format!("tally {tally} holds the sum of the amounts of its {}", count(items, ITEM)),
        };
        Finding::fail(expected, format!("{observed}{when}"), cause, hint)
    }

    fn missing(&self, inside: &Items) -> (String, Fault) {
        let tally = self.tally;
        let missing: Vec<usize> =
            self.own.iter().map(|done| done.item).filter(|item| !inside.contains(item)).collect();
        let strange: Vec<&usize> =
            inside.iter().filter(|item| self.own.iter().all(|done| done.item != **item)).collect();
        if missing.is_empty() && !strange.is_empty() {
            return (
                format!("it holds the amounts of items of other tallies as well: {}", list(strange)),
                Fault::OfOthers,
            );
        }
        let (amounts, are) = if missing.len() == 1 { ("amount", "is") } else { ("amounts", "are") };
        let text = if inside.is_empty() {
            format!("tally {tally} holds nothing that was worked: 0")
        } else {
            format!(
                "the {amounts} of {} {} {are} missing in tally {tally}",
                noun(missing.len()),
                list(&missing)
            )
        };
        (text, Fault::Loss)
    }

    /// Which items are in the tally at the end, where that can be said, and the first moment at which some were lost.
    fn followed(&self) -> (Option<Items>, Option<Loss>) {
        let mut known: Vec<(u64, Items)> = vec![(0, Items::new())];
        let (mut current, mut loss) = (Some(Items::new()), None);
        for look in &self.run.looks {
            let value = look.slots[self.sheet.first + self.tally];
            let next = self.items_in(value, &known, current.as_ref());
            if let (Some(before), Some(now)) = (&current, &next) {
                let gone: Items = before.difference(now).copied().collect();
                if loss.is_none() && !gone.is_empty() {
                    loss = Some(Loss { gone, at: look.at, ended: look.ended });
                }
            }
            if let Some(items) = &next
                && known.iter().all(|(known, _)| *known != value)
            {
                known.push((value, items.clone()));
            }
            current = next;
        }
        (current, loss)
    }

    /// The items whose sum it is: those of a value that was seen, with one more or, of the one before, two.
    fn items_in(&self, value: u64, known: &[(u64, Items)], before: Option<&Items>) -> Option<Items> {
        if let Some((_, items)) = known.iter().find(|(known, _)| *known == value) {
            return Some(items.clone());
        }
        let with = |items: &Items, more: &[usize]| items.iter().chain(more).copied().collect::<Items>();
        for (sum, items) in known.iter().rev() {
            let one = self.all.iter().find(|done| sum.wrapping_add(done.amount) == value);
            if let Some(done) = one.filter(|done| !items.contains(&done.item)) {
                return Some(with(items, &[done.item]));
            }
        }
        let before = before?;
        let sum = sum(self.all.iter().filter(|done| before.contains(&done.item)));
        let rest = || self.all.iter().filter(|done| !before.contains(&done.item));
        let pairs = rest().flat_map(|one| rest().map(move |other| (one, other)));
        let mut fits = pairs.filter(|(one, other)| {
            one.item < other.item && sum.wrapping_add(one.amount).wrapping_add(other.amount) == value
        });
        fits.next().map(|(one, other)| with(before, &[one.item, other.item]))
    }

    /// By whose access it happened, where that is known.
    fn moment(&self, loss: &Loss) -> String {
        let by = self.accesses().find(|access| access.ended_as.is_some_and(|ended| ended + 1 == loss.ended));
        let what = match by.and_then(|access| Some((access, *access.work.input.numbers.first()?))) {
            Some((access, STORE)) => format!("{} stored what it had made of an older value", who(access)),
            Some((access, COMPARE_EXCHANGE)) => format!("{} put something older in its place", who(access)),
            Some((access, FETCH_ADD)) => format!("{} added something that is no amount", who(access)),
            Some((access, LOAD)) => format!("it was gone as {} looked", who(access)),
            _ => "the tally held more before".to_owned(),
        };
        format!("; {} got lost at {}: {what}", named(&loss.gone), tick(loss.at))
    }

    /// The accesses of this tally.
    fn accesses(&self) -> impl Iterator<Item = &WorkRecord> {
        let of = self.tally as u64;
        let works = self.run.works.iter();
        works.filter(move |work| work.call == self.call && work.work.kind == ACCESS && work.work.key == of)
    }

    fn why(&self, value: u64, fault: Fault) -> (&'static str, &'static str) {
        let does = |what| self.accesses().any(|access| access.work.input.numbers.first() == Some(&what));
        if value == u64::MAX && fault == Fault::NoSum {
            return SATURATED;
        }
        if fault == Fault::OfOthers {
            return (
                "amounts are added to another tally than their own",
                "the slot of an amount is the `tally` of its entry: `block.fetch_add(entry.tally, entry.amount)`",
            );
        }
        if does(STORE) {
            return (
                "`load`, then `store` are two steps: what another process adds in between is overwritten",
                "add in one step, with `fetch_add`; or with `compare_exchange`, again from the value that it gives back until it succeeds",
            );
        }
        if does(COMPARE_EXCHANGE) {
            return (
                "a `compare_exchange` that gives `Err` has written nothing; its result is not looked at, or it is tried again with a sum \
                 of the old value",
                "if it gives `Err(now)`, make the new sum from `now`, and try again until it gives `Ok`; or add with `fetch_add`",
            );
        }
        if fault == Fault::Loss {
            (
                "amounts are not added, or two steps of different processes get mixed: one overwrites what another has added in between",
                "add each amount to its tally in one step, with `fetch_add`, as soon as `work` has returned it",
            )
        } else {
            (
                "something else than amounts is kept in the slot of a tally, or an amount is added in part, twice, or to another tally",
                "the first `tallies` slots are for sums alone: keep everything else in the slots behind them; add each amount once",
            )
        }
    }
}

/// Items that were in a tally and are not any more.
struct Loss {
    gone: Items,
    at: u64,
    /// How many calls of the supplied work had ended.
    ended: usize,
}

fn who(access: &WorkRecord) -> &'static str {
    // Which worker it is, chance decides.
    if access.process == 0 { "the parent" } else { "a worker" }
}

fn noun(items: usize) -> &'static str {
    if items == 1 { "item" } else { "items" }
}

fn named(items: &Items) -> String {
    format!("{} {}", noun(items.len()), list(items))
}
