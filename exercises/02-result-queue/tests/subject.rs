//! The program that the grader judges: the student's crate behind the adapter, and nothing else.

mod adapter;

fn main() {
    judge::subject::serve(adapter::call)
}
