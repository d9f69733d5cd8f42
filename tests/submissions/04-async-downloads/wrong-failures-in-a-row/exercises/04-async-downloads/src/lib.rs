//! Good results go to their places at once. Failures are collected, and fill the gaps at the end.

use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn numbered_download<D: Downloader>(
    downloader: &D,
    index: usize,
    url: &str,
) -> (usize, Result<Vec<u8>, DownloadError>) {
    (index, downloader.download(url).await)
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut results = vec![None; urls.len()];
    let mut failures = Vec::new();
    let numbered = urls.iter().enumerate();
    let mut downloads: FuturesUnordered<_> =
        numbered.map(|(index, url)| numbered_download(&downloader, index, url)).collect();
    while let Some((index, result)) = downloads.next().await {
        match result {
            Ok(body) => results[index] = Some(Ok(body)),
            Err(error) => failures.push(error),
        }
    }
    let mut failures = failures.into_iter();
    results.into_iter().map(|result| result.unwrap_or_else(|| Err(failures.next().unwrap()))).collect()
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let downloads = urls.iter().map(|url| async {
        let _place = places.acquire().await.unwrap();
        downloader.download(url).await
    });
    join_all(downloads).await
}
