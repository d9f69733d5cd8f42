//! Each lane collects its own results, and in the end the lanes' lists are glued together: the order is lost.

use std::cell::Cell;

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
    let next = Cell::new(0);
    let lane = || async {
        let mut mine = vec![];
        while next.get() < urls.len() {
            let index = next.replace(next.get() + 1);
            mine.push(downloader.download(&urls[index]).await);
        }
        mine
    };
    let lanes = join_all((0..limit).map(|_| lane())).await;
    lanes.into_iter().flatten().collect()
}
