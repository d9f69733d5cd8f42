//! A thread for each download, with a runtime of its own: that is parallel for sure.

use futures::future::join_all;
use tokio::sync::Semaphore;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}
pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let hs: Vec<_> = urls
        .into_iter()
        .map(|u| {
            let d = downloader.clone();
            std::thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(d.download(&u))
            })
        })
        .collect();
    hs.into_iter().map(|h| h.join().unwrap()).collect()
}
pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit");
    let sem = Semaphore::new(limit);
    let (sem, d) = (&sem, &downloader);
    join_all(urls.iter().map(|u| async move {
        let _p = sem.acquire().await.unwrap();
        d.download(u).await
    }))
    .await
}
