//! for_each_concurrent with a cell for each result. Everything stays in one task, so a RefCell is enough.

use std::cell::RefCell;

use futures::stream::{self, StreamExt};

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Results = Vec<Result<Vec<u8>, DownloadError>>;

async fn run<D: Downloader>(downloader: D, urls: Vec<String>, limit: Option<usize>) -> Results {
    let cells: Vec<_> = urls.iter().map(|_| RefCell::new(None)).collect();
    stream::iter(urls.iter().zip(&cells))
        .for_each_concurrent(limit, |(url, cell)| {
            let download = downloader.download(url);
            async move {
                let result = download.await;
                cell.replace(Some(result));
            }
        })
        .await;
    cells.into_iter().map(|cell| cell.into_inner().unwrap()).collect()
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Results {
    run(downloader, urls, None).await
}

pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Results {
    // for_each_concurrent would take 0 for "no limit".
    assert_ne!(limit, 0, "limit must be positive");
    run(downloader, urls, Some(limit)).await
}
