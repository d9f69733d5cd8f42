//! The downloader is shared, so I put it into a mutex. The guard lives through the download: one at a time.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::{Mutex, Semaphore};

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
    let shared = Arc::new(Mutex::new(downloader));
    let downloads = urls.into_iter().map(|url| {
        let shared = Arc::clone(&shared);
        async move {
            let downloader = shared.lock().await;
            downloader.download(&url).await
        }
    });
    join_all(downloads).await
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
