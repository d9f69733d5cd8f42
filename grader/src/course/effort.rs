//! Whether anything in an answer was parallel, by what its runs show, and what that is worth at most and at least.
//!
//! The points of a suite go by promises that are kept. By them alone a map without a thread keeps half of its points, as order and
//! results come by themselves there, while a pool whose receiver waits forever keeps next to none, since nothing comes out of it. Whoever
//! wrote the second has learnt more of what the course teaches. So a course has two bounds, of the exercise's points: the first
//! kind gets 20 % at most, the second 30 % at least. Neither is the half that passes, and no order between the two is left to chance.
//!
//! Invariant: both bounds rest on proof. Calls of the work that were in flight together are parallel. An answer counts as sequential
//! only if it failed a check of speedup, passed none, and never had two calls in flight in the runs that are kept; one of which
//! nothing is known (what was not judged, or starts no work of its own) has its points as they are.

use judge::suite::{Category, Status};

use crate::record::{Change, Graded, Kind, sum};

/// Of an exercise's points, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    /// What an answer gets at most in which nothing is parallel.
    pub(super) sequential_at_most: f64,
    /// What an answer gets at least in which something is.
    pub(super) parallel_at_least: f64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { sequential_at_most: 20.0, parallel_at_least: 30.0 }
    }
}

impl Effort {
    /// Neither bound says anything.
    pub(super) const NONE: Self = Self { sequential_at_most: 100.0, parallel_at_least: 0.0 };

    /// What the bounds change of the points so far.
    pub(super) fn change(self, graded: &Graded) -> Option<Change> {
        let (score, most) = (graded.score?, graded.max_score);
        let bound = |percent: f64| (most * percent / 10.0).round() / 10.0;
        let (to, why) = if is_parallel(graded)? {
            let why =
                format!("its work ran in parallel: at least {} % of the points", self.parallel_at_least);
            (bound(self.parallel_at_least).max(score), why)
        } else {
            let why =
                format!("nothing in it is parallel: at most {} % of the points", self.sequential_at_most);
            (bound(self.sequential_at_most).min(score), why)
        };
        let points = sum([to, -score]);
        (points != 0.0).then_some(Change { kind: Kind::Effort, points, why, by: None, stale: false })
    }
}

/// Whether calls of the work ran together; `None`: it is not known.
fn is_parallel(graded: &Graded) -> Option<bool> {
    let seen = graded.checks.iter().filter_map(|check| check.evidence.timeline.as_ref());
    let most = seen.map(|timeline| timeline.most_in_flight).max().unwrap_or(0);
    let speedup = graded.checks.iter().filter(|check| check.category == Category::Speedup);
    let ended = |is: fn(Status) -> bool| speedup.clone().any(|check| is(check.status));
    if most > 1 {
        return Some(true);
    }
    let failed = ended(|status| !matches!(status, Status::Pass | Status::Skipped | Status::Inconclusive));
    (most == 1 && failed && !ended(|status| status == Status::Pass)).then_some(false)
}

#[cfg(test)]
mod tests {
    use judge::suite::Visibility;

    use super::*;
    use crate::record::Checked;
    use crate::report::example::{check, judged, timeline};

    /// A check of speedup, with the most calls in flight of its run.
    fn speedup(status: Status, most_in_flight: Option<usize>) -> Checked {
        let mut check = check("speed", Visibility::Visible, status);
        check.evidence.timeline = most_in_flight
            .map(|most_in_flight| judge::timeline::Timeline { most_in_flight, ..timeline("worker") });
        check
    }

    fn correct(status: Status) -> Checked {
        Checked { category: Category::Correctness, ..check("right", Visibility::Visible, status) }
    }

    fn change(checks: Vec<Checked>) -> Option<f64> {
        Effort::default().change(&judged(checks)).map(|change| change.points)
    }

    #[test]
    fn what_is_sequential_keeps_a_fifth_and_what_is_parallel_has_three_tenths() {
        let right = || correct(Status::Pass);
        assert_eq!(change(vec![right(), speedup(Status::Fail, Some(1))]), Some(-0.5));
        assert_eq!(change(vec![right(), speedup(Status::Fail, Some(4))]), Some(0.5));
        assert_eq!(change(vec![correct(Status::Deadlock), speedup(Status::Skipped, Some(2))]), Some(3.0));
        assert_eq!(change(vec![right(), right(), speedup(Status::Fail, Some(4))]), None);
    }

    #[test]
    fn of_what_nothing_is_proven_the_points_stay() {
        let right = || correct(Status::Pass);
        // The checks of speedup were not played, or passed, or nothing was seen of the work itself.
        assert_eq!(change(vec![right(), speedup(Status::Skipped, Some(1))]), None);
        assert_eq!(change(vec![right(), speedup(Status::Fail, None)]), None);
        assert_eq!(change(vec![right(), speedup(Status::Fail, Some(0))]), None);
        let both = vec![right(), right(), speedup(Status::Pass, Some(1)), speedup(Status::Fail, Some(1))];
        assert_eq!(change(both), None);
        assert_eq!(change(Vec::new()), None);
        let without = Effort::NONE.change(&judged(vec![right(), speedup(Status::Fail, Some(1))]));
        assert_eq!(without, None);
    }
}
