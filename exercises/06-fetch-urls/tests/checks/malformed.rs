//! Answers that are none.

use super::visit::Visit;

/// What a server may send that is not HTTP, or not all of it.
const ANSWERS: [(&str, &[u8]); 12] = [
    ("nothing", b""),
    ("no HTTP", b"garbage\r\n\r\n"),
    ("a status that is no number", b"HTTP/1.1 2x0 OK\r\n\r\n"),
    ("another version", b"HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n"),
    ("a status of two digits", b"HTTP/1.1 99 Low\r\ncontent-length: 0\r\n\r\n"),
    ("a header without a colon", b"HTTP/1.1 200 OK\r\nbad header\r\ncontent-length: 0\r\n\r\n"),
    ("a NUL in a header", b"HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n"),
    ("a negative length", b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n"),
    ("two lengths", b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd"),
    ("less than announced", b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort"),
    ("a chunk without a size", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
    ("a chunk cut off", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"),
];

/// One page with each of them, and good ones before and after.
pub(super) fn all() -> Visit {
    let visit = Visit::new("12 malformed answers, and 2 good ones").get_of_each(&[30]);
    ANSWERS.iter().fold(visit, |visit, (_, bytes)| visit.get_bytes(bytes)).get_of_each(&[30]).fetch_all()
}

/// Heads without an end: one that is cut off, and one that goes on for a MiB.
pub(super) fn endless_heads() -> Visit {
    let cut_off = b"HTTP/1.1 200 OK\r\ncontent-le";
    let mut endless = b"HTTP/1.1 200 OK\r\n".to_vec();
    endless.extend(b"x-filler: and on and on and on and on\r\n".repeat(1 << 15));
    let visit = Visit::new("a head that is cut off, and one of 1 MiB without an end").get_of_each(&[30]);
    visit.get_bytes(cut_off).get_bytes(&endless).fetch_all()
}

/// Malformed answers that come again and again.
pub(super) fn again() -> Visit {
    let visit = Visit::new("2 malformed answers, 1 retry each").retries(1, 40);
    visit.get_bytes(ANSWERS[1].1).get_bytes(ANSWERS[9].1).get_of_each(&[30]).fetch_all()
}
