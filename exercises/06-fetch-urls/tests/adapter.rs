//! Turns the judge's requests into the life of a session.
//!
//! Input: the manners (total, per host, time-out, retries, pause; times in ticks), the number of steps, four numbers for each
//! step (see [`step`]), and the [`Web`]; the texts are the URLs. Output: for each list of URLs that was fetched to the end the number
//! of results, and for each of them four numbers (see [`told`]).

use std::time::Duration;

use exercise_06::{FetchError, Manners, Page, Session};
use futures::future::{join, join_all};
use judge::subject::Judge;
use judge::subject::event_loop::EventLoop;
use judge::wire::{Payload, Request};
use tokio::time::{sleep, timeout};
use web::Web;
use web::subject::Network;

/// Steps; the arguments are in parentheses. URLs are given by their places: from the first one to before the last one.
mod step {
    /// Fetch a list (from, to).
    pub(super) const FETCH_ALL: u64 = 0;
    /// Fetch a list and drop the future (from, to, ticks).
    pub(super) const FETCH_ALL_AND_DROP: u64 = 1;
    /// Fetch two lists at the same time (from, middle, to).
    pub(super) const FETCH_TWO_LISTS: u64 = 2;
    /// Fetch each URL by itself, at the same time (from, to).
    pub(super) const FETCH_EACH: u64 = 3;
    /// Await a sleep (ticks).
    pub(super) const SLEEP: u64 = 4;
    /// Drop the session.
    pub(super) const DROP: u64 = 5;
    /// Fetch each URL by itself, one after so many ticks after the other (from, to, ticks).
    pub(super) const FETCH_ONE_EVERY: u64 = 6;
}

/// What is told of a result: what it is, its status, and the body's length and digest.
mod told {
    pub(super) const PAGE: u64 = 0;
    pub(super) const BAD_URL: u64 = 1;
    pub(super) const TIMED_OUT: u64 = 2;
    pub(super) const BROKEN: u64 = 3;
}

type Fetched = Result<Page, FetchError>;

/// Lives the life of the session.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    // What is named here is compiled with the kit, and not with each answer.
    std::hint::black_box(web::subject::exchange);
    let [total, per_host, limit, retries, pause, steps, rest @ ..] = &request.input.numbers[..] else {
        unreachable!("the judge sends the manners and the steps")
    };
    let place = |number: u64| usize::try_from(number).expect("numbers are small");
    let manners = Manners {
        total: place(*total),
        per_host: place(*per_host),
        timeout: Duration::from_millis(*limit),
        retries: u32::try_from(*retries).expect("retries are few"),
        pause: Duration::from_millis(*pause),
    };
    let (steps, web) = rest.split_at(4 * place(*steps));
    let web = Web::from_numbers(web).expect("the judge sends the web");
    let urls = &request.input.texts[..];
    EventLoop::run(judge, None, |event_loop| async move {
        let mut session = Some(Session::new(Network::new(event_loop, web), manners));
        let mut told = Vec::new();
        for numbers in steps.chunks_exact(4) {
            let [from, to, more] = [numbers[1], numbers[2], numbers[3]];
            let urls = |from: u64, to: u64| &urls[place(from)..place(to)];
            match (numbers[0], &session) {
                (step::FETCH_ALL, Some(session)) => tell(&mut told, session.fetch_all(urls(from, to)).await),
                (step::FETCH_ALL_AND_DROP, Some(session)) => {
                    let in_time = timeout(Duration::from_millis(more), session.fetch_all(urls(from, to)));
                    if let Ok(results) = in_time.await {
                        tell(&mut told, results);
                    }
                }
                (step::FETCH_TWO_LISTS, Some(session)) => {
                    let lists = join(session.fetch_all(urls(from, to)), session.fetch_all(urls(to, more)));
                    let (first, second) = lists.await;
                    tell(&mut told, first);
                    tell(&mut told, second);
                }
                (step::FETCH_EACH, Some(session)) => {
                    tell(&mut told, join_all(urls(from, to).iter().map(|url| session.fetch(url))).await);
                }
                (step::FETCH_ONE_EVERY, Some(session)) => {
                    let each = (0..).zip(urls(from, to)).map(|(place, url): (u32, _)| async move {
                        sleep(Duration::from_millis(more) * place).await;
                        session.fetch(url).await
                    });
                    tell(&mut told, join_all(each).await);
                }
                (step::SLEEP, _) => sleep(Duration::from_millis(from)).await,
                (step::DROP, _) => session = None,
                _ => unreachable!("the judge sends steps that can be done"),
            }
        }
        Payload::of(told)
    })
}

fn tell(told: &mut Vec<u64>, results: Vec<Fetched>) {
    told.push(results.len() as u64);
    for result in results {
        told.extend(match result {
            Ok(Page { status, body }) => {
                let (status, body): (u16, Vec<u8>) = (status, body);
                [told::PAGE, u64::from(status), body.len() as u64, web::digest(&body)]
            }
            Err(FetchError::BadUrl) => [told::BAD_URL, 0, 0, 0],
            Err(FetchError::TimedOut) => [told::TIMED_OUT, 0, 0, 0],
            Err(FetchError::Broken) => [told::BROKEN, 0, 0, 0],
        });
    }
}
