//! The places that are free are kept for each limit, so that a later call finds them. Whoever is done gives its place back.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use futures::future::join_all;
use tokio::sync::Semaphore;

static GATES: LazyLock<Mutex<HashMap<usize, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);

fn gate(limit: usize) -> Arc<Semaphore> {
    let mut gates = GATES.lock().unwrap();
    Arc::clone(gates.entry(limit).or_insert_with(|| Arc::new(Semaphore::new(limit))))
}

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
    let gate = gate(limit);
    let downloads = urls.iter().map(|url| async {
        gate.acquire().await.unwrap().forget();
        let result = downloader.download(url).await;
        gate.add_permits(1);
        result
    });
    join_all(downloads).await
}
