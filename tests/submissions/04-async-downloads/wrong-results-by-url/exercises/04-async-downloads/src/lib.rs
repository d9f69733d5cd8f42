//! Every URL is downloaded, but the results are kept in a map with the URL as key: equal URLs share the last one.

use std::cell::RefCell;
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

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len().max(1);
    download_at_most(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let results = RefCell::new(HashMap::new());
    join_all(urls.iter().map(async |url| {
        let _place = places.acquire().await.unwrap();
        let result = downloader.download(url).await;
        results.borrow_mut().insert(url.clone(), result);
    }))
    .await;
    let results = results.into_inner();
    urls.iter().map(|url| results[url].clone()).collect()
}
