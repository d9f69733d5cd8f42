//! Exercise 05, task scheduling: longer lives, and some that are built against one kind of mistake each.

use super::visible;

use crate::{Exercise, Growth};
use judge::scenario::durations;
use judge::suite::{Case, Suite};
use visible::{HOUR, Life};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise = Exercise {
    suite,
    visible: visible::suite,
    scaling: Some(Growth { check: "runs_tasks_at_the_same_time", of: "tasks", case: scaling }),
    workload: None,
};

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("runs_two_tasks", [Life::new("1 task").create(10).gather().tells()]);
    suite.extend("runs_in_the_background", background());
    suite.extend("runs_tasks_at_the_same_time", overlap(seed));
    suite.extend("first_runs_in_creation_order", starts(seed));
    suite.extend("gathers_in_creation_order", orders(seed));
    suite.extend("cancels", cancels());
    suite.extend("cancels_only_what_runs", refusals());
    suite.extend("reports_panics", panics());
    suite.extend("stops_when_dropped", drops());
    suite.extend("copes_with_none_and_many", many());
    suite.extend("never_blocks_the_event_loop", blocking());
    suite
}

/// So many tasks run at the same time.
fn scaling(tasks: usize) -> Case {
    Life::new(&format!("{tasks} equal tasks")).create_all(&vec![100; tasks]).gather().ends_in_time()
}

fn background() -> Vec<Case> {
    vec![
        Life::new("tasks created after others have finished")
            .create(10)
            .sleep(50)
            .create(10)
            .sleep(50)
            .gather()
            .tells(),
    ]
}

fn overlap(seed: u64) -> Vec<Case> {
    vec![
        Life::new("3 tasks that take hours").create_all(&[HOUR, 4 * HOUR, HOUR + 7]).gather().ends_in_time(),
        Life::new("5 tasks of odd lengths").create_all(&[101, 53, 211, 149, 97]).gather().ends_in_time(),
        Life::new("200 tasks, shuffled anew")
            .create_all(&durations::shuffled(200, seed.wrapping_add(1)))
            .gather()
            .ends_in_time(),
    ]
}

fn starts(seed: u64) -> Vec<Case> {
    vec![
        Life::new("100 tasks, shuffled")
            .create_all(&durations::shuffled(100, seed.wrapping_add(2)))
            .gather()
            .starts_in_order(),
    ]
}

fn orders(seed: u64) -> Vec<Case> {
    vec![
        Life::new("100 tasks, shuffled")
            .create_all(&durations::shuffled(100, seed.wrapping_add(2)))
            .gather()
            .tells(),
        Life::new("all finished before `gather`").create_all(&[10, 20, 30]).sleep(101).gather().tells(),
    ]
}

fn cancels() -> Vec<Case> {
    vec![
        Life::new("the last of 4 tasks cancelled")
            .create_all(&[100; 4])
            .sleep(10)
            .cancel(3)
            .gather()
            .tells_and_stops(),
        Life::new("a task of two halves cancelled in the first")
            .create_two_halves(100)
            .create(300)
            .sleep(50)
            .cancel(0)
            .gather()
            .tells_and_stops(),
        Life::new("a cancel long before `gather`")
            .create_all(&[100, 300])
            .sleep(10)
            .cancel(0)
            .sleep(150)
            .gather()
            .tells_and_stops(),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        Life::new("a task cancelled again later")
            .create_all(&[100, 100])
            .sleep(10)
            .cancel(0)
            .sleep(10)
            .cancel(0)
            .gather()
            .tells_and_stops(),
        Life::new("the next id cancelled")
            .create_all(&[100, 100])
            .sleep(10)
            .cancel(2)
            .gather()
            .tells_and_stops(),
        Life::new("nothing to cancel").cancel(0).create(20).gather().tells_and_stops(),
    ]
}

fn panics() -> Vec<Case> {
    vec![
        Life::new("the first of 3 tasks panics last")
            .create_panicking(300)
            .create_all(&[100, 200])
            .gather()
            .tells(),
        Life::new("4 tasks, all of them panic, the first one last")
            .create_panicking(40)
            .create_panicking_with_str(30)
            .create_panicking_with_number(20)
            .create_panicking(10)
            .gather()
            .tells(),
        Life::new("3 tasks panic before `gather`, two of them at once")
            .create_panicking(10)
            .create_panicking(20)
            .create(100)
            .create_panicking(20)
            .sleep(50)
            .gather()
            .tells(),
        Life::new("two panic, two are cancelled, one of each at the same time")
            .create_panicking(50)
            .create_all(&[100, 100])
            .create_panicking(20)
            .create(70)
            .sleep(20)
            .cancel(1)
            .sleep(30)
            .cancel(2)
            .gather()
            .tells(),
        Life::new("a task that would panic is cancelled, another one panics")
            .create_panicking(50)
            .create_panicking(30)
            .create(100)
            .sleep(10)
            .cancel(0)
            .gather()
            .tells(),
    ]
}

fn drops() -> Vec<Case> {
    vec![
        Life::new("halves, the set dropped in between")
            .create_two_halves(100)
            .create_two_halves(80)
            .sleep(130)
            .drop_set()
            .stops(),
        Life::new("6 tasks, two panic, whoever owns the set panics")
            .create_all(&[100; 2])
            .create_panicking(5)
            .create_panicking(5)
            .create_all(&[100; 2])
            .sleep(10)
            .unwind()
            .stops(),
        Life::new("6 tasks, two panic one after the other, `gather` dropped")
            .create(100)
            .create_panicking(5)
            .create_panicking(20)
            .create_all(&[100; 3])
            .gather_and_drop(50)
            .stops(),
    ]
}

fn many() -> Vec<Case> {
    vec![Life::new("no tasks in either set").gather().other_set().gather().tells()]
}

fn blocking() -> Vec<Case> {
    vec![]
}
