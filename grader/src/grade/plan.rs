//! What has to be judged: whatever no judgement in the store fits, each sources once, however many have handed them in.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use super::class::Class;
use crate::course::{self, Digests};
use crate::intake;
use crate::store::{Judgement, Key, Origin, Past, Place, Results};

/// What is wanted besides that everything is graded once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    /// Judge again, though nothing has changed.
    pub(crate) force: bool,
    /// Only these hand-ins (`alice`) or exercises of theirs (`alice/03`); all others keep what they have. Empty: all.
    pub(crate) only: Vec<String>,
    /// Only what could not be graded the last time.
    pub(crate) failed: bool,
}

impl Choice {
    fn is_all(&self) -> bool {
        self.only.is_empty() && !self.failed
    }

    fn has(&self, place: &Place) -> bool {
        let named = |name: &String| match name.split_once('/') {
            Some((hand_in, exercise)) => {
                hand_in == place.hand_in && format!("{exercise:0>2}") == place.exercise
            }
            None => *name == place.hand_in,
        };
        self.is_all() || self.only.iter().any(named)
    }
}

/// What there is to do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(super) groups: Vec<Group>,
    /// What has its result already.
    pub(super) reused: Vec<(Place, Judgement, Origin)>,
    /// What was looked at.
    pub(crate) sources: Digests,
}

/// Equal sources of an exercise.
#[derive(Debug)]
pub(super) struct Group {
    /// `None`: they could not be read, which is tried again.
    pub(super) key: Option<Key>,
    /// Its index in the kit.
    pub(super) exercise: usize,
    /// Whose they are, as indices. The first one's are judged.
    pub(super) hand_ins: Vec<usize>,
}

impl Plan {
    /// How much there is to judge.
    pub(crate) fn to_judge(&self) -> usize {
        self.groups.len()
    }

    /// Looks at the sources of all, and for them into the store. `base` is the grading whose results are kept where the choice
    /// leaves hand-ins out.
    pub(crate) fn new(class: &Class, store: &Results, choice: &Choice, base: Option<&Past>) -> Result<Self> {
        let mut kept = match base {
            Some(past) if !choice.is_all() => store.rows(past.number)?,
            _ => HashMap::new(),
        };
        let mut plan = Self::default();
        let mut known: HashMap<Key, usize> = HashMap::new();
        for (index, hand_in) in class.hand_ins.iter().enumerate() {
            for (number, exercise) in class.bench.kit.exercises.iter().enumerate() {
                let place = class.place(index, number);
                let before = kept.remove(&place).and_then(|row| row.result);
                if let (false, Some((judgement, ..))) = (choice.has(&place), before) {
                    plan.reused.push((place, judgement, Origin::Kept));
                    continue;
                }
                let Ok(taken) = intake::take(hand_in, exercise) else {
                    plan.groups.push(Group { key: None, exercise: number, hand_ins: vec![index] });
                    continue;
                };
                let key = class.setup.key(number, &taken);
                let sources = plan.sources.entry(place.hand_in.clone()).or_default();
                sources.insert(place.exercise.clone(), course::digest(&taken));
                if !(choice.force && choice.has(&place))
                    && let Some(judgement) = store.judgement(&key)?
                {
                    let origin = if store.had(&place, &key)? { Origin::Unchanged } else { Origin::Shared };
                    plan.reused.push((place, judgement, origin));
                } else if let Some(&group) = known.get(&key) {
                    plan.groups[group].hand_ins.push(index);
                } else {
                    known.insert(key.clone(), plan.groups.len());
                    plan.groups.push(Group { key: Some(key), exercise: number, hand_ins: vec![index] });
                }
            }
        }
        Ok(plan)
    }
}

/// Keeping results of an earlier grading in a new one makes sense only where both judge alike.
pub(super) fn ensure_alike(class: &Class, choice: &Choice, base: Option<&Past>) -> Result<()> {
    if choice.is_all() {
        return Ok(());
    }
    for name in &choice.only {
        let is_known = (0..class.hand_ins.len()).any(|index| {
            (0..class.setup.exercises.len()).any(|exercise| {
                Choice { only: vec![name.clone()], ..Choice::default() }.has(&class.place(index, exercise))
            })
        });
        ensure!(
            is_known,
            "--only {name}: there is no such hand-in or exercise; it is ID or ID/EXERCISE, as in alice/03"
        );
    }
    let difference = base.and_then(|past| past.setup.difference(&class.setup));
    ensure!(
        difference.is_none(),
        "what is left out would keep results of another kind ({}): grade everything again, without --only and --failed",
        difference.unwrap_or_default()
    );
    Ok(())
}
