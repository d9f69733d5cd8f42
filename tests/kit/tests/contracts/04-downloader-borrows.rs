//! A downloader may be handed to a task, which may outlive whoever made it: it must own what it uses.

use solution_04::{DownloadError, Downloader, download_all};

#[derive(Clone)]
struct Borrowed<'a>(&'a str);

impl<'a> Downloader for Borrowed<'a> {
    async fn download(&self, _url: &str) -> Result<Vec<u8>, DownloadError> {
        Ok(self.0.as_bytes().to_vec())
    }
}

fn main() {
    let host = String::from("files.example");
    drop(download_all(Borrowed(&host), Vec::new()));
}
