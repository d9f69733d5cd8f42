//! Exercise 04: downloads that overlap on one thread (Python: `await asyncio.gather(*downloads)`).
//!
//! Fill in the bodies of [`download_all`] and [`download_at_most`]. The lesson, with hints, is in `README.md` beside this
//! package's `Cargo.toml`; check your answer with `cargo test -p exercise-04`.

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
/// What is promised:
/// - all downloads overlap, so the call takes as long as the slowest one;
/// - each URL is downloaded exactly once, and equal URLs are separate downloads; any text is a URL, and what comes of it is for
///   the downloader to say: it is passed on as it is, and so is the result;
/// - a download that fails puts its `Err` in its own place and stops nothing else;
/// - the event loop is never blocked: other tasks of the program go on meanwhile;
/// - when the call returns, nothing is in flight; when it panics, or the returned future is dropped midway, its downloads
///   are stopped: they are gone when the runtime has had its next turn, and none starts later;
/// - an empty list gives an empty list at once;
/// - each call stands alone: it may be made again, or several times at the same time.
///
/// # Panics
/// May panic if a download panics. An `Err` for that URL is just as good: then every other URL is downloaded and reads
/// what its own download gave, as beside a download that fails. Both hold however many downloads panic or fail, and the
/// call never hangs.
pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let _ = (downloader, urls);
    todo!()
}

/// The same, with at most `limit` downloads in flight and never fewer while URLs are waiting.
///
/// Beside the promises of [`download_all`]:
/// - there are never more than `limit` downloads in flight (it is at most 1024);
/// - a waiting URL starts as soon as a place is free, whichever download made it free;
/// - waiting URLs may start in any order, and the results are still in the order of `urls`.
///
/// # Panics
/// Panics if `limit` is 0, also for an empty list, with a message that contains the word `limit`; at the latest when
/// the returned future is polled for the first time.
pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let _ = (downloader, urls, limit);
    todo!()
}
