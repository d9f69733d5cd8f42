//! The engine of the kit: it runs a program of calls in virtual time and records what it did.
//!
//! Two processes. The **subject** runs the student's code; the work that this code is given is a shim that asks the
//! **judge**, in another process, and waits for the answer. The judge therefore sees each call start, decides when it ends,
//! and moves a virtual clock only while every thread of the subject sleeps. See `ARCHITECTURE.md`.
//!
//! - [`subject`]: what is linked into the judged program (always there; small).
//! - `engine` (feature `engine`): launches a subject and drives a [`scenario::Scenario`] to a [`run::Run`].
//! - `checks`, `suite` (feature `engine`): policies over runs, and the checks that an exercise consists of.
//! - `timeline` (feature `engine`): the picture of a run, as data, text, SVG and a trace.
//! - `front` (feature `front`): the `main` of a visible test target.
//!
//! Invariant: this crate knows no exercise and prints nothing. (The front hands its text to libtest-mimic.)
//! Invariant: no verdict depends on wall time. Invariant: expected answers exist in the judge's process alone.

pub mod bounds;
pub mod channel;
pub mod interleavings;
pub mod processes;
pub mod steps;
pub mod subject;
pub mod wire;

#[cfg(feature = "engine")]
pub mod checks;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "front")]
pub mod front;
#[cfg(feature = "engine")]
pub mod run;
#[cfg(feature = "engine")]
pub mod scenario;
#[cfg(feature = "engine")]
pub mod suite;
#[cfg(feature = "engine")]
pub mod timeline;
#[cfg(feature = "engine")]
pub mod words;
