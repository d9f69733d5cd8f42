//! One future per URL, joined; a semaphore keeps the places.

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
    let downloads = urls.iter().map(|url| downloader.download(url));
    join_all(downloads).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    if limit == 0 {
        panic!("limit must not be zero");
    }
    let semaphore = Arc::new(Semaphore::new(limit));
    let mut downloads = Vec::new();
    for url in urls {
        let semaphore = Arc::clone(&semaphore);
        let downloader = downloader.clone();
        downloads.push(async move {
            let permit = semaphore.acquire_owned().await.unwrap();
            let result = downloader.download(&url).await;
            drop(permit);
            result
        });
    }
    join_all(downloads).await
}
