//! Plain tokio::spawn; a guard owns all handles and aborts them when it is dropped.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Fetched = Result<Vec<u8>, DownloadError>;

struct Running(Vec<JoinHandle<Fetched>>);

impl Running {
    async fn results(mut self) -> Vec<Fetched> {
        let mut results = Vec::new();
        for handle in &mut self.0 {
            results.push(match handle.await {
                Ok(fetched) => fetched,
                Err(error) => Err(DownloadError(format!("the download's task died: {error}"))),
            });
        }
        results
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for handle in &self.0 {
            handle.abort();
        }
    }
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Fetched> {
    let mut running = Running(Vec::new());
    for url in urls {
        let downloader = downloader.clone();
        running.0.push(tokio::spawn(async move { downloader.download(&url).await }));
    }
    running.results().await
}

pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Fetched> {
    assert!(limit > 0, "limit must be greater than zero, got {limit}");
    let places = Arc::new(Semaphore::new(limit));
    let mut running = Running(Vec::new());
    for url in urls {
        let downloader = downloader.clone();
        let places = places.clone();
        running.0.push(tokio::spawn(async move {
            let _place = places.acquire().await.expect("open");
            downloader.download(&url).await
        }));
    }
    running.results().await
}
