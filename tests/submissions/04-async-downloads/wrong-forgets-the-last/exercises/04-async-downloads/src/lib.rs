//! Collects the last `limit` downloads with a loop that ends one too early: the slowest of them is dropped unfinished.

use futures::StreamExt;
use futures::future::join_all;
use futures::stream::FuturesUnordered;

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
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let mut results = vec![Ok(Vec::new()); urls.len()];
    let mut running = FuturesUnordered::new();
    for (index, url) in urls.iter().enumerate() {
        if running.len() == limit {
            let (index, result) = running.next().await.unwrap();
            results[index] = result;
        }
        let download = downloader.download(url);
        running.push(async move { (index, download.await) });
    }
    for _ in 1..running.len() {
        let (index, result) = running.next().await.unwrap();
        results[index] = result;
    }
    results
}
