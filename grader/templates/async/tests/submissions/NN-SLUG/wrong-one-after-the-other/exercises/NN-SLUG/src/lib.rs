//! "It is async, so it is concurrent."

pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    assert!(limit > 0, "limit is 0");
    let mut results = Vec::new();
    for input in inputs {
        results.push(fetch(input).await);
    }
    results
}
