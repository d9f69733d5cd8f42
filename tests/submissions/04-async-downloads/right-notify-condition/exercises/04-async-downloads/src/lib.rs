//! a condition variable in async: a counter in a Cell and a Notify; the future is not Send
use std::cell::Cell;
use tokio::sync::Notify;

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

struct Gate {
    inside: Cell<usize>,
    limit: usize,
    left: Notify,
}

struct Inside<'a>(&'a Gate);

impl Gate {
    async fn enter(&self) -> Inside<'_> {
        while self.inside.get() >= self.limit {
            self.left.notified().await;
        }
        self.inside.set(self.inside.get() + 1);
        Inside(self)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.set(self.0.inside.get() - 1);
        self.0.left.notify_one();
    }
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    download_at_most(downloader, urls, usize::MAX).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    if limit == 0 {
        panic!("download limit must be at least one");
    }
    let gate = Gate { inside: Cell::new(0), limit, left: Notify::new() };
    let mut ordered = futures::stream::FuturesOrdered::new();
    for url in &urls {
        let (gate, downloader) = (&gate, &downloader);
        ordered.push_back(async move {
            let _inside = gate.enter().await;
            downloader.download(url).await
        });
    }
    use futures::StreamExt;
    ordered.collect().await
}
