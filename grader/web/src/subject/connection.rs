//! Both ends of a connection: two buffers in memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::Connected;
use hyper_util::rt::TokioIo;
use judge::subject::event_loop::InFlight;
use tokio::io::DuplexStream;

/// How many bytes may be under way in one direction.
const BUFFER: usize = 64 * 1024;

/// The client's end. The judge is told when it is dropped.
pub struct Connection {
    stream: TokioIo<DuplexStream>,
    held: Option<InFlight>,
}

/// The client's end, and the server's.
pub(super) fn pair(held: InFlight) -> (Connection, DuplexStream) {
    let (ours, theirs) = tokio::io::duplex(BUFFER);
    (Connection { stream: TokioIo::new(ours), held: Some(held) }, theirs)
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            held.finish();
        }
    }
}

impl hyper_util::client::legacy::connect::Connection for Connection {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
