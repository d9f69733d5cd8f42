//! `run_jobs` accepts whatever the contract's bounds allow.

use std::cell::Cell;
use std::rc::Rc;

use solution_02::run_jobs;

#[test]
fn jobs_and_results_need_only_be_send() {
    let jobs = vec![Cell::new(1), Cell::new(2)];
    let mut sum = 0;
    run_jobs(jobs, 2, |job| Cell::new(job.get() * 10), |_, result| sum += result.get());
    assert_eq!(sum, 30);
}

#[test]
fn on_result_stays_on_its_thread_and_may_change_what_it_captures() {
    let delivered = Rc::new(Cell::new(0));
    let mut indexes = Vec::new();
    run_jobs(
        vec![(); 3],
        2,
        |()| (),
        |index, ()| {
            delivered.set(delivered.get() + 1);
            indexes.push(index);
        },
    );
    indexes.sort_unstable();
    assert_eq!((delivered.get(), indexes), (3, vec![0, 1, 2]));
}

#[test]
fn jobs_results_and_functions_may_borrow_from_the_caller() {
    let words = ["a".to_owned(), "bc".to_owned()];
    let prefix = String::from("x");
    let mut longest = String::new();
    run_jobs(
        words.iter().collect(),
        2,
        |word: &String| (word.as_str(), format!("{prefix}{word}")),
        |_, (word, made)| {
            if word.len() == 2 {
                longest = made;
            }
        },
    );
    assert_eq!(longest, "xbc");
}

#[test]
fn nothing_need_be_cloned_defaulted_or_printed() {
    struct Opaque;
    let mut made = Vec::new();
    run_jobs(vec![Opaque, Opaque], 2, |Opaque| Opaque, |_, result| made.push(result));
    assert_eq!(made.len(), 2);
}
