//! `download_all` and `download_at_most` accept every downloader that keeps the trait's word.

use std::rc::Rc;
use std::sync::Arc;

use solution_04::{DownloadError, Downloader, download_all, download_at_most};

/// A downloader written as an `async fn`, with what all clones share.
#[derive(Clone)]
struct Shared(Arc<str>);

impl Downloader for Shared {
    async fn download(&self, url: &str) -> Result<Vec<u8>, DownloadError> {
        tokio::task::yield_now().await;
        if url.is_empty() {
            return Err(DownloadError("no URL".to_owned()));
        }
        Ok(format!("{}{url}", self.0).into_bytes())
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("the system gives a runtime")
}

#[test]
fn an_async_fn_makes_a_downloader_and_results_can_be_compared() {
    let urls = || vec!["a".to_owned(), String::new()];
    let expected = vec![Ok(b"xa".to_vec()), Err(DownloadError("no URL".to_owned()))];
    runtime().block_on(async {
        assert_eq!(download_all(Shared("x".into()), urls()).await, expected);
        assert_eq!(download_at_most(Shared("x".into()), urls(), 1).await, expected);
    });
}

#[test]
fn the_caller_may_keep_what_is_bound_to_its_thread() {
    runtime().block_on(async {
        let kept = Rc::new(());
        let results = download_all(Shared("".into()), vec!["a".to_owned()]).await;
        assert_eq!((Rc::strong_count(&kept), results.len()), (1, 1));
    });
}
