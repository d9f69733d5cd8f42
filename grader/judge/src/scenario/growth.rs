//! What more inputs may cost: calls that do the same with few inputs and with many, compared within one run.
//!
//! CPU time of the same program, moments apart: whatever makes a machine slow makes both slow. Between what grows with the inputs and
//! what grows with their square there is room for all that is left of chance.

use std::time::Duration;

/// How many times as much each of many inputs may cost as each of few. With the square of their number it would be [`Growth::times`].
const AT_MOST: u32 = 3;

/// So many times as much is proof before the call has ended.
const BEYOND_DOUBT: u32 = 6;

/// How many inputs each call of a scenario has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Growth {
    few: u32,
    many: u32,
    /// By call: whether it is one with many.
    calls: Vec<bool>,
}

impl Growth {
    /// Calls with `few` inputs, often enough that one among them is like most, then two with `many`: of one, something else may be
    /// to blame.
    #[must_use]
    pub fn new(few: u32, many: u32) -> Self {
        Self { few, many, calls: [[false; 5].as_slice(), &[true; 2]].concat() }
    }

    /// How many inputs each call has.
    pub fn inputs(&self) -> impl Iterator<Item = u32> {
        self.calls.iter().map(|&many| if many { self.many } else { self.few })
    }

    /// How many inputs the calls with few have, and those with many.
    #[must_use]
    pub fn sizes(&self) -> (u32, u32) {
        (self.few, self.many)
    }

    /// How many times as many inputs the calls with many have.
    #[must_use]
    pub fn times(&self) -> u32 {
        self.many / self.few
    }

    /// How many times the cost of few the cost of many may be.
    #[must_use]
    pub fn costs_at_most(&self) -> u32 {
        AT_MOST * self.times()
    }

    /// Whether the calls that have ended cost what they may: `None` until each has.
    #[must_use]
    pub fn keeps_up(&self, costs: &[Option<Duration>]) -> Option<bool> {
        let few = self.cost_of_few(costs)?;
        let many = self.of(true, costs)?.into_iter().min()?;
        Some(many <= few * self.costs_at_most())
    }

    /// Whether a call that has cost so much so far is proof that they don't.
    pub(crate) fn is_beyond_doubt(&self, costs: &[Option<Duration>], call: usize, so_far: Duration) -> bool {
        let is_with_many = self.calls.get(call).is_some_and(|&many| many);
        is_with_many
            && self.cost_of_few(costs).is_some_and(|few| so_far > few * (BEYOND_DOUBT * self.times()))
    }

    /// The median.
    fn cost_of_few(&self, costs: &[Option<Duration>]) -> Option<Duration> {
        let mut few = self.of(false, costs)?;
        few.sort_unstable();
        few.get(few.len() / 2).copied()
    }

    fn of(&self, many: bool, costs: &[Option<Duration>]) -> Option<Vec<Duration>> {
        let calls = self.calls.iter().zip(costs).filter(|(of, _)| **of == many);
        calls.map(|(_, cost)| *cost).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In µs: what a program costs that takes `linear` for each input and `square` thousandths for each pair.
    fn costs(growth: &Growth, linear: u64, square: u64, noise: &[u64]) -> Vec<Option<Duration>> {
        let cost = |(inputs, noise): (u32, &u64)| {
            let inputs = u64::from(inputs);
            (1_000 + linear * inputs + square * inputs * inputs / 1_000) * noise / 100
        };
        let costs = growth.inputs().zip(noise.iter().cycle()).map(cost);
        costs.map(|cost| Some(Duration::from_micros(cost))).collect()
    }

    /// As measured of answers to exercise 05: a linear one, and those that look at all tasks whenever one has ended, by the cheapest
    /// look and by the dearest. A machine that is a hundred times slower changes nothing, nor does one that is up to twice as slow
    /// now and then.
    #[test]
    fn what_grows_with_the_square_is_told_from_what_grows_with_the_inputs_on_any_machine() {
        let growth = Growth::new(300, 10_000);
        for noise in
            [[100; 7], [10_000; 7], [200, 100, 200, 100, 100, 200, 200], [100, 200, 200, 200, 100, 100, 200]]
        {
            for (square, keeps_up) in [(0, true), (23, false), (83, false)] {
                let costs = costs(&growth, 17, square, &noise);
                assert_eq!(growth.keeps_up(&costs), Some(keeps_up), "{square} {noise:?}");
            }
        }
    }

    #[test]
    fn nothing_is_said_before_there_is_something_to_compare() {
        let growth = Growth::new(300, 10_000);
        let mut costs = costs(&growth, 17, 0, &[100]);
        costs[6] = None;
        assert_eq!(growth.keeps_up(&costs), None);
        // Six times 33 times 6.1 ms.
        assert!(!growth.is_beyond_doubt(&costs, 6, Duration::from_millis(1_200)));
        assert!(growth.is_beyond_doubt(&costs, 6, Duration::from_millis(1_210)));
        assert!(!growth.is_beyond_doubt(&costs, 2, Duration::from_millis(1_210)), "it has few");
        costs[0] = None;
        assert!(!growth.is_beyond_doubt(&costs, 6, Duration::from_millis(1_210)));
    }
}
