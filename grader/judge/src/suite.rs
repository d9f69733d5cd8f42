//! What an exercise is checked for: suites, checks and cases as data, and the statuses that a check can get.
//!
//! A check is one promise of the contract with the cases that put it to the proof. A case is a scenario and the policies
//! that its run must satisfy. Checks share runs: the same scenario is played once for all checks that hold it.

mod judging;
mod spending;
mod verdict;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::checks::Policy;
use crate::scenario::Scenario;
pub use judging::Judging;
pub use verdict::{CheckResult, Finding, Status};

/// All checks of an exercise, in the order of a report.
pub struct Suite {
    /// `03`.
    pub id: &'static str,
    /// `ordered-map`.
    pub name: &'static str,
    /// What the supplied functions are called, by [`crate::wire::Work::kind`].
    pub supplied: &'static [&'static str],
    /// The checks. The first one that calls a function is its gate, and the simplest: where it finds that the function can't
    /// be judged at all (it is not written yet, it ends the process, it never comes to rest), the others that call it are
    /// skipped. So a student who has written one function of two gets the points of that one.
    pub checks: Vec<Check>,
}

impl Suite {
    /// The check with this id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Whether answers start worker processes.
    #[must_use]
    pub fn has_processes(&self) -> bool {
        self.checks.iter().flat_map(|check| &check.cases).any(|case| case.scenario.processes)
    }

    /// The checks before this one that come first for a function which it calls.
    fn gates(&self, check: &Check) -> impl Iterator<Item = &Check> {
        let firsts = check
            .entries()
            .into_iter()
            .filter_map(|entry| self.checks.iter().position(|other| other.entries().contains(&entry)));
        let own = self.checks.iter().position(|other| other.id == check.id);
        let before = firsts.filter(move |&first| own.is_none_or(|own| first < own));
        before.collect::<BTreeSet<_>>().into_iter().map(|first| &self.checks[first])
    }

    /// Adds cases to a check.
    ///
    /// # Panics
    /// Where the suite has no such check: a mistake of whoever wrote the suite.
    pub fn extend(&mut self, id: &str, cases: impl IntoIterator<Item = Case>) {
        let check = self.checks.iter_mut().find(|check| check.id == id);
        check.unwrap_or_else(|| panic!("the suite has no check `{id}`")).cases.extend(cases);
    }

    /// Says when students may see the result of a check. Others may name a check that they wait for, so make those that come
    /// first for a function no less visible than the rest.
    ///
    /// # Panics
    /// Where the suite has no such check: a mistake of whoever wrote the suite.
    pub fn show(&mut self, id: &str, visibility: Visibility) {
        let check = self.checks.iter_mut().find(|check| check.id == id);
        check.unwrap_or_else(|| panic!("the suite has no check `{id}`")).visibility = visibility;
    }

    /// The checks that name one before them which not everybody sees who sees them: each pair is a leak.
    pub fn told_too_early(&self) -> impl Iterator<Item = (&Check, &Check)> {
        let named = |check| self.gates(check).map(move |gate| (gate, check));
        self.checks.iter().flat_map(named).filter(|(gate, check)| gate.visibility < check.visibility)
    }

    /// The points of all checks, in tenths.
    #[must_use]
    pub fn tenths(&self) -> u32 {
        self.checks.iter().map(|check| check.tenths).sum()
    }
}

/// One promise of the contract.
pub struct Check {
    /// Its name in reports and in `cargo test`.
    pub id: &'static str,
    /// What kind of promise it is.
    pub category: Category,
    /// Who may see it.
    pub visibility: Visibility,
    /// What it is worth, in tenths of a point.
    pub tenths: u32,
    /// The promise, in the words of the contract.
    pub promise: &'static str,
    /// What puts it to the proof.
    pub cases: Vec<Case>,
}

impl Check {
    /// A check that students see.
    #[must_use]
    pub fn visible(
        id: &'static str,
        category: Category,
        tenths: u32,
        promise: &'static str,
        cases: Vec<Case>,
    ) -> Self {
        Self { id, category, visibility: Visibility::Visible, tenths, promise, cases }
    }

