//! Each task sends its result; the first one that panics sends that it did. The caller waits for a word for each URL.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::FutureExt;
use tokio::sync::{Semaphore, mpsc};
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
    let (total, places) = (urls.len(), Arc::new(Semaphore::new(limit)));
    let (sender, mut words) = mpsc::unbounded_channel();
    let failed = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let (downloader, places) = (downloader.clone(), Arc::clone(&places));
        let (sender, failed) = (sender.clone(), Arc::clone(&failed));
        tasks.spawn(async move {
            let _place = places.acquire().await.unwrap();
            match AssertUnwindSafe(downloader.download(&url)).catch_unwind().await {
                Ok(result) => drop(sender.send((index, result))),
                // One word of it is enough.
                Err(_) if failed.swap(true, Ordering::SeqCst) => {}
                Err(_) => drop(sender.send((index, Err(DownloadError("panicked".to_owned()))))),
            }
        });
    }
    let mut results = vec![Err(DownloadError("lost".to_owned())); total];
    for _ in 0..total {
        if let Some((index, result)) = words.recv().await {
            results[index] = result;
        }
    }
    results
}
