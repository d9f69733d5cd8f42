//! A task runs on by itself, and may outlive whoever created it: it must own what it uses.

fn main() {
    let text = String::from("mine");
    let mut set = solution_05::TaskSet::new();
    set.create_task(async { text.len() });
}
