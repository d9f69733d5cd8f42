//! A task for each URL in a join set, its index kept by the task's id: a panic, like a failure, is an `Err` in its own place.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Outcome = Result<Vec<u8>, DownloadError>;

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Outcome> {
    let places = urls.len().max(1);
    download_at_most(downloader, urls, places).await
}

pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Outcome> {
    assert!(limit > 0, "limit must be at least 1");
    let mut results = vec![Err(DownloadError("the download panicked".to_owned())); urls.len()];
    let places = Arc::new(Semaphore::new(limit));
    let (mut tasks, mut index_of) = (JoinSet::new(), HashMap::new());
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places) = (downloader.clone(), Arc::clone(&places));
        let task = tasks.spawn(async move {
            let _place = places.acquire().await.expect("never closed");
            downloader.download(&url).await
        });
        index_of.insert(task.id(), index);
    }
    while let Some(ended) = tasks.join_next_with_id().await {
        if let Ok((id, result)) = ended {
            results[index_of[&id]] = result;
        }
    }
    results
}
