//! `cargo test -p exercise-17`: the visible checks, judged from a process of their own.

mod adapter;
mod checks;
mod shared;

use std::process::ExitCode;

fn main() -> ExitCode {
    judge::front::main(adapter::call, checks::suite)
}
