//! How processes end, as plain data: what the judge has a worker process do, and the status that its parent sees.

use std::process::ExitStatus;

use serde::{Deserialize, Serialize};

/// How supplied work ends the process that it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Death {
    /// It exits with this code.
    Exit(i32),
    /// As `std::process::abort` does it.
    Abort,
    /// As if it was killed from outside.
    Kill,
}

/// How a process ended, as its parent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl Status {
    /// Of what the standard library says.
    #[must_use]
    pub fn of(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(NEITHER))
    }

    /// Whether it is that of a process which this ended. (Where there are no signals, killed processes have some code that is none of
    /// success.)
    #[must_use]
    pub fn is_of(self, death: Death) -> bool {
        match (death, self) {
            (Death::Exit(code), Self::Code(seen)) => code == seen,
            (Death::Abort, Self::Signal(signal)) => signal == SIGABRT,
            (Death::Kill, Self::Signal(signal)) => signal == SIGKILL,
            (Death::Abort | Death::Kill, Self::Code(seen)) => cfg!(windows) && seen != 0,
            (Death::Exit(_), Self::Signal(_)) => false,
        }
    }
}

/// A code that no process ends with, for a status that has neither.
const NEITHER: i32 = i32::MIN;

/// The same on every Unix.
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

/// A result as two numbers: how a call of an adapter returns it.
#[must_use]
pub fn told(result: Result<u64, ExitStatus>) -> [u64; 2] {
    match result.map_err(Status::of) {
        Ok(answer) => [0, answer],
        Err(Status::Code(code)) => [1, u64::from(code.cast_unsigned())],
        Err(Status::Signal(signal)) => [2, u64::from(signal.cast_unsigned())],
    }
}

/// The result that was [`told`]; `None` where these numbers tell none.
#[must_use]
pub fn read_back(numbers: [u64; 2]) -> Option<Result<u64, Status>> {
    let number = || u32::try_from(numbers[1]).ok().map(u32::cast_signed);
    match numbers[0] {
        0 => Some(Ok(numbers[1])),
        1 => Some(Err(Status::Code(number()?))),
        2 => Some(Err(Status::Signal(number()?))),
        _ => None,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_told_of_an_end_is_read_back() {
        // As wait(2) has it: the code in the second byte, the signal in the first.
        for (raw, status) in [(0, Status::Code(0)), (255 << 8, Status::Code(255)), (9, Status::Signal(9))] {
            assert_eq!(read_back(told(Err(ExitStatus::from_raw(raw)))), Some(Err(status)));
        }
        for answer in [0, 7, u64::MAX] {
            assert_eq!(read_back(told(Ok(answer))), Some(Ok(answer)));
        }
        assert_eq!(read_back([3, 0]), None);
        assert_eq!(read_back([1, u64::MAX]), None);
    }

    #[test]
    fn a_status_is_that_of_one_death_alone() {
        let statuses = [Status::Code(7), Status::Code(0), Status::Signal(SIGABRT), Status::Signal(SIGKILL)];
        let deaths = [Death::Exit(7), Death::Exit(0), Death::Abort, Death::Kill];
        for (at, status) in statuses.into_iter().enumerate() {
            let are = deaths.map(|death| status.is_of(death));
            assert_eq!(are.iter().filter(|is| **is).count(), 1);
            assert!(are[at], "{status:?}");
        }
    }
}
