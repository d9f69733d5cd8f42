//! Points by weight: tenths that add up to a whole, however the weights divide.

use std::collections::BTreeMap;

use judge::suite::{Category, Status};

use super::file::OfExercise;
use crate::record::{Graded, points};

/// What a check weighs: its name, category and points, as the suite has them.
pub(super) struct Weighed<'a> {
    pub(super) id: &'a str,
    pub(super) category: Category,
    pub(super) points: f64,
}

/// The weight of each check: its own where it is named; else its part of its category's; else its points.
pub(super) fn weights(
    checks: &[Weighed<'_>],
    own: &BTreeMap<String, f64>,
    categories: &BTreeMap<Category, f64>,
) -> Vec<f64> {
    let weight = |check: &Weighed<'_>| {
        let of_category = || {
            let whole = categories.get(&check.category)?;
            let shared = checks.iter().filter(|other| other.category == check.category);
            let shared: f64 =
                shared.filter(|other| !own.contains_key(other.id)).map(|other| other.points).sum();
            Some(whole * check.points / shared)
        };
        own.get(check.id).copied().or_else(of_category).unwrap_or(check.points)
    };
    checks.iter().map(weight).collect()
}

/// Divides tenths by weight. What is left over by rounding down goes to the greatest remainders, the first of equals first.
pub(super) fn divided(tenths: u32, weights: &[f64]) -> Vec<u32> {
    let whole: f64 = weights.iter().sum();
    if whole <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|weight| f64::from(tenths) * weight / whole).collect();
    // As near to a whole number as rounding of the weights can bring it is that number.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "parts of a `u32`")]
    let mut parts: Vec<u32> = exact.iter().map(|exact| (exact + 1e-6) as u32).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|&one, &other| {
        let rest = |at: usize| exact[at] - f64::from(parts[at]);
        rest(other).total_cmp(&rest(one))
    });
    let left = tenths.saturating_sub(parts.iter().sum());
    order.into_iter().take(left as usize).for_each(|at| parts[at] += 1);
    parts
}

/// Gives the checks of an exercise, and the exercise, the points that the course gives them.
pub(super) fn weigh(graded: &mut Graded, rules: &OfExercise) {
    graded.max_score = points(rules.tenths);
    let checks = graded.checks.iter().map(|check| Weighed {
        id: &check.id,
        category: check.category,
        points: check.max_score,
    });
    let weights = weights(&checks.collect::<Vec<_>>(), &rules.checks, &rules.categories);
    for (check, tenths) in graded.checks.iter_mut().zip(divided(rules.tenths, &weights)) {
        check.max_score = points(tenths);
        check.score = if check.status == Status::Pass { check.max_score } else { 0.0 };
        if let Some(visibility) = rules.show.get(&check.id) {
            check.visibility = *visibility;
        }
    }
    if graded.score.is_some() {
        graded.score = Some(crate::record::sum(graded.checks.iter().map(|check| check.score)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_add_up_however_the_weights_divide() {
        assert_eq!(divided(100, &[1.0, 1.0, 1.0]), [34, 33, 33]);
        assert_eq!(divided(100, &[2.5, 2.5, 5.0]), [25, 25, 50]);
        assert_eq!(divided(10, &[0.0, 0.1, 0.3]), [0, 3, 7]);
        assert_eq!(divided(7, &[]), [] as [u32; 0]);
        assert_eq!(divided(7, &[0.0]), [0]);
        for tenths in 0..200 {
            let parts = divided(tenths, &[0.2, 1.8, 2.0, 3.0, 0.7, 2.3]);
            assert_eq!(parts.iter().sum::<u32>(), tenths);
        }
    }

    #[test]
    fn a_check_weighs_its_own_or_its_part_of_its_category() {
        let check = |id, category, points| Weighed { id, category, points };
        let checks = [
            check("a", Category::Correctness, 2.0),
            check("b", Category::Speedup, 3.0),
            check("c", Category::Speedup, 1.0),
            check("d", Category::Speedup, 2.0),
        ];
        let own = [("d".to_owned(), 5.0)].into();
        let categories = [(Category::Speedup, 8.0)].into();
        assert_eq!(weights(&checks, &own, &categories), [2.0, 6.0, 2.0, 5.0]);
        assert_eq!(weights(&checks, &BTreeMap::new(), &BTreeMap::new()), [2.0, 3.0, 1.0, 2.0]);
    }
}
