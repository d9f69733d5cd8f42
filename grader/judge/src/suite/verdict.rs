//! What a check says: its status, and the finding that explains it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::run::Run;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every case satisfied every policy.
    Pass,
    /// Something was observed that the contract rules out.
    Fail,
    /// The program panicked, aborted, exited or ran out of stack.
    Crash,
    /// It can never go on, by certificate.
    Deadlock,
    /// It used up its CPU budget.
    Timeout,
    /// The machine did not let the run come to an end. Not the student's fault.
    Inconclusive,
    /// A check that it depends on did not pass.
    Skipped,
}

impl Status {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Crash => "crash",
            Self::Deadlock => "deadlock",
            Self::Timeout => "timeout",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Never [`Status::Pass`].
    pub status: Status,
    /// What the contract asks for, with figures.
    pub expected: String,
    /// What was seen, with figures.
    pub observed: String,
    /// The likely cause, in the terms of the lesson.
    pub cause: String,
    /// The next thing to try.
    pub hint: String,
    /// Whether the program could not be judged at all, so that other checks would only say the same again.
    pub hopeless: bool,
    /// Whether the student has not written the function yet (`todo!()`).
    pub not_done: bool,
}

impl Finding {
    /// A finding with this status.
    pub fn new(
        status: Status,
        expected: impl Into<String>,
        observed: impl Into<String>,
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            status,
            expected: expected.into(),
            observed: observed.into(),
            cause: cause.into(),
            hint: hint.into(),
            hopeless: false,
            not_done: false,
        }
    }

    /// An observation that the contract rules out.
    pub fn fail(
        expected: impl Into<String>,
        observed: impl Into<String>,
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(Status::Fail, expected, observed, cause, hint)
    }

    /// The same, said of a program that can't be judged at all.
    #[must_use]
    pub fn hopeless(mut self) -> Self {
        self.hopeless = true;
        self
    }
}

/// The result of a check.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// Which check.
    pub id: &'static str,
    /// How it ended.
    pub status: Status,
    /// The case that decided, and why; `None` where it passed.
    pub finding: Option<(String, Finding)>,
    /// What a check that passed could not look at, and why.
    pub remark: Option<String>,
    /// The run that decided; of a check that passed that of its first case, and `None` where it was skipped.
    pub run: Option<Arc<Run>>,
}
