//! A network in memory: hosts that can be connected to, and pages that are served over real HTTP/1.1.
//!
//! A [`Web`] says what each host and page does, time by time. It is plain data: whoever makes a scenario writes it, and the judged
//! program plays it (feature `subject`), telling the judge of each attempt to connect, each connection and each request. Bodies
//! are made of what the judge answers ([`body`]), so that no page can be known beforehand.
//!
//! It is a package of its own so that what it takes from hyper is compiled once and not optimised: only then do programs that use
//! the same client take it from here instead of compiling it again.

#[cfg(feature = "subject")]
pub mod subject;

use judge::wire::Work;
use serde::{Deserialize, Serialize};

/// Virtual time in milliseconds of the runtime's clock.
pub type Ticks = u64;

/// One request: from its head at the server to the last byte of the answer. Its key is [`request_key`], its input the number of its
/// connection and what was asked for.
pub const REQUEST: u16 = 0;

/// One attempt to connect. Its key is the host's place in [`Web::hosts`], its input what was to be connected to.
pub const CONNECT: u16 = 1;

/// A connection that the program holds. Its key is the connection's number, its input the host's place.
pub const CONNECTION: u16 = Work::HELD;

/// The key where there is no such host or page.
pub const UNKNOWN: u64 = u64::MAX;

/// What is added to a request's key for each further request for its page. (Pictures leave it out: it is the judge's `CALL_KEYS`.)
pub const AGAIN: u64 = 1 << 32;

/// After how many seconds each 503 says that the client may come back: its header `retry-after`.
pub const RETRY_AFTER: u64 = 3;

/// All hosts and all pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Web {
    /// The hosts.
    pub hosts: Vec<Host>,
    /// The pages. Equal ones are served in the order in which they stand here.
    pub pages: Vec<Page>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name, with the port where that is not 80.
    pub authority: String,
    /// What connecting does, time by time; the last one stands for all further times, none for a connection at once.
    pub connects: Vec<Connect>,
    /// Whether it answers with bytes as they are ([`Reply::Bytes`]) instead of HTTP.
    pub is_raw: bool,
}

/// What an attempt to connect comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connect {
    /// There is a connection after so many ticks.
    Opens(Ticks),
    /// It is refused after so many ticks.
    Refuses(Ticks),
    /// Nothing ever comes of it.
    Hangs,
}

/// A page, and what each request for it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The host's place in [`Web::hosts`].
    pub host: usize,
    /// Path and query.
    pub path: String,
    /// Request by request. One that comes after these gets the last reply once more.
    pub replies: Vec<Reply>,
}

/// What a request gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// An answer.
    Answer(Answer),
    /// The connection breaks after so many ticks.
    Breaks(Ticks),
    /// These bytes after so many ticks, and the end of the connection: from a host that is raw.
    Bytes(Ticks, Vec<u8>),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// 200, 404, …
    pub status: u16,
    /// Where the page is instead: the header `location`.
    pub location: Option<String>,
    /// How long it takes until the head is sent.
    pub head: Ticks,
    /// The body: how long each piece takes after what came before it, and how many bytes it has.
    pub pieces: Vec<(Ticks, usize)>,
    /// Whether the body's length is announced; else it is sent in chunks.
    pub announced: bool,
    /// Whether the body is letters and digits; else any bytes.
    pub is_text: bool,
    /// What becomes of the connection.
    pub then: Then,
}

/// What becomes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// It stays open.
    Stays,
    /// The answer says that the server closes it, which it does.
    Closes,
    /// The server closes it so many ticks later without a word.
    ClosesAfter(Ticks),
}

impl Reply {
    /// From the request to the last byte.
    #[must_use]
    pub fn ticks(&self) -> Ticks {
        match self {
            Self::Answer(answer) => answer.head + answer.pieces.iter().map(|(after, _)| after).sum::<Ticks>(),
            Self::Breaks(ticks) | Self::Bytes(ticks, _) => *ticks,
        }
    }
}

/// The key of the request for a page that is its `time`-th, from 0.
#[must_use]
pub fn request_key(page: usize, time: usize) -> u64 {
    time as u64 * AGAIN + page as u64
}

/// The body of an answer, made of what the judge has answered.
#[must_use]
pub fn body(secret: u64, answer: &Answer) -> Vec<u8> {
    let length = answer.pieces.iter().map(|(_, bytes)| bytes).sum();
    let mut state = secret;
    let next = |_| {
        // SplitMix64: a few operations for each byte, the same everywhere.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let byte = mixed.to_le_bytes()[5];
        if answer.is_text { b"0123456789abcdefghijklmnopqrstuv"[usize::from(byte % 32)] } else { byte }
    };
    (0..length).map(next).collect()
}

/// Two bodies with the same number are the same, as far as anybody writes them.
#[must_use]
pub fn digest(body: &[u8]) -> u64 {
    // FNV-1a.
    body.iter()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

impl Web {
    /// The same as numbers, to be sent.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<u64> {
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        let packed = bytes.chunks(8).map(|chunk| {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(eight)
        });
        packed.collect()
    }

    /// What [`Web::to_numbers`] made; `None` where it did not make that.
    #[must_use]
    pub fn from_numbers(numbers: &[u64]) -> Option<Self> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        postcard::take_from_bytes(&bytes).ok().map(|(web, _)| web)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(is_text: bool) -> Answer {
        let pieces = vec![(3, 5), (0, 60)];
        Answer { status: 200, location: None, head: 7, pieces, announced: true, is_text, then: Then::Closes }
    }

    #[test]
    fn a_web_survives_being_sent() {
        let page = |path: &str| Page {
            host: 1,
            path: path.to_owned(),
            replies: vec![Reply::Answer(answer(true)), Reply::Bytes(2, vec![0, 255, 10])],
        };
        for paths in [&[] as &[&str], &["/a"], &["/a?b=c", "/", "/d"]] {
            let connects = vec![Connect::Refuses(4), Connect::Hangs, Connect::Opens(50)];
            let host = Host { authority: "a.example:81".to_owned(), connects, is_raw: true };
            let web = Web { hosts: vec![host], pages: paths.iter().map(|path| page(path)).collect() };
            assert_eq!(Web::from_numbers(&web.to_numbers()), Some(web));
        }
        assert_eq!(Web::from_numbers(&[u64::MAX]), None);
    }

    #[test]
    fn a_body_is_as_long_as_its_pieces_and_other_secrets_make_other_bodies() {
        assert_eq!(body(1, &answer(true)).len(), 65);
        assert!(body(1, &answer(true)).is_ascii());
        assert!(std::str::from_utf8(&body(1, &answer(false))).is_err());
        assert_eq!(body(1, &answer(true)), body(1, &answer(true)));
        assert_ne!(digest(&body(1, &answer(true))), digest(&body(2, &answer(true))));
        assert_eq!(Reply::Answer(answer(true)).ticks(), 10);
    }
}
