//! URL i always belongs to lane i % limit, also when another lane has long been idle.

use futures::future::join_all;

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
    let urls = &urls;
    let downloader = &downloader;
    let lanes = join_all((0..limit).map(|lane| async move {
        let mut results = vec![];
        for url in urls.iter().skip(lane).step_by(limit) {
            results.push(downloader.download(url).await);
        }
        results
    }))
    .await;
    let mut lanes: Vec<_> = lanes.into_iter().map(Vec::into_iter).collect();
    (0..urls.len()).map(|index| lanes[index % limit].next().unwrap()).collect()
}
