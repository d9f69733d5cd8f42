//! `buffered` over the whole list gives the order; the semaphore inside, not `buffered`, gives the limit.

use futures::stream::{self, StreamExt};
use tokio::sync::Semaphore;

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
    let downloads: Vec<_> = urls.iter().map(|url| downloader.download(url)).collect();
    stream::iter(downloads).buffered(n).collect().await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    match limit {
        0 => panic!("limit of 0"),
        _ => {
            let semaphore = Semaphore::new(limit);
            let mut downloads = Vec::new();
            for url in &urls {
                let (semaphore, downloader) = (&semaphore, &downloader);
                downloads.push(async move {
                    let _permit = semaphore.acquire().await;
                    downloader.download(url).await
                });
            }
            let n = downloads.len().max(1);
            stream::iter(downloads).buffered(n).collect().await
        }
    }
}
