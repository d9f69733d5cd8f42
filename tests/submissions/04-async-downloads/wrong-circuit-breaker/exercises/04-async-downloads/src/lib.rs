//! Believes that after five failures the rest would fail, too: it is not downloaded any more.
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
///
/// Cheap to clone: every clone leads to the same place.
pub trait Downloader: Clone + Send + Sync + 'static {
    /// Makes the future that downloads `url`. The download starts when that future is polled for the first time, and
    /// is in flight until the future has finished or is dropped. The future borrows both the downloader and the URL.
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
    let places = Semaphore::new(limit);
    let failures = AtomicUsize::new(0);
    futures::future::join_all(urls.iter().map(|url| async {
        let _permit = places.acquire().await.unwrap();
        if failures.load(Ordering::Relaxed) >= 5 {
            return Err(DownloadError("too many failures".to_string()));
        }
        let result = downloader.download(url).await;
        if result.is_err() {
            failures.fetch_add(1, Ordering::Relaxed);
        }
        result
    }))
    .await
}
