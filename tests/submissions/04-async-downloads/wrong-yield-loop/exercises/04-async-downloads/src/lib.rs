//! yield_now in a loop until all tasks are done: the thread never comes to rest, and the clock never moves on.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{JoinSet, yield_now};

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn spin<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut results = vec![Err(DownloadError("panicked".into())); urls.len()];
    let places = Arc::new(Semaphore::new(limit));
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places) = (downloader.clone(), places.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await.unwrap();
            (index, downloader.download(&url).await)
        });
    }
    while !tasks.is_empty() {
        match tasks.try_join_next() {
            Some(Ok((index, result))) => results[index] = result,
            Some(Err(_)) => {}
            None => yield_now().await,
        }
    }
    results
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len();
    spin(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    spin(downloader, urls, limit).await
}
