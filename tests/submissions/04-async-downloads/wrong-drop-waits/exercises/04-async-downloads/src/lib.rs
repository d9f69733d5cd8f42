//! On drop the tasks should come to an end properly, so Drop waits for them: on the thread that has to run them.

use futures::executor::block_on;
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

struct Downloads(Vec<JoinHandle<Result<Vec<u8>, DownloadError>>>);

impl Drop for Downloads {
    fn drop(&mut self) {
        for handle in self.0.drain(..) {
            if !handle.is_finished() {
                handle.abort();
                let _ = block_on(handle);
            }
        }
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut downloads = Downloads(vec![]);
    for url in urls {
        let downloader = downloader.clone();
        downloads.0.push(tokio::spawn(async move { downloader.download(&url).await }));
    }
    let mut results = vec![];
    for handle in &mut downloads.0 {
        results.push(handle.await.unwrap_or_else(|_| Err(DownloadError("panicked".into()))));
    }
    downloads.0.clear();
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
