//! What is in the tallies if a worker has ended early.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Look, Run};
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words::{count, list};

use super::super::shared::ACCESS;
use super::ITEM;
use super::asked::somebody_died;
use super::block::{Done, SATURATED, done, works};
use super::cases::Sheet;
use super::going::Ended;
use super::workers::{NeverTwice, TakenOnce};

/// Each item is worked once and is in its tally at the end, whoever died, except the one that a worker had as it died. A pass says nothing
/// of how the call ends.
pub(super) struct OthersAreIn(pub(super) Vec<Sheet>);

impl Policy for OthersAreIn {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        NeverTwice.judge(scenario, run)?;
        if !somebody_died(run) {
            TakenOnce.judge(scenario, run).map_err(|finding| self.not_worked(finding))?;
        }
        self.0.iter().enumerate().try_for_each(|(call, sheet)| all_but_one(sheet, run, call))
    }
}

impl OthersAreIn {
    /// Where nobody has died.
    fn not_worked(&self, finding: Finding) -> Finding {
        if self.0.iter().all(Sheet::has_good_commands) {
            return finding;
        }
        Finding {
            cause: "a process that can't be started ends the call: those that run are stopped, or waited for before they have worked what \
                    is left; or an item was meant for that process, and nobody else takes it"
                .to_owned(),
            hint: "keep the error, deal nothing out, let the processes that run work everything, wait for them, and panic then"
                .to_owned(),
            ..finding
        }
    }
}

const LOST: (&str, &str) = (
    "amounts that a worker keeps to itself are lost with it; or the steps of different processes get mixed, so that one overwrites what \
     another has added",
    "add each amount to its tally with `fetch_add`, as soon as `work` has returned it",
);

fn all_but_one(sheet: &Sheet, run: &Run, call: usize) -> Result<(), Finding> {
    let (all, Some(last)) = (done(sheet, run, call), run.looks.last()) else { return Ok(()) };
    // Killed between two accesses, a worker may have taken an item that it had not begun.
    let killed = run.works.iter().any(|work| work.call == call && work.work.kind == ACCESS && work.died);
    let begun: BTreeSet<usize> = works(&run.works, call).map(super::block::number).collect();
    let never: Vec<usize> = (0..sheet.items).filter(|item| !begun.contains(item)).collect();
    if never.len() > usize::from(killed) {
        return Err(Finding::fail(
            "the other workers work what is left",
            format!("{} of {} never worked: {}", count(never.len(), ITEM), sheet.items, list(&never)),
            "items get lost with the worker: they were dealt out to it beforehand, or the others stop, or are stopped, when one has died",
            "deal nothing out, so that the others take what is left by themselves; look at the statuses when all have ended",
        ));
    }
    let dead: BTreeSet<usize> =
        run.works.iter().filter(|work| work.died || work.panicked).map(|work| work.process).collect();
    let Ended { mut must, may } = Ended::at(&all, run, call, run.works.len(), usize::MAX);
    let (of_the_dead, of_others): (Vec<Done>, Vec<Done>) =
        may.into_iter().partition(|done| dead.contains(&done.process));
    must.extend(of_others);
    let ended = Ended { must, may: of_the_dead };
    for tally in 0..sheet.tallies {
        let value = last.slots[sheet.first + tally];
        if !ended.allows(tally, value) {
            let (cause, hint) = if value == u64::MAX { SATURATED } else { LOST };
            let must: Vec<usize> =
                ended.must.iter().filter(|done| done.tally == tally).map(|done| done.item).collect();
            return Err(Finding::fail(
                format!(
                    "tally {tally} holds the amounts of all items but the one that the dead worker had: {}",
                    list(&must)
                ),
                match (value, ended.without(|done| dead.contains(&done.process)).allows(tally, value)) {
                    (0, _) => "it holds nothing".to_owned(),
                    (_, true) => "what the dead worker had worked before is missing".to_owned(),
                    _ => "it holds another sum".to_owned(),
                },
                cause,
                hint,
            ));
        }
    }
    if never.is_empty() { Ok(()) } else { not_two(ended, sheet, last) }
}

/// Whoever dies with an item that it has not begun has added the one before: it has one item, and not two.
fn not_two(mut ended: Ended, sheet: &Sheet, last: &Look) -> Result<(), Finding> {
    let before = std::mem::take(&mut ended.may);
    ended.must.extend(&before);
    for done in before {
        if !ended.allows(done.tally, last.slots[sheet.first + done.tally]) {
            return Err(Finding::fail(
                "the item that the dead worker had is the only one that may be missing",
                // Which items these are, chance decides.
                "an item that it had worked is in no tally, and another one was taken and never worked",
                "a worker takes its next item before it has added the amount of the last one: so it has two, and both are lost with it",
                "work, add the amount, and take the next item after that",
            ));
        }
    }
    Ok(())
}
