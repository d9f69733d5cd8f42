//! When the window is full I await its oldest download, though a younger one may have made room long ago.

use std::collections::VecDeque;

use futures::future::join_all;
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

/// A set with one task, for it stops the task when it is dropped.
async fn outcome(task: &mut JoinSet<Result<Vec<u8>, DownloadError>>) -> Result<Vec<u8>, DownloadError> {
    let joined = task.join_next().await.expect("there is one task");
    joined.unwrap_or_else(|error| Err(DownloadError(error.to_string())))
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let mut results = Vec::new();
    let mut window = VecDeque::new();
    for url in urls {
        if window.len() == limit {
            let mut oldest = window.pop_front().unwrap();
            results.push(outcome(&mut oldest).await);
        }
        let downloader = downloader.clone();
        let mut task = JoinSet::new();
        task.spawn(async move { downloader.download(&url).await });
        window.push_back(task);
    }
    for mut task in window {
        results.push(outcome(&mut task).await);
    }
    results
}
