//! Counts who is in flight. Whoever finds no place sleeps a little and looks again.

use std::cell::Cell;
use std::time::Duration;

use futures::future::join_all;

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
    let in_flight = Cell::new(0);
    join_all(urls.iter().map(async |url| {
        while in_flight.get() >= limit {
            tokio::time::sleep(Duration::from_millis(37)).await;
        }
        in_flight.set(in_flight.get() + 1);
        let result = downloader.download(url).await;
        in_flight.set(in_flight.get() - 1);
        result
    }))
    .await
}
