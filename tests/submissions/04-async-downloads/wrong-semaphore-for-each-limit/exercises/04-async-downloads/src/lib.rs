//! Believes that semaphores are worth keeping, one for each limit: calls with the same limit share its places.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
///
/// Cheap to clone: every clone leads to the same place.
pub trait Downloader: Clone + Send + Sync + 'static {
    /// Makes the future that downloads `url`. The download starts when that future is polled for the first time, and
    /// is in flight until the future has finished or is dropped. The future borrows both the downloader and the URL.
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    futures::future::join_all(urls.iter().map(|url| downloader.download(url))).await
}

static PLACES: OnceLock<Mutex<HashMap<usize, Arc<Semaphore>>>> = OnceLock::new();

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit is 0");
    let places = Arc::clone(
        PLACES
            .get_or_init(Mutex::default)
            .lock()
            .unwrap()
            .entry(limit)
            .or_insert_with(|| Arc::new(Semaphore::new(limit))),
    );
    futures::future::join_all(urls.iter().map(|url| async {
        let _permit = places.acquire().await.unwrap();
        downloader.download(url).await
    }))
    .await
}
