//! No helper at all: a list of pinned futures, polled by hand.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Fetched = Result<Vec<u8>, DownloadError>;

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Fetched> {
    poll_by_hand(downloader, &urls, usize::MAX).await
}

pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Fetched> {
    assert!(limit > 0, "limit is zero");
    poll_by_hand(downloader, &urls, limit).await
}

async fn poll_by_hand<D: Downloader>(downloader: D, urls: &[String], limit: usize) -> Vec<Fetched> {
    let mut results: Vec<Option<Fetched>> = urls.iter().map(|_| None).collect();
    let mut waiting = urls.iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<dyn Future<Output = Fetched> + Send + '_>>)> = Vec::new();
    poll_fn(|context| {
        loop {
            while running.len() < limit {
                let Some((index, url)) = waiting.next() else { break };
                running.push((index, Box::pin(downloader.download(url))));
            }
            if running.is_empty() {
                return Poll::Ready(());
            }
            let before = running.len();
            running.retain_mut(|(index, download)| match download.as_mut().poll(context) {
                Poll::Ready(result) => {
                    results[*index] = Some(result);
                    false
                }
                Poll::Pending => true,
            });
            // Nothing ended: everyone has been polled and will wake us.
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    results.into_iter().map(|result| result.expect("done")).collect()
}
