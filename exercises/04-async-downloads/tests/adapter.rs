//! Turns the judge's requests into calls of `download_all` and `download_at_most`.
//!
//! Input: after how many ticks the future is dropped (0: not at all), the limit, then a key for each URL; the texts are the
//! URLs. Output: one number for each result, and beside it a text: empty for `Ok`, `err` for `Err`. The number 0 stands for an empty
//! body; an error's text says that the download timed out, and its number.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use exercise_04::{DownloadError, Downloader, download_all, download_at_most};
use judge::subject::Judge;
use judge::subject::event_loop::EventLoop;
use judge::wire::{Payload, Request, Work};

/// The supplied download.
const DOWNLOAD: u16 = 0;

/// The entry of `download_at_most`; `download_all` is 0.
const AT_MOST: u16 = 1;

/// The entry of two calls of `download_at_most` at the same time, each with half of the URLs.
const TWO_AT_MOST: u16 = 2;

/// How the text of each error begins: one may be tempted to try again.
const TIMED_OUT: &str = "timed out: ";

/// The key of a download that nobody asked for: of a URL once more than it was given.
const UNKNOWN: u64 = u64::MAX;

/// The key of a download of a URL that was not given.
const FOREIGN: u64 = u64::MAX - 1;

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let [drop_after, limit, keys @ ..] = &request.input.numbers[..] else {
        unreachable!("the judge sends when to drop and the limit")
    };
    let (limit, urls) = (usize::try_from(*limit).expect("limits are small"), request.input.texts.clone());
    let mut of_url: HashMap<String, VecDeque<u64>> = HashMap::new();
    for (url, key) in urls.iter().zip(keys) {
        of_url.entry(url.clone()).or_default().push_back(*key);
    }
    let entry = request.entry;
    EventLoop::run(judge, Some(*drop_after).filter(|ticks| *ticks > 0), |event_loop| async move {
        let downloader = Judged { event_loop, keys: Arc::new(Mutex::new(of_url)) };
        let results: Vec<Result<Vec<u8>, DownloadError>> = match entry {
            AT_MOST => download_at_most(downloader, urls, limit).await,
            TWO_AT_MOST => two_at_most(downloader, urls, limit).await,
            _ => download_all(downloader, urls).await,
        };
        let plain = |result| match result {
            Ok(bytes) => (number(bytes), String::new()),
            Err(DownloadError(text)) => (error(&text), "err".to_owned()),
        };
        let (numbers, texts) = results.into_iter().map(plain).unzip();
        Payload { numbers, texts }
    })
}

async fn two_at_most(
    downloader: Judged,
    mut urls: Vec<String>,
    limit: usize,
) -> Vec<Result<Vec<u8>, DownloadError>> {
    let second = urls.split_off(urls.len() / 2);
    let (mut results, more) = tokio::join!(
        download_at_most(downloader.clone(), urls, limit),
        download_at_most(downloader, second, limit)
    );
    results.extend(more);
    results
}

/// The number in the bytes that a download gave; where they are others, one that it never gives.
fn number(bytes: Vec<u8>) -> u64 {
    if bytes.is_empty() {
        return 0;
    }
    bytes.try_into().map_or(u64::MAX, u64::from_le_bytes)
}

/// The number in the text of an error; where it is another text, one that is in none.
fn error(text: &str) -> u64 {
    text.strip_prefix(TIMED_OUT).and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}

/// Downloads whose course the judge decides.
#[derive(Clone)]
struct Judged {
    event_loop: EventLoop,
    /// The keys of each URL that have not been taken: equal URLs are separate downloads.
    keys: Arc<Mutex<HashMap<String, VecDeque<u64>>>>,
}

impl Downloader for Judged {
    async fn download(&self, url: &str) -> Result<Vec<u8>, DownloadError> {
        let key = {
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.get_mut(url).map_or(FOREIGN, |keys| keys.pop_front().unwrap_or(UNKNOWN))
        };
        let answer = self.event_loop.work(Work { kind: DOWNLOAD, key, input: Payload::default() }).await;
        let number = answer.numbers[0];
        if !answer.texts.is_empty() {
            return Err(DownloadError(format!("{TIMED_OUT}{number}")));
        }
        Ok(if number == 0 { Vec::new() } else { number.to_le_bytes().to_vec() })
    }
}
