//! Looks every 5 ms, asleep in between, whether a task has ended.
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let places = urls.len().max(1);
    download_at_most(downloader, urls, places).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let mut results = vec![Err(DownloadError("panicked".to_owned())); urls.len()];
    let mut waiting = urls.into_iter().enumerate();
    let mut tasks = JoinSet::new();
    loop {
        while let Some(ended) = tasks.try_join_next() {
            if let Ok((index, result)) = ended {
                results[index] = result;
            }
        }
        while tasks.len() < limit {
            let Some((index, url)) = waiting.next() else { break };
            let downloader = downloader.clone();
            tasks.spawn(async move { (index, downloader.download(&url).await) });
        }
        if tasks.is_empty() {
            return results;
        }
        sleep(Duration::from_millis(5)).await;
    }
}
