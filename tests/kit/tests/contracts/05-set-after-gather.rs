//! `gather` takes the set: nothing can be added to what is being gathered.

async fn gather_and_go_on() {
    let mut set = solution_05::TaskSet::new();
    set.create_task(async { 1 });
    let first = set.gather();
    set.create_task(async { 2 });
    first.await;
}

fn main() {
    drop(gather_and_go_on());
}
