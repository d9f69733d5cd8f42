//! Turns the judge's requests into calls of `download_all` and `download_at_most`.
//!
//! Input: after how many ticks the future is dropped (0: not at all), the limit, then a key for each URL; the texts are the
//! URLs. Output: one number for each result, and beside it a text: empty for `Ok`, `err` for `Err`.

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

/// The key of a download that nobody asked for.
const UNKNOWN: u64 = u64::MAX;

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
    let at_most = request.entry == AT_MOST;
    EventLoop::run(judge, Some(*drop_after).filter(|ticks| *ticks > 0), |event_loop| async move {
        let downloader = Judged { event_loop, keys: Arc::new(Mutex::new(of_url)) };
        let results: Vec<Result<Vec<u8>, DownloadError>> = if at_most {
            download_at_most(downloader, urls, limit).await
        } else {
            download_all(downloader, urls).await
        };
        let plain = |result| match result {
            Ok(bytes) => (number(bytes), String::new()),
            Err(DownloadError(text)) => (text.parse().unwrap_or(0), "err".to_owned()),
        };
        let (numbers, texts) = results.into_iter().map(plain).unzip();
        Payload { numbers, texts }
    })
}

/// The number in the bytes that a download gave; 0 where they are others.
fn number(bytes: Vec<u8>) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
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
            keys.get_mut(url).and_then(VecDeque::pop_front).unwrap_or(UNKNOWN)
        };
        let answer = self.event_loop.work(Work { kind: DOWNLOAD, key, input: Payload::default() }).await;
        let number = answer.numbers[0];
        if answer.texts.is_empty() {
            Ok(number.to_le_bytes().to_vec())
        } else {
            Err(DownloadError(number.to_string()))
        }
    }
}
