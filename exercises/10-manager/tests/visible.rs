//! `cargo test -p exercise-10`: the visible checks, judged from a process of their own.

mod adapter;
mod checks;
mod shared;

use std::process::ExitCode;

fn main() -> ExitCode {
    judge::front::main_with_workers(adapter::call, adapter::worker, checks::suite)
}
