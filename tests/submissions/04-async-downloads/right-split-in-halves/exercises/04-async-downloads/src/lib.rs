//! Divide and conquer: join the left half with the right half, down to single URLs.

use futures::FutureExt;
use futures::future::{BoxFuture, join};
use tokio::sync::Semaphore;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

fn halves<'a, D: Downloader>(
    downloader: &'a D,
    urls: &'a [String],
    places: &'a Semaphore,
) -> BoxFuture<'a, Vec<Result<Vec<u8>, DownloadError>>> {
    async move {
        match urls {
            [] => vec![],
            [url] => {
                let _place = places.acquire().await.unwrap();
                vec![downloader.download(url).await]
            }
            _ => {
                let (left, right) = urls.split_at(urls.len() / 2);
                let (mut left, right) =
                    join(halves(downloader, left, places), halves(downloader, right, places)).await;
                left.extend(right);
                left
            }
        }
    }
    .boxed()
}

pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let places = Semaphore::new(urls.len());
    halves(&downloader, &urls, &places).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    halves(&downloader, &urls, &Semaphore::new(limit)).await
}
