//! Leaves out what a server is never sent: the fragment, and a slash at the end that makes no difference.

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

fn plain(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or(url);
    url.strip_suffix('/').unwrap_or(url)
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
    assert!(limit > 0, "limit is 0");
    let places = Semaphore::new(limit);
    join_all(urls.iter().map(|url| async {
        let _place = places.acquire().await.unwrap();
        downloader.download(plain(url)).await
    }))
    .await
}
