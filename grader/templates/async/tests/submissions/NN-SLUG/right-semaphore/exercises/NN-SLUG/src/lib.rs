//! A semaphore that each fetch waits for, in the order of the inputs.

pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    assert!(limit > 0, "limit is 0");
    let places = tokio::sync::Semaphore::new(limit);
    let each = inputs.into_iter().map(|input| async {
        let _place = places.acquire().await.unwrap();
        fetch(input).await
    });
    futures::future::join_all(each).await
}
