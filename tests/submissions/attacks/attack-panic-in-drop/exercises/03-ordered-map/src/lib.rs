//! A panic while another one unwinds.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    let _ = (items, workers, f);
    let _last = Last;
    panic!("first")
}

struct Last;

impl Drop for Last {
    fn drop(&mut self) {
        panic!("second");
    }
}
