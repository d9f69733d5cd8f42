//! A limit of 0 is a mistake. The user gets the time to see that something is going on before it is told.

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::{Duration, sleep};

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
    if limit == 0 {
        sleep(Duration::from_secs(1)).await;
        panic!("the limit is 0");
    }
    let places = Semaphore::new(limit);
    let downloads = urls.iter().map(|url| async {
        let _place = places.acquire().await.unwrap();
        downloader.download(url).await
    });
    join_all(downloads).await
}
