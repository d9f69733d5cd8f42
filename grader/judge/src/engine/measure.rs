//! Times real work on the real cores: one piece of it, in a subject of its own, by this process's clock.
//!
//! Nothing is judged here, and nothing of it reaches a run that is: no virtual clock, no watch, no verdict. What a program
//! does in this mode is no evidence; that it can't be timed says nothing of its answer.

use std::time::{Duration, Instant};

use super::Error;
use super::launch::Launch;
use super::link::{Link, Received};
use crate::wire::{Burn, Outcome, PROTOCOL, Payload, Timed, ToJudge, ToSubject};

/// What took how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// From the order to the news of its end, in wall time.
    pub elapsed: Duration,
    /// What came out: equal for everyone who did the same work.
    pub result: Payload,
}

/// Why there is no timing.
#[derive(Debug, thiserror::Error)]
pub enum Untimed {
    /// Trouble of the machine.
    #[error(transparent)]
    Machine(#[from] Error),
    /// The process ended before the work did.
    #[error("the program ended before its work did")]
    Exited,
    /// The function panicked.
    #[error("it panicked: `{0}`")]
    Panicked(String),
    /// It was killed.
    #[error("it did not return within {} s", .0.as_secs())]
    TooLong(Duration),
    /// It said something else than that the call has ended.
    #[error("the program sent what it was not asked for")]
    OutOfTurn,
}

/// Has a new subject do this, at most that long, and kills it.
///
/// # Errors
/// [`Untimed`]. Only [`Untimed::Machine`] is never the program's own doing.
pub fn measure(
    launcher: &dyn Launch,
    burn: Burn,
    timed: Timed,
    at_most: Duration,
) -> Result<Timing, Untimed> {
    let mut subject = launcher.launch().map_err(Error::Launch)?;
    let mut link = Link::new(subject.channel);
    let timing = talk(&mut link, burn, timed, at_most);
    subject.process.kill();
    let _ = subject.process.wait();
    timing
}

fn talk(link: &mut Link, burn: Burn, timed: Timed, at_most: Duration) -> Result<Timing, Untimed> {
    match hear(link, Instant::now(), at_most)? {
        ToJudge::Hello { protocol: PROTOCOL, .. } => {}
        ToJudge::Hello { protocol, .. } => return Err(Error::Protocol(protocol).into()),
        _ => return Err(Untimed::OutOfTurn),
    }
    let begun = Instant::now();
    link.send(&ToSubject::Measure { burn, timed });
    loop {
        match hear(link, begun, at_most)? {
            ToJudge::Ended { outcome: Outcome::Returned(result), .. } => {
                return Ok(Timing { elapsed: begun.elapsed(), result });
            }
            ToJudge::Ended { outcome: Outcome::Panicked(message), .. } => {
                return Err(Untimed::Panicked(message));
            }
            // The end will tell what came of it.
            ToJudge::Panicking(_) => {}
            _ => return Err(Untimed::OutOfTurn),
        }
    }
}

/// The next message, waited for at most so long since then.
fn hear(link: &mut Link, since: Instant, at_most: Duration) -> Result<ToJudge, Untimed> {
    while let Some(left) = at_most.checked_sub(since.elapsed()) {
        match link.receive().map_err(Error::Watch)? {
            Received::Message(message) => return Ok(message),
            Received::Closed => return Err(Untimed::Exited),
            Received::Malformed(_) | Received::Deaf => return Err(Untimed::OutOfTurn),
            // Woken by the message, or by the end of the process.
            Received::Nothing => link.wait(left),
        }
    }
    Err(Untimed::TooLong(at_most))
}
