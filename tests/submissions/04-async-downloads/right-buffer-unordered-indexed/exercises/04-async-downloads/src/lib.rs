//! buffer_unordered keeps the places; the index that travels with each download restores the order.

use futures::StreamExt;
use futures::stream;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn numbered<D: Downloader>(
    downloader: D,
    index: usize,
    url: String,
) -> (usize, Result<Vec<u8>, DownloadError>) {
    let result = downloader.download(&url).await;
    (index, result)
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let n = urls.len();
    if n == 0 {
        return Vec::new();
    }
    download_at_most(downloader, urls, n).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0);
    let mut numbered: Vec<_> = stream::iter(urls.into_iter().enumerate())
        .map(move |(index, url)| numbered(downloader.clone(), index, url))
        .buffer_unordered(limit)
        .collect()
        .await;
    numbered.sort_by_key(|(index, _)| *index);
    numbered.into_iter().map(|(_, result)| result).collect()
}
