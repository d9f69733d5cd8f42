//! `TaskSet` accepts whatever the contract's bounds allow.

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};

use solution_05::{TaskError, TaskId, TaskSet};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("the system gives a runtime")
}

#[test]
fn values_need_only_be_send_and_tasks_of_one_set_may_differ() {
    let values = runtime().block_on(async {
        let mut set = TaskSet::new();
        let captured = Cell::new(1);
        set.create_task(async move { captured });
        set.create_task(async {
            tokio::task::yield_now().await;
            Cell::new(2)
        });
        set.gather().await
    });
    let values: Vec<_> = values.into_iter().map(|value| value.map(|cell| cell.get())).collect();
    assert_eq!(values, [Ok(1), Ok(2)]);
}

#[test]
fn a_set_is_made_and_gathered_with_nothing_in_it() {
    let none: Vec<Result<String, TaskError>> = runtime().block_on(TaskSet::new().gather());
    assert_eq!(none, []);
}

#[test]
fn ids_are_plain_numbers_for_any_collection() {
    let ids = [TaskId(1), TaskId(0), TaskId(1)];
    assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(ids.iter().copied().collect::<HashSet<_>>().len(), 2);
}
