//! Trouble of the machine is tried again, a few times and ever later.

use std::time::Duration;

use anyhow::{Error, Result};

/// How often in one grading.
pub(super) const TRIES: u32 = 3;

/// How long the machine is left in peace after the first time.
const BACK_OFF: Duration = Duration::from_millis(500);

/// Does it until it succeeds or has failed for good. Between two tries it tells which one failed and why, and waits so long; where
/// that says `false`, nobody wants it any more.
pub(super) fn try_often<T>(
    mut work: impl FnMut() -> Result<T>,
    mut wait: impl FnMut(u32, &Error, Duration) -> bool,
) -> Result<T> {
    let mut attempt = 1;
    loop {
        match work() {
            Err(trouble) if attempt < TRIES && wait(attempt, &trouble, BACK_OFF * 4_u32.pow(attempt - 1)) => {
                attempt += 1;
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{bail, ensure};

    use super::*;

    /// What comes of work that fails so often, and how long it waited.
    fn after(failures: u32) -> (Result<u32>, Vec<Duration>) {
        let (mut calls, mut waited) = (0, Vec::new());
        let work = || {
            calls += 1;
            ensure!(calls > failures, "no room, {calls}");
            Ok(calls)
        };
        let done = try_often(work, |_, _, long| {
            waited.push(long);
            true
        });
        (done, waited)
    }

    #[test]
    fn it_is_tried_three_times_and_later_each_time() {
        assert_eq!(after(0).0.unwrap(), 1);
        assert_eq!(after(2).0.unwrap(), 3);
        let (done, waited) = after(9);
        assert_eq!(done.unwrap_err().to_string(), "no room, 3");
        assert_eq!(waited, [BACK_OFF, BACK_OFF * 4]);
    }

    #[test]
    fn it_is_not_tried_again_where_nobody_wants_it() {
        let mut calls = 0;
        let done: Result<()> = try_often(
            || {
                calls += 1;
                bail!("stopped")
            },
            |_, _, _| false,
        );
        assert!(done.is_err());
        assert_eq!(calls, 1);
    }
}
