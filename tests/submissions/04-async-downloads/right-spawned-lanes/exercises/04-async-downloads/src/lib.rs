//! Worker tasks in a join set pull from one locked list; each brings home what it downloaded.

use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

/// Why a download failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadError(pub String);

/// Where downloads come from. Given: leave as it is.
pub trait Downloader: Clone + Send + Sync + 'static {
    fn download(&self, url: &str) -> impl Future<Output = Result<Vec<u8>, DownloadError>> + Send;
}

type Outcome = Result<Vec<u8>, DownloadError>;

async fn worker<D: Downloader>(
    downloader: D,
    list: Arc<Mutex<std::vec::IntoIter<(usize, String)>>>,
) -> Vec<(usize, Outcome)> {
    let mut mine = Vec::new();
    loop {
        // A statement of its own: the guard is gone before the await.
        let next = list.lock().unwrap().next();
        match next {
            Some((index, url)) => mine.push((index, downloader.download(&url).await)),
            None => return mine,
        }
    }
}

pub async fn download_all<D: Downloader>(downloader: D, urls: Vec<String>) -> Vec<Outcome> {
    let workers = urls.len();
    pool(downloader, urls, workers).await
}

pub async fn download_at_most<D: Downloader>(downloader: D, urls: Vec<String>, limit: usize) -> Vec<Outcome> {
    assert!(limit > 0, "the limit has to be greater than 0");
    pool(downloader, urls, limit).await
}

async fn pool<D: Downloader>(downloader: D, urls: Vec<String>, workers: usize) -> Vec<Outcome> {
    let total = urls.len();
    let numbered: Vec<_> = urls.into_iter().enumerate().collect();
    let list = Arc::new(Mutex::new(numbered.into_iter()));
    let mut set = JoinSet::new();
    for _ in 0..workers {
        set.spawn(worker(downloader.clone(), Arc::clone(&list)));
    }
    let mut results: Vec<Option<Outcome>> = (0..total).map(|_| None).collect();
    while let Some(joined) = set.join_next().await {
        match joined {
            Ok(part) => part.into_iter().for_each(|(index, outcome)| results[index] = Some(outcome)),
            Err(error) => {
                set.shutdown().await;
                panic!("a download panicked: {error}");
            }
        }
    }
    results.into_iter().flatten().collect()
}
