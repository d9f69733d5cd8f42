//! for_each_concurrent takes 0 for "no limit", and so do I.

use std::cell::RefCell;

use futures::future::join_all;
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
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let results = RefCell::new(vec![None; urls.len()]);
    stream::iter(urls.iter().enumerate())
        .for_each_concurrent(limit, async |(index, url)| {
            let result = downloader.download(url).await;
            results.borrow_mut()[index] = Some(result);
        })
        .await;
    results.into_inner().into_iter().map(Option::unwrap).collect()
}
