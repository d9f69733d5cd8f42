//! A task's value comes from whichever thread ran it: it must be `Send`.

fn main() {
    let _ = solution_05::TaskSet::<std::rc::Rc<i32>>::new();
}
