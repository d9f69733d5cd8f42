//! The model: the event without any thread.

use judge::checks::replay::{Miss, Spec};

use super::super::shared::{CLEAR, IS_SET, SET, WAIT};

/// Whether it is set is all that there is to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model;

impl Spec for Model {
    type State = bool;

    fn start(&self) -> bool {
        false
    }

    fn next(&self, &is_set: &bool, _driver: u16, op: &[u64]) -> Option<(bool, Vec<u64>)> {
        match op[0] {
            WAIT => is_set.then(|| (is_set, vec![])),
            SET => Some((true, vec![])),
            CLEAR => Some((false, vec![])),
            _ => Some((is_set, vec![u64::from(is_set)])),
        }
    }

    fn called(&self, op: &[u64]) -> String {
        match op[0] {
            WAIT => "wait",
            SET => "set",
            CLEAR => "clear",
            _ => "is_set",
        }
        .to_owned()
    }

    fn gave(&self, op: &[u64], result: &[u64]) -> String {
        match (op[0], result) {
            (IS_SET, [0]) => "`false`".to_owned(),
            (IS_SET, _) => "`true`".to_owned(),
            _ => String::new(),
        }
    }

    /// What a spurious wake-up does is explained already; here are the mistakes that are typical of this object.
    fn explain(&self, miss: &Miss) -> Option<(String, String)> {
        let (cause, hint) = match (miss.late.is_empty(), miss.early.is_empty()) {
            _ if miss.is_nudge() => return None,
            (false, _) => (
                "the event is set, and nobody has woken whoever waits: `set` notifies none of them, or only one",
                "let `set` change the flag under the lock, and then `notify_all`",
            ),
            (true, false) => (
                "it goes on although the event is not set: `clear` has not made it unset, or `wait` does not look",
                "let `wait` look at the flag under the lock, in a loop, and let nothing but `set` make it true",
            ),
            (true, true) => return None,
        };
        Some((cause.to_owned(), hint.to_owned()))
    }
}
