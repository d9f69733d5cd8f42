//! A semaphore of my own: a counter, and a queue of oneshot senders that are called when a place is free.

mod gate;

use futures::future::join_all;

use gate::Gate;

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
    let gate = Gate::new(limit);
    let (gate, downloader) = (&gate, &downloader);
    join_all(urls.iter().map(|url| async move {
        let place = gate.enter().await;
        let result = downloader.download(url).await;
        drop(place);
        result
    }))
    .await
}
