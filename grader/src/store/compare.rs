//! What differs between two gradings.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Serialize;

use super::{Number, Past, Place, Results};
use crate::record::{Graded, Verdict};
use crate::store::read::Row;

/// Two gradings, and what is not the same in them. Schema `comparison/1`.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) schema: &'static str,
    pub(crate) from: Number,
    pub(crate) to: Number,
    /// What decides verdicts and is not the same, in words.
    pub(crate) setup: Option<String>,
    /// How many results are the same in both.
    pub(crate) same: usize,
    /// In the order of the hand-ins' ids.
    pub(crate) changes: Vec<Change>,
}

/// One exercise of a hand-in.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    #[serde(flatten)]
    pub(crate) place: Place,
    /// `None`: it is not in that grading.
    pub(crate) before: Option<Side>,
    pub(crate) after: Option<Side>,
    pub(crate) why: Why,
    /// The checks whose status is not the same.
    pub(crate) checks: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Side {
    pub(crate) verdict: Verdict,
    pub(crate) score: Option<f64>,
}

/// Why a result is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// It is in one of the two alone.
    Only,
    /// In one of the two the machine failed.
    Machine,
    /// The suite, the judge, the kit, the toolchain, the seed or the sandbox is another one; maybe the sources, too.
    Setup,
    /// The student has handed in something else.
    Sources,
    /// Everything that should decide it is the same: a mistake of the kit.
    Unexplained,
}

impl Why {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Only => "not in both",
            Self::Machine => "could not be graded in one",
            Self::Setup => "judged by another setup",
            Self::Sources => "other sources",
            Self::Unexplained => "the same sources and setup: please report this as a mistake of the kit",
        }
    }
}

impl Comparison {
    /// Compares two gradings, of one store or of two.
    pub(crate) fn new((one, from): (&Results, &Past), (other, to): (&Results, &Past)) -> Result<Self> {
        let mut before = one.rows(from.number)?;
        let mut after = other.rows(to.number)?;
        let places: BTreeSet<Place> = before.keys().chain(after.keys()).cloned().collect();
        let mut same = 0;
        let mut changes = Vec::new();
        for place in places {
            let (before, after) = (before.remove(&place), after.remove(&place));
            if let (Some(before), Some(after)) = (&before, &after)
                && before.graded == after.graded
            {
                same += 1;
                continue;
            }
            let same_setup = from.setup.of(&place.exercise) == to.setup.of(&place.exercise);
            let why = why(before.as_ref(), after.as_ref(), same_setup);
            let checks = checks(before.as_ref(), after.as_ref());
            changes.push(Change {
                place,
                before: before.as_ref().map(side),
                after: after.as_ref().map(side),
                why,
                checks,
            });
        }
        let setup = from.setup.difference(&to.setup);
        Ok(Self { schema: "comparison/1", from: from.number, to: to.number, setup, same, changes })
    }
}

fn why(before: Option<&Row>, after: Option<&Row>, same_setup: bool) -> Why {
    let (Some(before), Some(after)) = (before, after) else { return Why::Only };
    match (&before.result, &after.result) {
        (Some((_, one, _)), Some((_, other, _))) if one == other => Why::Unexplained,
        (Some(_), Some(_)) if same_setup => Why::Sources,
        (Some(_), Some(_)) => Why::Setup,
        _ => Why::Machine,
    }
}

fn side(row: &Row) -> Side {
    Side { verdict: row.graded.verdict, score: row.graded.score }
}

fn checks(before: Option<&Row>, after: Option<&Row>) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let status = |graded: &Graded, id: &str| {
        graded.checks.iter().find(|check| check.id == id).map(|check| check.status)
    };
    let all = after.graded.checks.iter();
    let changed =
        all.filter(|check| status(&before.graded, &check.id).is_some_and(|before| before != check.status));
    changed.map(|check| check.id.clone()).collect()
}
