//! With a limit, a URL that is done already is not downloaded again: a little cache. It shows only with equal URLs.

use std::cell::RefCell;
use std::collections::HashMap;

use futures::future::join_all;
use tokio::sync::Semaphore;

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
    let places = Semaphore::new(limit);
    let cache: RefCell<HashMap<String, Vec<u8>>> = RefCell::default();
    join_all(urls.iter().map(async |url| {
        let _place = places.acquire().await.unwrap();
        let known = cache.borrow().get(url).cloned();
        if let Some(body) = known {
            return Ok(body);
        }
        let body = downloader.download(url).await?;
        cache.borrow_mut().insert(url.clone(), body.clone());
        Ok(body)
    }))
    .await
}
