//! A join set would stop its tasks on drop; but here it lives in a task of its own, which nobody stops.

use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn supervise<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(limit));
        let mut results = vec![Err(DownloadError("panicked".to_string())); urls.len()];
        let mut tasks = JoinSet::new();
        for (index, url) in urls.into_iter().enumerate() {
            let (downloader, places) = (downloader.clone(), places.clone());
            tasks.spawn(async move {
                let _place = places.acquire().await.unwrap();
                (index, downloader.download(&url).await)
            });
        }
        while let Some(joined) = tasks.join_next().await {
            if let Ok((index, result)) = joined {
                results[index] = result;
            }
        }
        let _ = sender.send(results);
    });
    receiver.await.expect("the supervisor answers")
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len();
    supervise(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    supervise(downloader, urls, limit).await
}
