//! What is in the tallies while items are worked.

use judge::checks::Policy;
use judge::run::{Look, Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::tick;

use super::block::{Done, SATURATED, done, number, sum, works};
use super::cases::Sheet;

/// No process works two items at the same time. Whenever all processes rest, each tally is the sum of amounts of items that have ended, of
/// which none is missing but those after which their process has begun no other. A pass proves it for the moments at which somebody could
/// look.
pub(super) struct SharedAsItGoes(pub(super) Vec<Sheet>);

/// No amount is as small, unless a case makes it so.
const SMALL: u64 = 1_000;

/// More items than this that may be in a tally or not are too many to try.
const AT_MOST: usize = 16;

/// The items of a call that have ended at a moment: those that have to be in their tallies, and those that may be.
pub(super) struct Ended {
    pub(super) must: Vec<Done>,
    pub(super) may: Vec<Done>,
}

impl Ended {
    pub(super) fn at(all: &[Done], run: &Run, call: usize, begun: usize, ended: usize) -> Self {
        let later: Vec<&WorkRecord> = works(&run.works[..begun.min(run.works.len())], call).collect();
        let goes_on =
            |done: &Done| later.iter().any(|work| work.process == done.process && work.after > done.ended_as);
        let over = all.iter().filter(|done| done.ended_as < ended).copied();
        let (must, may) = over.partition(goes_on);
        Self { must, may }
    }

    /// Whether a tally holds what it may.
    pub(super) fn allows(&self, tally: usize, value: u64) -> bool {
        let must = sum(self.must.iter().filter(|done| done.tally == tally));
        let may: Vec<&Done> = self.may.iter().filter(|done| done.tally == tally).collect();
        may.len() > AT_MOST || sums(&may).contains(&value.wrapping_sub(must))
    }

    /// The same without some that have to be in it.
    pub(super) fn without(&self, missing: impl Fn(&Done) -> bool) -> Self {
        Self {
            must: self.must.iter().filter(|done| !missing(done)).copied().collect(),
            may: self.may.clone(),
        }
    }

    /// The one item that is missing in a tally, where it is one.
    fn missing(&self, tally: usize, value: u64) -> Option<&Done> {
        let is_it = |item: usize| self.without(|done| done.item == item).allows(tally, value);
        self.must.iter().find(|done| done.tally == tally && is_it(done.item))
    }
}

/// The sums of all subsets.
fn sums(items: &[&Done]) -> Vec<u64> {
    items.iter().fold(vec![0], |sums, item| {
        let with = sums.iter().map(|sum: &u64| sum.wrapping_add(item.amount)).collect::<Vec<_>>();
        [sums, with].concat()
    })
}

impl Policy for SharedAsItGoes {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        for (call, sheet) in self.0.iter().enumerate() {
            one_at_a_time(run, call)?;
            let all = done(sheet, run, call);
            for look in &run.looks {
                let ended = Ended::at(&all, run, call, look.begun, look.ended);
                for tally in 0..sheet.tallies {
                    let value = look.slots[sheet.first + tally];
                    if !ended.allows(tally, value) {
                        return Err(told(&ended, tally, value, look));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a process began an item before the one that it had was worked.
fn one_at_a_time(run: &Run, call: usize) -> Result<(), Finding> {
    for first in works(&run.works, call) {
        // Those that began later and before its end.
        let during = |work: &&WorkRecord| {
            work.process == first.process
                && (work.after, number(work)) > (first.after, number(first))
                && first.ended_as.is_none_or(|ended| work.after <= ended)
        };
        let Some(second) = works(&run.works, call).find(during) else { continue };
        return Err(Finding::fail(
            RIGHT,
            // Which items meet in a process, chance decides.
            format!(
                "a worker began an item at {}, and the one that it had was not worked yet",
                tick(second.start)
            ),
            "a worker process works several items at the same time, in threads of its own: so more than one item of each worker is not in its \
             tally",
            "let each process work one item at a time: the processes are what runs side by side",
        ));
    }
    Ok(())
}

const RIGHT: &str = "an item is in its tally before the process that worked it starts another one, and a tally holds nothing but whole amounts";

fn told(ended: &Ended, tally: usize, value: u64, look: &Look) -> Finding {
    let must: Vec<&Done> = ended.must.iter().filter(|done| done.tally == tally).collect();
    let missing = match must.first() {
        Some(first) if value == 0 => Some(*first),
        _ => ended.missing(tally, value),
    };
    let at = tick(look.at);
    let (observed, cause, hint) = if let Some(Done { item, .. }) = missing {
        let others = match must.len() - 1 {
            more @ 1.. if value == 0 => format!("; nor is anything of {more} more"),
            _ => String::new(),
        };
        (
            format!(
                "at {at} item {item} is not in tally {tally}, and the worker that worked it has begun another one{others}"
            ),
            "a worker keeps amounts to itself, and adds them later or at its end, or sends them to the parent; or what it had added was \
             overwritten",
            "work, add the amount with `fetch_add`, and take the next item after that",
        )
    } else if value == u64::MAX {
        (format!("at {at} tally {tally} holds 2^64 - 1"), SATURATED.0, SATURATED.1)
    } else if value < SMALL {
        (
            format!("at {at} tally {tally} holds {value}, which is no sum of amounts"),
            "something else is kept in the slot of a tally, such as the cursor or a lock",
            "the first `tallies` slots are for sums alone: everything else has its place in the slots behind them",
        )
    } else {
        (
            format!("at {at} what tally {tally} holds is no sum of the amounts that have to be in it"),
            "amounts are cut to fewer bits, added in part, twice, to other tallies, or late; or what one process adds overwrites what another one has added",
            "add each amount whole, once, in one step, as soon as `work` has returned it: `block.fetch_add(entry.tally, entry.amount)`",
        )
    };
    Finding::fail(RIGHT, observed, cause, hint)
}
