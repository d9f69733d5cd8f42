//! Looks now and then whether somebody has asked it to stop: with the channel of std, which stops the whole thread meanwhile.

use std::sync::mpsc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn politely<D: Downloader>(downloader: &D, number: usize, url: &str) -> Result<Vec<u8>, DownloadError> {
    if number % 50 == 0 {
        let (_stop, stopped) = mpsc::channel::<()>();
        let _ = stopped.recv_timeout(Duration::from_millis(60));
    }
    downloader.download(url).await
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    join_all(urls.iter().enumerate().map(|(i, url)| politely(&downloader, i, url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    join_all(urls.iter().enumerate().map(async |(i, url)| {
        let _place = places.acquire().await.unwrap();
        politely(&downloader, i, url).await
    }))
    .await
}
