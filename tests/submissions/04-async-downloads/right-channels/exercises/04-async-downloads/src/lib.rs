//! Jobs go out over one channel and results come back over another; worker tasks sit between them.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
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
    let workers = urls.len();
    through_channels(downloader, urls, workers).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be > 0");
    let workers = limit.min(urls.len());
    through_channels(downloader, urls, workers).await
}

async fn through_channels<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    workers: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let total = urls.len();
    let (job_sender, job_receiver) = mpsc::unbounded_channel();
    for job in urls.into_iter().enumerate() {
        job_sender.send(job).expect("the receiver is right here");
    }
    // Without this the workers would wait for more jobs for ever.
    drop(job_sender);

    let jobs = Arc::new(Mutex::new(job_receiver));
    let (result_sender, mut result_receiver) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for _ in 0..workers {
        let (downloader, jobs, results) = (downloader.clone(), jobs.clone(), result_sender.clone());
        tasks.spawn(async move {
            loop {
                let job = jobs.lock().await.recv().await;
                let Some((index, url)) = job else { return };
                let result = downloader.download(&url).await;
                if results.send((index, result)).is_err() {
                    return;
                }
            }
        });
    }
    drop(result_sender);

    let mut slots: Vec<_> = (0..total).map(|_| None).collect();
    while let Some((index, result)) = result_receiver.recv().await {
        slots[index] = Some(result);
    }
    // All senders are gone, so all workers have ended: one way or the other.
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a worker panicked");
    }
    slots.into_iter().map(Option::unwrap).collect()
}
