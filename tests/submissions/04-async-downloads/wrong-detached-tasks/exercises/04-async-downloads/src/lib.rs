//! A bare tokio::spawn for each URL. If the caller drops the call, the handles are dropped and the tasks run on.

use std::sync::Arc;

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
    let mut handles = Vec::new();
    for url in urls {
        let downloader = downloader.clone();
        handles.push(tokio::spawn(async move { downloader.download(&url).await }));
    }
    let mut results = Vec::new();
    for handle in handles {
        results.push(handle.await.unwrap_or_else(|error| Err(DownloadError(error.to_string()))));
    }
    results
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Arc::new(Semaphore::new(limit));
    let mut handles = Vec::new();
    for url in urls {
        let (downloader, places) = (downloader.clone(), places.clone());
        handles.push(tokio::spawn(async move {
            let _place = places.acquire().await.unwrap();
            downloader.download(&url).await
        }));
    }
    let mut results = Vec::new();
    for handle in handles {
        results.push(handle.await.unwrap_or_else(|error| Err(DownloadError(error.to_string()))));
    }
    results
}
