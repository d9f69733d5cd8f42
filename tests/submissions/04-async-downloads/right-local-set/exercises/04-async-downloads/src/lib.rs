//! A LocalSet: tasks that never leave this thread, sharing by Rc. Dropping the set drops its tasks.

use std::cell::RefCell;
use std::rc::Rc;

use tokio::sync::Semaphore;
use tokio::task::{LocalSet, spawn_local};

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
    local(downloader, urls, Semaphore::MAX_PERMITS).await
}

pub async fn download_at_most<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    assert!(limit > 0, "limit must be at least 1");
    local(downloader, urls, limit).await
}

async fn local<D: Downloader>(
    downloader: D,
    urls: Vec<String>,
    places: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let not_done = Err(DownloadError(String::from("the download panicked")));
    let results = Rc::new(RefCell::new(vec![not_done; urls.len()]));
    let places = Rc::new(Semaphore::new(places));
    let set = LocalSet::new();
    let table = Rc::clone(&results);
    set.run_until(async move {
        let mut handles = Vec::new();
        for (index, url) in urls.into_iter().enumerate() {
            let (downloader, places, table) = (downloader.clone(), Rc::clone(&places), Rc::clone(&table));
            handles.push(spawn_local(async move {
                let _place = places.acquire().await;
                let result = downloader.download(&url).await;
                table.borrow_mut()[index] = result;
            }));
        }
        for handle in handles {
            // A panicked task leaves its Err in the table.
            let _ = handle.await;
        }
    })
    .await;
    results.take()
}
