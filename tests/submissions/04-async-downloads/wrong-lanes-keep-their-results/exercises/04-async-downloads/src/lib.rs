//! `limit` lanes, each keeps its results to its end: a download that panics takes with it what its lane had finished, and what
//! nobody is left to begin is never downloaded. All of that reads `Err`.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let lanes = urls.len().max(1);
    download_at_most(downloader, urls, lanes).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let mut results = vec![Err(DownloadError("lost".to_owned())); urls.len()];
    let waiting: Arc<Mutex<VecDeque<(usize, String)>>> =
        Arc::new(Mutex::new(urls.into_iter().enumerate().collect()));
    let mut lanes = JoinSet::new();
    for _ in 0..limit {
        let (downloader, waiting) = (downloader.clone(), waiting.clone());
        lanes.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let next = waiting.lock().unwrap().pop_front();
                let Some((index, url)) = next else { return mine };
                mine.push((index, downloader.download(&url).await));
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        for (index, result) in lane.unwrap_or_default() {
            results[index] = result;
        }
    }
    results
}
