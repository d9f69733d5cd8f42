//! A download may be handed to a task: its future must be `Send`, so it may keep no `Rc` across an `.await`.

use std::rc::Rc;

use solution_04::{DownloadError, Downloader};

#[derive(Clone)]
struct Counting;

impl Downloader for Counting {
    async fn download(&self, _url: &str) -> Result<Vec<u8>, DownloadError> {
        let kept = Rc::new(1);
        tokio::task::yield_now().await;
        Ok(vec![*kept])
    }
}

fn main() {}
