//! Ordinary functions that return futures: a limit of 0 panics at the call already, before anything is polled.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> impl Future<Output = Vec<Result<Vec<u8>, DownloadError>>> {
    let limit = urls.len().max(1);
    download_at_most(downloader, urls, limit)
}

pub fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> impl Future<Output = Vec<Result<Vec<u8>, DownloadError>>> {
    assert!(limit > 0, "limit must be at least 1");
    let semaphore = Arc::new(Semaphore::new(limit));
    let one = move |url: String| {
        let (downloader, semaphore) = (downloader.clone(), semaphore.clone());
        async move {
            let _permit = semaphore.acquire().await.expect("never closed");
            downloader.download(&url).await
        }
    };
    async move { join_all(urls.into_iter().map(one)).await }
}
