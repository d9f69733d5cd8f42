//! All workers call `work` at the same time: it may not change what it captures (`on_result` may).

fn main() {
    let mut worked = 0;
    solution_02::run_jobs(vec![1, 2], 2, |job: i32| worked += job, |_, ()| ());
}
