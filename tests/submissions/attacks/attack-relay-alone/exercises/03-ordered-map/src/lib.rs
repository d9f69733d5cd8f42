//! A thread sleeps for 40 ms, starts the next one and ends; the caller waits for nothing.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let _ = (items, f);
    relay(0);
    loop {
        std::thread::park();
    }
}

fn relay(number: u32) {
    if number < 100_000 {
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(40));
            relay(number + 1);
        });
    }
}
