//! Addresses are not case-sensitive, so they are brought into one form first.

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
    let urls: Vec<String> = urls.iter().map(|url| url.to_lowercase()).collect();
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let downloads = urls.iter().map(|url| async {
        let _place = places.acquire().await.unwrap();
        downloader.download(&url.to_lowercase()).await
    });
    join_all(downloads).await
}
