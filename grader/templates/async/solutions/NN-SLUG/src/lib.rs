//! Reference answer of exercise NN: all fetches are parts of the one future that the caller polls.

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Fetches every input, at most `limit` at the same time; result i belongs to `inputs[i]`.
///
/// # Panics
///
/// If `limit` is 0, or if a fetch panics.
pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let fetch_in_place = async |input| {
        // The permit lives to the end of the block, through the fetch.
        let _place = places.acquire().await.expect("the semaphore is never closed");
        fetch(input).await
    };
    join_all(inputs.into_iter().map(fetch_in_place)).await
}
