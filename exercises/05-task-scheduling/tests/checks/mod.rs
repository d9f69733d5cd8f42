//! The promises of `TaskSet` and the lives that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Life`] makes further ones.

mod life;
mod policies;

use judge::scenario::{Ticks, durations};
use judge::suite::{Case, Category, Check, Suite};

pub(crate) use life::Life;

/// An hour in ticks: longer than any time limit that an answer may have of its own.
pub(crate) const HOUR: Ticks = 3_600_000;

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    Suite {
        id: "05",
        name: "task-scheduling",
        supplied: &["task", "second half"],
        checks: vec![
            Check::visible(
                "runs_two_tasks",
                Category::Correctness,
                4,
                "each task gives one result",
                vec![
                    Life::new("2 tasks").create(100).create(100).gather().tells(),
                    Life::new("3 tasks that take hours")
                        .create_all(&[HOUR, 4 * HOUR, HOUR + 7])
                        .gather()
                        .tells(),
                ],
            ),
            Check::visible(
                "runs_in_the_background",
                Category::Correctness,
                16,
                "a task makes progress before anyone awaits it",
                vec![
                    Life::new("3 tasks, gathered later")
                        .create(100)
                        .create(20)
                        .create(30)
                        .sleep(50)
                        .gather()
                        .runs_at_once(),
                    Life::new("100 tasks, never gathered").create_all(&[50; 100]).sleep(200).runs_at_once(),
                    Life::new("tasks created after others have finished")
                        .create(10)
                        .sleep(50)
                        .create(10)
                        .sleep(50)
                        .gather()
                        .runs_at_once(),
                ],
            ),
            Check::visible(
                "runs_tasks_at_the_same_time",
                Category::Speedup,
                18,
                "`gather` takes as long as the slowest task, from its creation",
                vec![
                    Life::new("3 tasks of 2,000, 1,500 and 1,800 ticks")
                        .create(2000)
                        .create(1500)
                        .create(1800)
                        .gather()
                        .ends_in_time(),
                    Life::new("2 tasks, the second 100 ticks later")
                        .create(300)
                        .sleep(100)
                        .create(300)
                        .gather()
                        .ends_in_time(),
                    Life::new("200 tasks, shuffled")
                        .create_all(&durations::shuffled(200, 1))
                        .gather()
                        .ends_in_time(),
                    ten_thousand().ends_in_time().given(growing()),
                    Life::new("all finished before `gather`")
                        .create_all(&[10, 20, 30])
                        .sleep(101)
                        .gather()
                        .ends_in_time(),
                ],
            ),
            Check::visible(
                "first_runs_in_creation_order",
                Category::Ordering,
                10,
                "tasks first run in the order of their creation",
                vec![
                    Life::new("5 tasks, the first ends last")
                        .create_all(&durations::reversed(5))
                        .gather()
                        .starts_in_order(),
                    Life::new("100 tasks, gathered later")
                        .create_all(&[50; 100])
                        .sleep(20)
                        .gather()
                        .starts_in_order(),
                    ten_thousand().starts_in_order().given(growing()),
                ],
            ),
            Check::visible(
                "gathers_in_creation_order",
                Category::Ordering,
                14,
                "result i belongs to task i, whatever ends first",
                vec![
                    Life::new("two sets side by side")
                        .create(30)
                        .other_set()
                        .create_all(&[40, 30])
                        .gather()
                        .other_set()
                        .gather()
                        .tells(),
                    Life::new("10 tasks, the first ends last")
                        .create_all(&durations::reversed(10))
                        .gather()
                        .tells(),
                    Life::new("values and failures mixed")
                        .create_all(&[40, 50])
                        .create_panicking(10)
                        .create_all(&[30, 20])
                        .sleep(5)
                        .cancel(0)
                        .gather()
                        .tells(),
                ],
            ),
            Check::visible(
                "cancels",
                Category::Correctness,
                12,
                "a cancelled task never runs on and reads `Cancelled`",
                vec![
                    Life::new("3 tasks, task 1 cancelled midway")
                        .create_all(&[100; 3])
                        .sleep(50)
                        .cancel(1)
                        .gather()
                        .tells_and_stops(),
                    Life::new("a task of two halves cancelled in the second")
                        .create_two_halves(100)
                        .create(300)
                        .sleep(150)
                        .cancel(0)
                        .gather()
                        .tells_and_stops(),
                    Life::new("3 tasks, task 1 cancelled at once")
                        .create_all(&[100; 3])
                        .cancel(1)
                        .gather()
                        .tells_and_stops(),
                    Life::new("created after a cancel")
                        .create_all(&[100, 100])
                        .cancel(0)
                        .create(50)
                        .sleep(10)
                        .create(20)
                        .gather()
                        .tells_and_stops(),
                    Life::new("a cancel in one of two sets")
                        .create_all(&[100, 100])
                        .other_set()
                        .create_all(&[100, 100])
                        .sleep(10)
                        .cancel(1)
                        .gather()
                        .other_set()
                        .gather()
                        .tells_and_stops(),
                    Life::new("100 tasks, 50 of them cancelled")
                        .create_all(&[100; 100])
                        .sleep(10)
                        .cancel_all((0..100).filter(|id| id % 4 > 1))
                        .gather()
                        .tells_and_stops(),
                    Life::new("all of 3 tasks cancelled just before `gather`")
                        .create_all(&[100; 3])
                        .sleep(10)
                        .cancel_all(0..3)
                        .gather()
                        .tells_and_stops(),
                ],
            ),
            Check::visible(
                "cancels_only_what_runs",
                Category::Correctness,
                6,
                "cancelling what has ended, or was never created, gives false",
                vec![
                    Life::new("a finished task cancelled")
                        .create_all(&[20, 100])
                        .sleep(50)
                        .cancel(0)
                        .gather()
                        .tells_and_stops(),
                    Life::new("40 tasks, the last one cancelled when all have finished")
                        .create_all(&[10; 40])
                        .sleep(50)
                        .cancel(39)
                        .gather()
                        .tells_and_stops(),
                    Life::new("a task created after a finished one was cancelled")
                        .create_all(&[20, 100])
                        .sleep(50)
                        .cancel(0)
                        .create(30)
                        .gather()
                        .tells_and_stops(),
                    Life::new("unknown tasks cancelled")
                        .create(100)
                        .cancel(7)
                        .cancel(u64::MAX)
                        .gather()
                        .tells_and_stops(),
                    Life::new("a task cancelled twice at once")
                        .create_all(&[100, 100])
                        .sleep(10)
                        .cancel(0)
                        .cancel(0)
                        .gather()
                        .tells_and_stops(),
                    Life::new("two tasks cancelled twice before they ran")
                        .create_all(&[100, 100, 0])
                        .cancel_all([1, 1, 2, 2])
                        .gather()
                        .tells_and_stops(),
                    Life::new("a panicked task cancelled, then a running one")
                        .create_panicking(10)
                        .create_all(&[100, 100])
                        .sleep(50)
                        .cancel(0)
                        .cancel(2)
                        .gather()
                        .tells_and_stops(),
                ],
            ),
            Check::visible(
                "reports_panics",
                Category::Correctness,
                8,
                "a panicking task reads `Panicked`, and the others are untouched",
                vec![
                    Life::new("3 tasks, task 1 panics")
                        .create(100)
                        .create_panicking(50)
                        .create(100)
                        .gather()
                        .tells(),
                    Life::new("5 tasks, two panic at the same time")
                        .create(100)
                        .create_panicking(50)
                        .create_panicking(50)
                        .create_all(&[30, 100])
                        .gather()
                        .tells(),
                    Life::new("one panics, one is cancelled")
                        .create_panicking(50)
                        .create_all(&[100, 100])
                        .sleep(10)
                        .cancel(2)
                        .gather()
                        .tells(),
                    Life::new("panics with a `&str`, a `String` that says \"cancelled\" and a number")
                        .create_panicking_with_str(10)
                        .create_panicking_saying("the order was cancelled", 20)
                        .create_panicking_with_number(30)
                        .gather()
                        .tells(),
                    Life::new("a task created after another has panicked")
                        .create_panicking_with_str(10)
                        .create(200)
                        .sleep(50)
                        .create(20)
                        .sleep(50)
                        .gather()
                        .tells(),
                    Life::new("tasks that end, or panic, in their first turn")
                        .create(0)
                        .create_panicking(0)
                        .create(100)
                        .gather()
                        .tells(),
                ],
            ),
            Check::visible(
                "stops_when_dropped",
                Category::Robustness,
                8,
                "dropping the set or `gather` stops what is unfinished",
                vec![
                    Life::new("3 tasks, the set dropped midway")
                        .create_all(&[100, 200, 300])
                        .sleep(150)
                        .drop_set()
                        .stops(),
                    Life::new("3 tasks, `gather` dropped midway")
                        .create_all(&[100, 200, 300])
                        .gather_and_drop(150)
                        .stops(),
                    Life::new("50 tasks, the set dropped at once").create_all(&[100; 50]).drop_set().stops(),
                    Life::new("5 tasks, `gather` dropped after 1 tick")
                        .create_all(&[100; 5])
                        .gather_and_drop(1)
                        .stops(),
                    Life::new("5 tasks, one cancelled, the set dropped")
                        .create_all(&[100; 5])
                        .sleep(10)
                        .cancel(1)
                        .drop_set()
                        .stops(),
                    Life::new("50 tasks, one panics, one is cancelled, `gather` dropped")
                        .create_all(&[100; 2])
                        .create_panicking(5)
                        .create_all(&[100; 47])
                        .sleep(10)
                        .cancel(1)
                        .gather_and_drop(50)
                        .stops(),
                    Life::new("3 tasks, whoever owns the set panics")
                        .create_all(&[100; 3])
                        .sleep(10)
                        .unwind()
                        .stops(),
                    Life::new("one set dropped, the other gathered")
                        .create_all(&[100, 200])
                        .other_set()
                        .create_all(&[100, 200])
                        .sleep(10)
                        .drop_set()
                        .other_set()
                        .gather()
                        .tells_and_stops(),
                ],
            ),
            Check::visible(
                "copes_with_none_and_many",
                Category::Robustness,
                2,
                "an empty set, ten thousand tasks in time that grows linearly, and a second runtime",
                vec![
                    Life::new("no tasks").gather().tells(),
                    growing(),
                    ten_thousand().tells().given(growing()),
                    Life::new("2 tasks, and again on a new runtime")
                        .create(100)
                        .create(50)
                        .gather()
                        .twice()
                        .tells(),
                    Life::new("2 tasks of a set that was made before the runtime")
                        .create(100)
                        .create(50)
                        .gather()
                        .sets_first()
                        .tells(),
                ],
            ),
            Check::visible(
                "never_blocks_the_event_loop",
                Category::Robustness,
                2,
                "nothing but `.await` waits on the runtime's thread",
                vec![
                    Life::new("2 tasks").create(100).create(100).gather().leaves_the_loop_free(),
                    Life::new("20 tasks, one cancelled, one panics")
                        .create_all(&[100; 18])
                        .create_panicking(50)
                        .create(70)
                        .sleep(10)
                        .cancel(3)
                        .gather()
                        .leaves_the_loop_free(),
                    Life::new("5 tasks, one cancelled, the set dropped")
                        .create_all(&[100; 5])
                        .sleep(10)
                        .cancel(1)
                        .drop_set()
                        .leaves_the_loop_free(),
                ],
            ),
        ],
    }
}

fn ten_thousand() -> Life {
    Life::new("10,000 tasks").create_all(&lengths(10_000)).gather()
}

/// What any other case with so many waits for: with time that grows with the square it would take long to say what this says.
fn growing() -> Case {
    Life::growing("300 tasks, and 10,000", 300, 10_000)
}

/// Lengths that all differ, the first one the longest but for those behind a multiple of 100.
fn lengths(tasks: u32) -> Vec<Ticks> {
    let tasks = Ticks::from(tasks);
    (0..tasks).map(|index| tasks - index + 150 * (index % 100)).collect()
}
