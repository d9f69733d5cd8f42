//! Markup for whoever reads the report: in what is printed, in the names of threads, in the message of a panic.

const SCRIPT: &str = "</pre></script><script>document.title='harmed'</script><img src=x onerror=\"document.title='harmed'\">";

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers {SCRIPT}");
    println!("{SCRIPT}");
    let mut results = Vec::new();
    for item in items {
        // One after the other, so that this run is drawn.
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name(format!("<b onclick=alert(1)>{SCRIPT}"));
            let thread = thread.spawn_scoped(scope, || f(item)).unwrap();
            results.push(thread.join().unwrap());
        });
    }
    if items.len() == 4 {
        panic!("{SCRIPT}");
    }
    results
}
