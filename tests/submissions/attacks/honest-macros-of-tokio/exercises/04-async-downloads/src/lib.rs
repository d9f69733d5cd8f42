//! Macros of the given crates that have something unsafe inside.

use std::future::Future;

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Semaphore;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Result<Vec<u8>, DownloadError>> {
    let all = urls.len().max(1);
    download_at_most(downloader, urls, all).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit is 0");
    let places = Semaphore::new(limit);
    let (downloader, places) = (&downloader, &places);
    let count = urls.len();
    let running: FuturesUnordered<_> = urls
        .iter()
        .enumerate()
        .map(|(index, url)| async move {
            let _place = places.acquire().await.unwrap();
            (index, downloader.download(url).await)
        })
        .collect();
    tokio::pin!(running);
    let mut results: Vec<_> = (0..count).map(|_| None).collect();
    loop {
        tokio::select! {
            next = running.next() => match next {
                Some((index, result)) => results[index] = Some(result),
                None => break,
            },
        }
    }
    results.into_iter().map(|result| result.unwrap()).collect()
}
