//! A `JoinError` does not say whose it is. So many results are there, so it will be the next one.

use std::sync::Arc;

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
    let limit = urls.len().max(1);
    download_at_most(downloader, urls, limit).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit is 0");
    let places = Arc::new(Semaphore::new(limit));
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places) = (downloader.clone(), Arc::clone(&places));
        tasks.spawn(async move {
            let _place = places.acquire().await.unwrap();
            (index, downloader.download(&url).await)
        });
    }
    let mut numbered = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        let next = numbered.len();
        numbered.push(joined.unwrap_or_else(|error| (next, Err(DownloadError(error.to_string())))));
    }
    numbered.sort_by_key(|entry| entry.0);
    numbered.into_iter().map(|entry| entry.1).collect()
}
