//! A std mutex guard kept across the await: the second download blocks the only thread there is.

use std::sync::Mutex;

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn fetch<D: Downloader>(shared: &Mutex<D>, url: &str) -> Result<Vec<u8>, DownloadError> {
    let downloader = shared.lock().unwrap();
    downloader.download(url).await
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let shared = Mutex::new(downloader);
    join_all(urls.iter().map(|url| fetch(&shared, url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let shared = Mutex::new(downloader);
    let places = Semaphore::new(limit);
    join_all(urls.iter().map(async |url| {
        let _place = places.acquire().await.unwrap();
        fetch(&shared, url).await
    }))
    .await
}
