//! download_all drops cleanly; the version with a limit leaves its tasks behind, and they even start new downloads.

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

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Arc::new(Semaphore::new(limit));
    let tasks = urls.into_iter().map(|url| {
        let (downloader, places) = (downloader.clone(), places.clone());
        tokio::spawn(async move {
            let _place = places.acquire_owned().await.unwrap();
            downloader.download(&url).await
        })
    });
    join_all(tasks)
        .await
        .into_iter()
        .map(|joined| joined.unwrap_or_else(|error| Err(DownloadError(error.to_string()))))
        .collect()
}
