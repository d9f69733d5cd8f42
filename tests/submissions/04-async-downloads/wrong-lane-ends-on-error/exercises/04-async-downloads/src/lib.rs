//! A lane gives up at its first failure. The other lanes take over its share, as long as there are any.

use std::cell::{Cell, RefCell};

use futures::future::join_all;

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
    assert!(limit > 0, "limit must be at least 1");
    let next = Cell::new(0);
    let results = RefCell::new(vec![Err(DownloadError("never tried".to_owned())); urls.len()]);
    let lane = || async {
        while let Some(url) = urls.get(next.get()) {
            let index = next.replace(next.get() + 1);
            let result = downloader.download(url).await;
            let ok = result.is_ok();
            results.borrow_mut()[index] = result;
            if !ok {
                break;
            }
        }
    };
    join_all((0..limit).map(|_| lane())).await;
    results.into_inner()
}
