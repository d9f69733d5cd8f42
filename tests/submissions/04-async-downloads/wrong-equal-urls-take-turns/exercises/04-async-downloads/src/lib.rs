//! It would be rude to ask one server for the same file twice at the same time: equal URLs take turns.

use std::collections::HashMap;

use futures::future::join_all;
use tokio::sync::{Mutex, Semaphore};

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
    let limit = urls.len().max(1);
    download_at_most(downloader, urls, limit).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let turns: HashMap<&String, Mutex<()>> = urls.iter().map(|url| (url, Mutex::new(()))).collect();
    let downloads = urls.iter().map(|url| async {
        let _turn = turns[url].lock().await;
        let _place = places.acquire().await.unwrap();
        downloader.download(url).await
    });
    join_all(downloads).await
}
