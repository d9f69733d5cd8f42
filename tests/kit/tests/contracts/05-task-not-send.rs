//! A runtime with several threads moves a task between them: it may keep no `Rc` across an `.await`.

use std::rc::Rc;

fn main() {
    let mut set = solution_05::TaskSet::new();
    set.create_task(async {
        let kept = Rc::new(1);
        tokio::task::yield_now().await;
        *kept
    });
}
