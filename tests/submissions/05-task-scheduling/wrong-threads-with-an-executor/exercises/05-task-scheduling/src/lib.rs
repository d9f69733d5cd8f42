//! A thread for each task, with the executor of the futures crate.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskError {
    Cancelled,
    Panicked,
}
impl<T: Send + 'static> Default for TaskSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
pub struct TaskSet<T> {
    handles: Vec<std::thread::JoinHandle<T>>,
}

impl<T: Send + 'static> TaskSet<T> {
    pub fn new() -> Self {
        Self { handles: vec![] }
    }
    pub fn create_task<F>(&mut self, task: F) -> TaskId
    where
        F: Future<Output = T> + Send + 'static,
    {
        self.handles.push(std::thread::spawn(move || futures::executor::block_on(task)));
        TaskId(self.handles.len() - 1)
    }
    pub fn cancel(&mut self, id: TaskId) -> bool {
        let _ = id;
        false
    }
    pub async fn gather(mut self) -> Vec<Result<T, TaskError>> {
        let mut out = vec![];
        for h in std::mem::take(&mut self.handles) {
            out.push(h.join().map_err(|_| TaskError::Panicked));
        }
        out
    }
}
