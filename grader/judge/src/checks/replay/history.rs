//! The steps of a run, in order: what began, and who was back at the rest after it.

use std::collections::BTreeMap;

use super::model::{After, Back, Seen};
use crate::run::{End, Run, WorkRecord};
use crate::steps::{Gave, Told, read_back};

/// What happened, and who was back when all rested again.
pub(super) struct Event {
    pub(super) what: After,
    pub(super) back: Back,
    /// Whether a time limit still ran then.
    pub(super) within_limit: bool,
}

impl Event {
    /// The rest after it.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen { back: &self.back, within_limit: self.within_limit }
    }
}

/// The events of a run, those apart after which it did not come to rest; `Err` says what no driver does.
pub(super) fn of(run: &Run) -> Result<Vec<Event>, String> {
    let mut ends: Vec<&WorkRecord> = run.works.iter().filter(|work| work.ended_as.is_some()).collect();
    ends.sort_by_key(|work| work.ended_as);
    let mut backs = backs(run)?;
    let told = |work: &WorkRecord| work.answer.as_ref().map_or(Told::Stop, Told::read);
    let what = |work: &WorkRecord| match (work.work.asked_by_driver(), told(work)) {
        (Some(driver), Told::Row(row)) => After::Row(driver, row),
        (Some(_), Told::Nudge(Some((driver, _)))) if driver != Told::OWN_THREAD => After::Nudge(driver),
        _ => After::Nothing,
    };
    let mut events: Vec<Event> = Vec::with_capacity(ends.len());
    for (index, work) in ends.iter().enumerate() {
        let back = backs.remove(&(index + 1)).unwrap_or_default();
        // What came next did so at this rest.
        let within_limit = ends.get(index + 1).is_some_and(|next| next.within_limit);
        events.push(Event { what: what(work), back, within_limit });
    }
    let rested = matches!(
        run.end,
        End::Finished
            | End::Enough
            | End::Deadlock(_)
            | End::Oversleeps(_)
            | End::PollsForever(_)
            | End::StandsStill(_)
    );
    if !rested {
        events.pop();
    }
    Ok(events)
}

/// Who was back after so many ends.
fn backs(run: &Run) -> Result<BTreeMap<usize, Back>, String> {
    let mut backs: BTreeMap<usize, Back> = BTreeMap::new();
    let mut next: BTreeMap<u16, u64> = BTreeMap::new();
    for work in &run.works {
        let Some(driver) = work.work.asked_by_driver() else { continue };
        let due = next.entry(driver).or_default();
        if work.work.key != *due || work.unplanned {
            return Err(format!("step {} of driver {driver}, whose turn is step {due}", work.work.key));
        }
        *due += 1;
        if work.work.key == 0 {
            continue;
        }
        let gave: Vec<Gave> =
            read_back(&work.work.input).ok_or_else(|| format!("a result of driver {driver} that is none"))?;
        // What a nudge gave is nothing.
        let back = backs.entry(work.after).or_default();
        if !gave.is_empty() && back.insert(driver, gave).is_some() {
            return Err(format!("driver {driver} is back twice"));
        }
    }
    Ok(backs)
}
