//! Looks every 37 milliseconds whether the tasks are done.

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut results = vec![Err(DownloadError("panicked".into())); urls.len()];
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let downloader = downloader.clone();
        tasks.spawn(async move { (index, downloader.download(&url).await) });
    }
    while !tasks.is_empty() {
        while let Some(joined) = tasks.try_join_next() {
            if let Ok((index, result)) = joined {
                results[index] = result;
            }
        }
        tokio::time::sleep(Duration::from_millis(37)).await;
    }
    results
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    join_all(urls.iter().map(async |url| {
        let _place = places.acquire().await.unwrap();
        downloader.download(url).await
    }))
    .await
}
