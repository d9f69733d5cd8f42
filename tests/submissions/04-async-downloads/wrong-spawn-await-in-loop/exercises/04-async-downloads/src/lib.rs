//! Every download is a task, and each one is awaited before the next is spawned.

use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

async fn in_task<D: Downloader>(downloader: &D, url: String) -> Result<Vec<u8>, DownloadError> {
    let downloader = downloader.clone();
    let mut task = JoinSet::new();
    task.spawn(async move { downloader.download(&url).await });
    task.join_next().await.unwrap().unwrap()
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let mut results = vec![];
    for url in urls {
        results.push(in_task(&downloader, url).await);
    }
    results
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    if limit == 0 {
        panic!("limit is 0");
    }
    download_all(downloader, urls).await
}
