//! Waits for one message per URL and keeps a sender of its own. A task that panics never sends, and recv never ends.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn counted<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut results = vec![None; urls.len()];
    let places = Arc::new(Semaphore::new(limit));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places, sender) = (downloader.clone(), places.clone(), sender.clone());
        tasks.spawn(async move {
            let place = places.acquire().await.unwrap();
            let result = downloader.download(&url).await;
            drop(place);
            sender.send((index, result)).unwrap();
        });
    }
    for _ in 0..results.len() {
        let (index, result) = receiver.recv().await.unwrap();
        results[index] = Some(result);
    }
    // All messages are here; now let the tasks go.
    while tasks.join_next().await.is_some() {}
    drop(sender);
    results.into_iter().map(Option::unwrap).collect()
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len();
    counted(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    counted(downloader, urls, limit).await
}
