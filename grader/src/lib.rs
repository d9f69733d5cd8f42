//! The grading pipeline behind the `grader` command: find hand-ins, build each against the pristine kit, judge it, report.
//!
//! - [`cli`]: the command line; thin.
//! - `kit`: where the pristine kit lies and what exercises it has. `intake`: what a hand-in consists of.
//! - `build`: from sources to a program; `jail`: whatever of a hand-in runs, the compiler included, runs in the sandbox.
//!   (Public for the benchmark.)
//!   `process`: cargo, for the kit's own dependencies.
//! - `grade`: one hand-in and exercise to a record; many, side by side. `record`: the plain data of a grading.
//!   `evidence`: what reports show beyond it.
//! - `store`: what was judged is kept, and not judged again. `events`, `progress`: what goes on meanwhile, and who tells it.
//! - `measure`: real speed, as information beside the verdicts.
//! - `alike`: which hand-ins are like one another, for instructors.
//! - `course`: what a teacher decides about points: the course file, lateness, marks by hand.
//! - `trouble`: what the system refuses, and what to do about it.
//! - `report`: renders records. `export`: writes them in other programs' formats; `bundle`: packs the kit for sites that grade
//!   by themselves. `verify`: proves the kit by its corpus.
//! - `scaffold`: makes another exercise from a template; `check`: what of one is missing; `derived`: tables and links that follow
//!   from the exercises' lessons.
//!
//! Invariant: what a hand-in does never makes an `Err`; an `Err` means that the machine or the kit failed.

mod alike;
mod build;
mod bundle;
mod check;
pub mod cli;
mod course;
mod derived;
mod document;
mod events;
mod evidence;
mod exit;
mod export;
mod grade;
mod intake;
mod interrupt;
pub mod jail;
mod kit;
// The companion reads lessons, too: what a lesson is stands once.
#[path = "../companion/src/lesson.rs"]
mod lesson;
mod measure;
mod process;
mod progress;
pub mod record;
mod release;
mod report;
mod scaffold;
mod store;
mod trouble;
mod verify;
