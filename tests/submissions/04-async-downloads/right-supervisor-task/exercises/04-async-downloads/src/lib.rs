//! One background task does it all; the handle aborts it when the caller loses interest.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinHandle};

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

/// Stops its task when dropped.
struct Owned<T>(JoinHandle<T>);

impl<T> Future for Owned<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn supervised<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    places: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let supervisor = Owned(tokio::spawn(async move {
        let places = Semaphore::new(places);
        let mut downloads = Vec::with_capacity(urls.len());
        for url in &urls {
            let (places, downloader) = (&places, &downloader);
            downloads.push(async move {
                let _place = places.acquire().await.expect("never closed");
                downloader.download(url).await
            });
        }
        join_all(downloads).await
    }));
    match supervisor.await {
        Ok(results) => results,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let places = urls.len();
    supervised(downloader, urls, places).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    if limit < 1 {
        panic!("limit = {limit}, expected 1 or more");
    }
    supervised(downloader, urls, limit).await
}
