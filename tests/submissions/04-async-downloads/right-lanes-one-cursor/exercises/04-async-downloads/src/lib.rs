//! `limit` lanes inside one future; each takes the next index from a shared cursor until none is left.

use std::cell::{Cell, RefCell};

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
    lanes(downloader, &urls, urls.len()).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit >= 1, "download_at_most: limit must be at least one");
    lanes(downloader, &urls, limit.min(urls.len())).await
}

async fn lanes<D: Downloader>(
    downloader: D,
    urls: &[String],
    count: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let next = Cell::new(0);
    let done = RefCell::new(Vec::with_capacity(urls.len()));
    let lane = || async {
        loop {
            let index = next.get();
            let Some(url) = urls.get(index) else { break };
            next.set(index + 1);
            let result = downloader.download(url).await;
            done.borrow_mut().push((index, result));
        }
    };
    join_all((0..count).map(|_| lane())).await;
    let mut done = done.into_inner();
    done.sort_by_key(|entry| entry.0);
    done.into_iter().map(|entry| entry.1).collect()
}
