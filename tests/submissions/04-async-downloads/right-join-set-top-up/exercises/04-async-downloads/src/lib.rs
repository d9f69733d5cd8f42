//! A join set that is topped up whenever a task has ended. Results go into numbered slots.

use std::panic::resume_unwind;

use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

/// "All at once" is a limit that is never reached.
pub async fn download_all<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let everything = urls.len().max(1);
    download_at_most(downloader, urls, everything).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit != 0, "limit = 0: nothing could ever start");
    let mut slots = vec![None; urls.len()];
    let mut waiting = urls.into_iter().enumerate();
    let mut running = JoinSet::new();
    loop {
        while running.len() < limit {
            let Some((index, url)) = waiting.next() else { break };
            let downloader = downloader.clone();
            running.spawn(async move { (index, downloader.download(&url).await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((index, result))) => slots[index] = Some(result),
            Some(Err(error)) => {
                // Wait until the others are really gone before the panic goes on.
                running.shutdown().await;
                resume_unwind(error.into_panic());
            }
        }
    }
    slots.into_iter().map(|slot| slot.expect("every slot was filled")).collect()
}
