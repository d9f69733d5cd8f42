//! Believes that `Drop` may leave the stopping to a task: it aborts one download, and awaits it, before the next.
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
///
/// Cheap to clone: every clone leads to the same place.
pub trait Downloader: Clone + Send + Sync + 'static {
    /// Makes the future that downloads `url`. The download starts when that future is polled for the first time, and
    /// is in flight until the future has finished or is dropped. The future borrows both the downloader and the URL.
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Outcome = Result<Vec<u8>, DownloadError>;

struct Crew(Vec<JoinHandle<Outcome>>);

impl Drop for Crew {
    fn drop(&mut self) {
        let handles = std::mem::take(&mut self.0);
        if handles.iter().all(JoinHandle::is_finished) {
            return;
        }
        tokio::spawn(async move {
            for handle in handles {
                handle.abort();
                let _ = handle.await;
            }
        });
    }
}

async fn run<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Outcome> {
    let places = Arc::new(Semaphore::new(limit));
    let mut crew = Crew(
        urls.into_iter()
            .map(|url| {
                let (downloader, places) = (downloader.clone(), Arc::clone(&places));
                tokio::spawn(async move {
                    let _permit = places.acquire().await.unwrap();
                    downloader.download(&url).await
                })
            })
            .collect(),
    );
    let mut results = Vec::new();
    for handle in &mut crew.0 {
        results.push(handle.await.unwrap_or_else(|_| Err(DownloadError("panicked".to_string()))));
    }
    results
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Outcome> {
    run(downloader, urls, 1 << 20).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Outcome> {
    assert!(limit > 0, "limit is 0");
    run(downloader, urls, limit).await
}
