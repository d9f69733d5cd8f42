//! The same URL twice is a waste: it is downloaded once and the result is copied.

use std::collections::HashMap;

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn distinct<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut distinct = urls.clone();
    distinct.sort();
    distinct.dedup();
    let places = Semaphore::new(limit);
    let results = join_all(distinct.iter().map(async |url| {
        let _place = places.acquire().await.unwrap();
        downloader.download(url).await
    }))
    .await;
    let by_url: HashMap<_, _> = distinct.iter().zip(results).collect();
    urls.iter().map(|url| by_url[url].clone()).collect()
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    distinct(downloader, urls, Semaphore::MAX_PERMITS).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    distinct(downloader, urls, limit).await
}
