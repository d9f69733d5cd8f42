//! Exercise 04, the reference answer: every download is a part of the one future that the caller polls.
//!
//! Nothing is spawned. That settles the hard promises by construction: when the caller drops the future, or a panic
//! unwinds it, all downloads inside are dropped with it, so none can be left in flight.

use futures::future::join_all;
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

/// Downloads every URL at the same time; result i belongs to `urls[i]`.
///
/// # Panics
/// Panics if a download panics. The other downloads are dropped by then.
pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    // join_all polls whichever future was woken and puts each output in the place of its future.
    join_all(urls.iter().map(|url| downloader.download(url))).await
}

/// The same, with at most `limit` downloads in flight and never fewer while URLs are waiting.
///
/// # Panics
/// Panics if `limit` is 0, or if a download panics. The other downloads are dropped by then.
pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    let places = Semaphore::new(limit);
    let download_in_place = async |url: &String| {
        // The permit lives to the end of the block, through the download: dropping it frees the place. It has a name,
        // because `let _ = ...` would drop it on the spot.
        let _place = places.acquire().await.expect("the semaphore is never closed");
        downloader.download(url).await
    };
    // All futures exist from the start, but only `limit` of them get past their first line. The others sleep in the
    // semaphore's queue, which wakes the next one whenever a place is given back.
    join_all(urls.iter().map(download_in_place)).await
}
