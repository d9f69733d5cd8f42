//! A channel for 100 results that is emptied after all tasks have been joined: with 101 the last one waits for ever.

use futures::future::join_all;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

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
    let mut results = vec![Err(DownloadError("panicked".into())); urls.len()];
    let (sender, mut receiver) = mpsc::channel(100);
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, sender) = (downloader.clone(), sender.clone());
        tasks.spawn(async move {
            let result = downloader.download(&url).await;
            let _ = sender.send((index, result)).await;
        });
    }
    drop(sender);
    while tasks.join_next().await.is_some() {}
    while let Some((index, result)) = receiver.recv().await {
        results[index] = result;
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
