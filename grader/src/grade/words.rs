//! One cause, one message.

use crate::record::Checked;

/// Where a check fails for the same cause as one before it, says so instead of repeating the cause and the advice. It points
/// only to what whoever sees this check sees too.
pub(super) fn say_each_cause_once(checks: &mut [Checked]) {
    for later in 1..checks.len() {
        let (before, rest) = checks.split_at_mut(later);
        let check = &mut rest[0];
        let same = before.iter().find(|earlier| {
            earlier.cause.is_some()
                && earlier.cause == check.cause
                && earlier.status == check.status
                && earlier.visibility >= check.visibility
        });
        if let Some(earlier) = same {
            check.cause = Some(format!("the same as for `{}`", earlier.id));
            check.hint = Some(format!("see `{}`", earlier.id));
            check.evidence.same_as = Some(earlier.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use judge::suite::{Category, Status, Visibility};

    use super::*;
    use crate::record::Evidence;

    fn failed(id: &str, cause: &str) -> Checked {
        Checked {
            id: id.into(),
            category: Category::Speedup,
            visibility: Visibility::Visible,
            status: Status::Fail,
            score: 0.0,
            max_score: 1.0,
            expected: Some("e".into()),
            observed: Some(id.into()),
            cause: Some(cause.into()),
            hint: Some("h".into()),
            evidence: Evidence::default(),
        }
    }

    #[test]
    fn the_second_and_third_check_refer_to_the_first() {
        let mut checks =
            [failed("a", "lock"), failed("b", "lock"), failed("c", "other"), failed("d", "lock")];
        say_each_cause_once(&mut checks);
        let causes: Vec<_> = checks.iter().map(|check| check.cause.clone().unwrap()).collect();
        assert_eq!(causes, ["lock", "the same as for `a`", "other", "the same as for `a`"]);
        assert_eq!(checks[1].observed.as_deref(), Some("b"));
    }

    #[test]
    fn no_check_refers_to_one_that_its_reader_does_not_see() {
        let mut checks = [failed("a", "lock"), failed("b", "lock"), failed("c", "lock")];
        checks[0].visibility = Visibility::Hidden;
        say_each_cause_once(&mut checks);
        let causes: Vec<_> = checks.iter().map(|check| check.cause.clone().unwrap()).collect();
        assert_eq!(causes, ["lock", "lock", "the same as for `b`"]);
    }
}
