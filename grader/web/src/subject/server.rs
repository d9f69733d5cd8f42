//! The other end of a connection: hyper's server, which sends what the [`Web`](crate::Web) says; or bytes as they are.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, HOST, LOCATION, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use judge::subject::event_loop::InFlight;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::select;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{Network, plain};
use crate::{Answer, REQUEST, Reply, Then, Ticks, UNKNOWN, body};

/// Serves one connection to a host until either side ends it.
pub(super) async fn serve(stream: DuplexStream, network: Network, host: usize, connection: u64) {
    if network.host(host).is_raw {
        return serve_raw(stream, network, host, connection).await;
    }
    let (hang_up, mut told) = unbounded_channel();
    let event_loop = network.0.event_loop.clone();
    let of_request = Connected { network, host, connection, hang_up };
    let service = service_fn(|request| of_request.clone().respond(request));
    let mut serving = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let told_to_hang_up = async {
        match told.recv().await {
            Some(ticks) => event_loop.wait(ticks).await,
            None => pending().await,
        }
    };
    select! {
        biased;
        // However it ends: a client that goes away is no fault.
        _ = serving.as_mut() => {}
        () = told_to_hang_up => {}
    }
}

/// What a request's answer depends on beside the request.
#[derive(Clone)]
struct Connected {
    network: Network,
    host: usize,
    connection: u64,
    /// Takes after how many ticks the connection is to end.
    hang_up: UnboundedSender<Ticks>,
}

impl Connected {
    async fn respond(self, request: Request<Incoming>) -> io::Result<Response<Pieces>> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let said = request.headers().get(HOST).map(|host| plain(host.to_str().unwrap_or("?")).to_owned());
        let authority = &self.network.host(self.host).authority;
        if request.method() != "GET" || said.as_deref() != Some(authority) {
            let said = said.map_or("without `Host`".to_owned(), |said| format!("with `Host: {said}`"));
            let what = format!("{} {authority}{path} {said}", request.method());
            self.network.begin(REQUEST, UNKNOWN, Some(self.connection), what).finish();
            return Ok(plain_answer(StatusCode::BAD_REQUEST));
        }
        let asked = self.network.ask(self.host, self.connection, path);
        match asked.reply {
            Some(Reply::Answer(answer)) => Ok(self.answer(asked.in_flight, &answer).await),
            Some(Reply::Breaks(ticks) | Reply::Bytes(ticks, _)) => {
                asked.in_flight.wait(ticks).await;
                asked.in_flight.finish();
                Err(io::ErrorKind::ConnectionReset.into())
            }
            None => {
                asked.in_flight.finish();
                Ok(plain_answer(StatusCode::NOT_FOUND))
            }
        }
    }

    async fn answer(self, mut in_flight: InFlight, answer: &Answer) -> Response<Pieces> {
        in_flight.wait(answer.head).await;
        let secret = in_flight.answer().numbers.first().copied().unwrap_or(0);
        let ends = self.hang_up;
        let hang_up_after = match answer.then {
            Then::ClosesAfter(ticks) => Some(ticks),
            Then::Stays | Then::Closes => None,
        };
        let at_end = AtEnd { in_flight, hang_up: ends, after: hang_up_after };
        let mut response = Response::builder().status(answer.status);
        if answer.then == Then::Closes {
            response = response.header(CONNECTION, "close");
        }
        if answer.status == 503 {
            response = response.header(RETRY_AFTER, crate::RETRY_AFTER);
        }
        if let Some(location) = &answer.location {
            response = response.header(LOCATION, location);
        }
        let pieces = Pieces::new(&body(secret, answer), answer, at_end);
        response.body(pieces).unwrap_or_else(|_| plain_answer(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

fn plain_answer(status: StatusCode) -> Response<Pieces> {
    let mut response = Response::new(Pieces::default());
    *response.status_mut() = status;
    response
}

/// What happens with the last byte of an answer.
struct AtEnd {
    in_flight: InFlight,
    hang_up: UnboundedSender<Ticks>,
    after: Option<Ticks>,
}

impl AtEnd {
    fn happen(self) {
        self.in_flight.finish();
        if let Some(ticks) = self.after {
            // Nobody hears of it where the connection has ended.
            let _ = self.hang_up.send(ticks);
        }
    }
}

/// A body, piece by piece.
#[derive(Default)]
struct Pieces {
    /// From the last one to the first: how long each takes, and its bytes.
    left: Vec<(Ticks, Bytes)>,
    waiting: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
    at_end: Option<AtEnd>,
    is_announced: bool,
}

impl Pieces {
    fn new(body: &[u8], answer: &Answer, at_end: AtEnd) -> Self {
        let mut from = 0;
        let mut left: Vec<(Ticks, Bytes)> = Vec::new();
        for &(after, bytes) in &answer.pieces {
            left.push((after, Bytes::copy_from_slice(&body[from..from + bytes])));
            from += bytes;
        }
        left.reverse();
        let mut pieces = Self { left, waiting: None, at_end: Some(at_end), is_announced: answer.announced };
        pieces.end_if_all();
        pieces
    }

    fn end_if_all(&mut self) {
        if self.left.is_empty()
            && let Some(at_end) = self.at_end.take()
        {
            at_end.happen();
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Self { left, waiting, at_end, .. } = &mut *self;
        let (Some(&(after, _)), Some(at_end)) = (left.last(), at_end) else { return Poll::Ready(None) };
        let waiting = waiting.get_or_insert_with(|| Box::pin(at_end.in_flight.wait(after)));
        if waiting.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.waiting = None;
        let piece = self.left.pop().map(|(_, bytes)| Ok(Frame::data(bytes)));
        self.end_if_all();
        Poll::Ready(piece)
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let bytes = self.left.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if self.is_announced || bytes == 0 { SizeHint::with_exact(bytes) } else { SizeHint::default() }
    }
}

/// Answers one request with bytes as they are, and ends the connection.
async fn serve_raw(mut stream: DuplexStream, network: Network, host: usize, connection: u64) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.split_whitespace().nth(1).unwrap_or("/");
    let path =
        target.strip_prefix("http://").map_or(target, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let asked = network.ask(host, connection, path);
    let replied = async {
        if let Some(Reply::Bytes(ticks, bytes)) = &asked.reply {
            asked.in_flight.wait(*ticks).await;
            // Whoever has seen enough hangs up.
            let _ = stream.write_all(bytes).await;
        }
    };
    replied.await;
    asked.in_flight.finish();
}
