//! Who is shown what of a grading: the one place that applies a check's visibility.
//!
//! Invariant: of a check that an audience does not see nothing but points is left, pooled over the exercise: no name, no
//! status, no text. Totals stay what they are, so that every report of a grading tells the same score.
//!
//! That a text about one check does not give away another is seen to where texts are made (`grade/words.rs`) and by the
//! suites, whose gates are as visible as what they gate.

use clap::ValueEnum;
use judge::suite::{Status, Visibility};

use crate::record::{Checked, Graded, sum};

/// Whoever reads a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum Audience {
    /// Whoever teaches: sees every check
    Instructor,
    /// A student while hand-ins are still taken
    #[default]
    Student,
    /// A student once no hand-in is taken any more
    AfterDueDate,
    /// A student once the marks are published
    AfterPublished,
}

impl Audience {
    /// Whether a check of this visibility is shown.
    pub(crate) fn sees(self, visibility: Visibility) -> bool {
        match self {
            Self::Instructor => true,
            Self::Student => visibility >= Visibility::Visible,
            Self::AfterDueDate => visibility >= Visibility::AfterDueDate,
            Self::AfterPublished => visibility >= Visibility::AfterPublished,
        }
    }
}

/// What an audience is shown of an exercise's checks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown<'a> {
    /// In the suite's order.
    pub(crate) checks: Vec<&'a Checked>,
    /// What the others come to; `None` where all are shown.
    pub(crate) withheld: Option<Withheld>,
}

/// The points of checks that are not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Withheld {
    /// How many checks.
    pub(crate) checks: usize,
    /// Their points.
    pub(crate) score: f64,
    /// The most it could be.
    pub(crate) max_score: f64,
}

/// The checks of an exercise that this audience sees, and the points of the others.
pub(crate) fn shown(graded: &Graded, audience: Audience) -> Shown<'_> {
    let (checks, others): (Vec<_>, Vec<_>) =
        graded.checks.iter().partition(|check| audience.sees(check.visibility));
    let withheld = (!others.is_empty()).then(|| Withheld {
        checks: others.len(),
        score: sum(others.iter().map(|check| check.score)),
        max_score: sum(others.iter().map(|check| check.max_score)),
    });
    Shown { checks, withheld }
}

/// What is said of a check that did not pass, by name: `expected`, `observed`, `likely`, `try`. Of one that fails for an earlier
/// one's cause, what was observed is left, and where to look.
pub(crate) fn findings(check: &Checked) -> Vec<(&'static str, &str)> {
    let rows = [
        ("expected", &check.expected),
        ("observed", &check.observed),
        ("likely", &check.cause),
        ("try", &check.hint),
    ];
    if check.status == Status::Pass {
        return Vec::new();
    }
    rows.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))).collect()
}

#[cfg(test)]
mod tests {
    use judge::suite::Category;

    use super::*;
    use crate::record::{Evidence, Verdict};

    fn check(id: &str, visibility: Visibility, score: f64) -> Checked {
        Checked {
            id: id.into(),
            category: Category::Ordering,
            visibility,
            status: if score > 0.0 { Status::Pass } else { Status::Fail },
            score,
            max_score: 2.5,
            expected: None,
            observed: None,
            cause: None,
            hint: None,
            evidence: Evidence::default(),
        }
    }

    #[test]
    fn each_audience_sees_its_checks_and_the_points_of_the_others() {
        let all = [
            check("hidden", Visibility::Hidden, 2.5),
            check("published", Visibility::AfterPublished, 0.0),
            check("due", Visibility::AfterDueDate, 2.5),
            check("visible", Visibility::Visible, 0.0),
        ];
        let graded = Graded {
            id: "03".into(),
            name: "ordered-map".into(),
            verdict: Verdict::Fail,
            score: Some(5.0),
            max_score: 10.0,
            message: None,
            checks: all.into(),
            changes: Vec::new(),
        };
        let seen = |audience| {
            let Shown { checks, withheld } = shown(&graded, audience);
            let ids: Vec<_> = checks.iter().map(|check| check.id.as_str()).collect();
            let withheld = withheld.map(|withheld| (withheld.checks, withheld.score, withheld.max_score));
            (ids.join(" "), withheld)
        };
        assert_eq!(seen(Audience::Student), ("visible".into(), Some((3, 5.0, 7.5))));
        assert_eq!(seen(Audience::AfterDueDate), ("due visible".into(), Some((2, 2.5, 5.0))));
        assert_eq!(seen(Audience::AfterPublished), ("published due visible".into(), Some((1, 2.5, 2.5))));
        assert_eq!(seen(Audience::Instructor), ("hidden published due visible".into(), None));
    }
}
