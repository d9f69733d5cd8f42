//! Go's semaphore: a buffered channel; sending takes a place, receiving gives it back
use std::sync::Mutex;
use tokio::sync::mpsc;

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
    let limit = urls.len().max(1);
    go(downloader, urls, limit).await
}

struct Place<'a>(&'a Mutex<mpsc::Receiver<()>>);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().try_recv().expect("my own token");
    }
}

async fn go<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let (tx, rx) = mpsc::channel(limit);
    let rx = Mutex::new(rx);
    let all = urls.iter().map(|url| async {
        tx.send(()).await.expect("the receiver is alive");
        let _place = Place(&rx);
        downloader.download(url).await
    });
    futures::future::join_all(all).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0);
    go(downloader, urls, limit).await
}
