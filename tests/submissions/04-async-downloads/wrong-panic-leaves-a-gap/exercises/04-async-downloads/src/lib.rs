//! A task that panicked is left out: all is well until one panics, then the list is too short.

use futures::future::join_all;
use tokio::sync::Semaphore;
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
    let mut tasks = JoinSet::new();
    for (index, url) in urls.into_iter().enumerate() {
        let downloader = downloader.clone();
        tasks.spawn(async move { (index, downloader.download(&url).await) });
    }
    let mut numbered = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        if let Ok(entry) = joined {
            numbered.push(entry);
        }
    }
    numbered.sort_by_key(|entry| entry.0);
    numbered.into_iter().map(|entry| entry.1).collect()
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
