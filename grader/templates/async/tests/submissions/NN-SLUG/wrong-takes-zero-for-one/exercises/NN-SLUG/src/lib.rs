//! "Better one than none."

pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    let limit = limit.max(1);
    let places = tokio::sync::Semaphore::new(limit);
    let each = inputs.into_iter().map(|input| async {
        let _place = places.acquire().await.unwrap();
        fetch(input).await
    });
    futures::future::join_all(each).await
}
