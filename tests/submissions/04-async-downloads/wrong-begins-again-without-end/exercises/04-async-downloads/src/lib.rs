//! A download that takes longer than an instant is given up and begun again, in the hope that the next one is quicker.

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn impatient<D: Downloader>(downloader: &D, url: &str) -> Result<Vec<u8>, DownloadError> {
    loop {
        if let Ok(result) = timeout(Duration::ZERO, downloader.download(url)).await {
            return result;
        }
        tokio::task::yield_now().await;
    }
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Result<Vec<u8>, DownloadError>> {
    join_all(urls.iter().map(|url| impatient(&downloader, url))).await
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
        impatient(&downloader, url).await
    }))
    .await
}
