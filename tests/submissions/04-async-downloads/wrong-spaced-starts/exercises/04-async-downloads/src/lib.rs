//! Starts a download every 37 milliseconds, so that they do not all knock at once.

use std::time::Duration;

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
    let downloader = &downloader;
    join_all(urls.iter().enumerate().map(|(position, url)| async move {
        tokio::time::sleep(Duration::from_millis(37) * position as u32).await;
        downloader.download(url).await
    }))
    .await
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
