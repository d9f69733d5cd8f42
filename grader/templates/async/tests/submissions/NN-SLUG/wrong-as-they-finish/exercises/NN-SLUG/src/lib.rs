//! "All results are in there."

use futures::{StreamExt, stream};

pub async fn fetch_all<T, R, F, Fut>(inputs: Vec<T>, limit: usize, fetch: F) -> Vec<R>
where
    F: Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    assert!(limit > 0, "limit is 0");
    stream::iter(inputs).map(fetch).buffer_unordered(limit).collect().await
}
