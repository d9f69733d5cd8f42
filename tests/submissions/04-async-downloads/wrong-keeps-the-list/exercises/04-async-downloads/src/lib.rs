//! The tasks push their results to one list, each with its index.

use std::sync::Mutex;

use futures::future::join_all;
use tokio::sync::Semaphore;

static RESULTS: Mutex<Vec<(usize, Result<Vec<u8>, DownloadError>)>> = Mutex::new(Vec::new());

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
    let wanted = urls.len();
    join_all(urls.into_iter().enumerate().map(|(index, url)| {
        let downloader = downloader.clone();
        async move {
            let result = downloader.download(&url).await;
            RESULTS.lock().unwrap().push((index, result));
        }
    }))
    .await;
    let mut results = RESULTS.lock().unwrap().clone();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).take(wanted).collect()
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