    /// The student's functions that its cases call, as the adapter numbers them.
    fn entries(&self) -> BTreeSet<u16> {
        let calls = self.cases.iter().flat_map(|case| &case.scenario.calls);
        calls.map(|call| call.request.entry).collect()
    }
}

/// One scenario and what its run must satisfy.
pub struct Case {
    /// What is played.
    pub scenario: Arc<Scenario>,
    /// Judged in this order; the first that is not satisfied decides.
    pub policies: Vec<Box<dyn Policy>>,
    /// Another case that must pass for this one to be played. Where it does not, the check that it belongs to says so.
    pub given: Option<Box<Case>>,
}

impl Case {
    /// A case that asks for nothing but an end.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        Self { scenario: Arc::new(scenario), policies: Vec::new(), given: None }
    }

    /// The same, played only where another case passes: for what would take too long where that one fails. Let a check hold that one,
    /// and this check others that decide it.
    #[must_use]
    pub fn given(self, other: Self) -> Self {
        Self { given: Some(Box::new(other)), ..self }
    }

    /// Whether it is only about runs that come to an end.
    fn leaves_the_end_open(&self) -> bool {
        self.policies.iter().any(|policy| policy.leaves_the_end_open())
    }

    /// Asks for this too, after what is asked already.
    #[must_use]
    pub fn and(mut self, policy: impl Policy + 'static) -> Self {
        self.policies.push(Box::new(policy));
        self
    }
}

/// What kind of promise a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The right results, each input worked once.
    Correctness,
    /// As fast as the workers allow.
    Speedup,
    /// The right order.
    Ordering,
    /// Limits, panics, waiting, coming to an end.
    Robustness,
}

impl Category {
    /// All of them; each exercise has a check of each.
    pub const ALL: [Self; 4] = [Self::Correctness, Self::Speedup, Self::Ordering, Self::Robustness];

    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Speedup => "speedup",
            Self::Ordering => "ordering",
            Self::Robustness => "robustness",
        }
    }
}

/// When a student may see a check's result. An instructor always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Never.
    Hidden,
    /// Once the marks are published.
    AfterPublished,
    /// Once no hand-in is taken any more.
    AfterDueDate,
    /// At once.
    Visible,
}

impl Visibility {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::AfterPublished => "after_published",
            Self::AfterDueDate => "after_due_date",
            Self::Visible => "visible",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Call, Plan};
    use crate::wire::{Payload, Request};

    fn check(id: &'static str, entries: &[u16]) -> Check {
        let call = |&entry| Call { lane: 0, request: Request { entry, input: Payload::default() } };
        let scenario = Scenario::new(id, entries.iter().map(call).collect(), Plan::default());
        Check::visible(id, Category::Correctness, 0, "", vec![Case::of(scenario)])
    }

    #[test]
    fn the_first_check_of_each_function_gates_the_others() {
        let checks = vec![check("a", &[0]), check("b", &[1]), check("c", &[1, 1]), check("d", &[1, 0])];
        let suite = Suite { id: "00", name: "test", supplied: &[], checks };
        let gates = |id| suite.gates(suite.check(id).unwrap()).map(|gate| gate.id).collect::<Vec<_>>();
        assert_eq!([gates("a"), gates("b")], [vec![], vec![]] as [Vec<&str>; 2]);
        assert_eq!([gates("c"), gates("d")], [vec!["b"], vec!["a", "b"]]);
    }

    #[test]
    fn a_gate_that_is_hidden_from_readers_of_what_it_gates_is_found() {
        let mut suite =
            Suite { id: "00", name: "test", supplied: &[], checks: vec![check("a", &[0]), check("b", &[0])] };
        suite.show("b", Visibility::Hidden);
        assert_eq!(suite.told_too_early().count(), 0);
        suite.show("a", Visibility::AfterPublished);
        suite.show("b", Visibility::Visible);
        let pairs: Vec<_> = suite.told_too_early().map(|(gate, check)| (gate.id, check.id)).collect();
        assert_eq!(pairs, [("a", "b")]);
    }
}
