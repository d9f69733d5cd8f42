//! The tasks are joined together; if one of them panics, there is nothing to be had any more: all read `Err`.

use std::sync::Arc;

use futures::future::try_join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

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
    let (total, places) = (urls.len(), Arc::new(Semaphore::new(limit)));
    let mut tasks: Vec<_> = urls
        .into_iter()
        .map(|url| {
            let (downloader, places) = (downloader.clone(), Arc::clone(&places));
            AbortOnDrop(tokio::spawn(async move {
                let _place = places.acquire().await.unwrap();
                downloader.download(&url).await
            }))
        })
        .collect();
    match try_join_all(tasks.iter_mut().map(|task| &mut task.0)).await {
        Ok(results) => results,
        Err(error) => {
            for task in &tasks {
                task.0.abort();
            }
            tokio::task::yield_now().await;
            vec![Err(DownloadError(error.to_string())); total]
        }
    }
}
