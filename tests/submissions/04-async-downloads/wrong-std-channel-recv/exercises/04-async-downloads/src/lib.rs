//! Tasks send their results over a channel of std. recv() puts the thread to sleep that should run the tasks.

use std::sync::{Arc, mpsc};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn collect<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let total = urls.len();
    let places = Arc::new(Semaphore::new(limit));
    let (sender, receiver) = mpsc::channel();
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places, sender) = (downloader.clone(), places.clone(), sender.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await.unwrap();
            let result = downloader.download(&url).await;
            sender.send((index, result)).unwrap();
        });
    }
    drop(sender);
    let mut results = vec![None; total];
    for (index, result) in receiver {
        results[index] = Some(result);
    }
    results.into_iter().map(Option::unwrap).collect()
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len();
    collect(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    collect(downloader, urls, limit).await
}
