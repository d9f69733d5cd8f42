//! Right, but whoever waits spins for 60 ms between two naps of 2 ms.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    use std::sync::atomic::*;
    // right, but whoever waits burns four fifths of a core
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let slots: Vec<std::sync::Mutex<Option<R>>> = items.iter().map(|_| std::sync::Mutex::new(None)).collect();
    let w = workers.min(items.len());
    struct Leave<'a>(&'a AtomicUsize);
    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    std::thread::scope(|s| {
        for _ in 0..w {
            s.spawn(|| {
                let _l = Leave(&done);
                loop {
                    let i = next.fetch_add(1, Ordering::SeqCst);
                    if i >= items.len() {
                        break;
                    }
                    *slots[i].lock().unwrap() = Some(f(&items[i]));
                }
            });
        }
        while done.load(Ordering::SeqCst) < w {
            let t = std::time::Instant::now();
            while t.elapsed() < std::time::Duration::from_millis(60) {
                std::hint::spin_loop()
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    });
    slots.into_iter().map(|s| s.into_inner().unwrap().unwrap()).collect()
}
