//! One loop with select!: either a place is free and the next URL starts, or a task has ended.

use std::sync::Arc;

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
    let limit = urls.len().max(1);
    download_at_most(downloader, urls, limit).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Arc::new(Semaphore::new(limit));
    let mut waiting: Vec<(usize, String)> = urls.into_iter().enumerate().collect();
    let mut tasks = JoinSet::new();
    let mut done = Vec::with_capacity(waiting.len());
    loop {
        tokio::select! {
            place = places.clone().acquire_owned(), if !waiting.is_empty() => {
                // From the end of the list: the waiting ones may start in any order.
                let (index, url) = waiting.pop().expect("not empty");
                let downloader = downloader.clone();
                tasks.spawn(async move {
                    let result = downloader.download(&url).await;
                    drop(place);
                    (index, result)
                });
            }
            Some(ended) = tasks.join_next() => match ended {
                Ok(entry) => done.push(entry),
                Err(error) => {
                    tasks.shutdown().await;
                    panic!("{error}");
                }
            },
            else => break,
        }
    }
    done.sort_unstable_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, result)| result).collect()
}
