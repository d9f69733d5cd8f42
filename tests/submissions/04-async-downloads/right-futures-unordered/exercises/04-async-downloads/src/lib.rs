//! FuturesUnordered: push `limit` futures, then push one more for each that comes out.

use futures::StreamExt;
use futures::stream::FuturesUnordered;

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
    let limit = std::cmp::max(urls.len(), 1);
    download_at_most(downloader, urls, limit).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "a limit of 0 makes no sense");
    let fetch = |index: usize| {
        let download = downloader.download(&urls[index]);
        async move { (index, download.await) }
    };
    let mut results = vec![Ok(Vec::new()); urls.len()];
    let mut started = limit.min(urls.len());
    let mut in_flight: FuturesUnordered<_> = (0..started).map(fetch).collect();
    while let Some((index, result)) = in_flight.next().await {
        results[index] = result;
        if started < urls.len() {
            in_flight.push(fetch(started));
            started += 1;
        }
    }
    results
}
