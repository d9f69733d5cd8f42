//! What arrives of messages and replies.

use std::collections::BTreeMap;
use std::fmt::Write;

use judge::checks::Policy;
use judge::run::{End, Excess, Run, Stuck};
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::end::{has_panicked, killed_early, panicked};
use super::talk::{Seen, Way, arrived, expected, is_cut};

/// Each message is handled once and whole, or each reply passed on so, in any order, and nothing else is. After an early end of the child:
/// as many as it was about to handle, or had given. A pass says nothing of the order.
pub(super) struct Whole(pub(super) Way);

/// They arrive in the order in which they were sent. A pass says nothing of whether all of them do.
pub(super) struct InOrder(pub(super) Way);

impl Policy for Whole {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let way = self.0;
        let (mut wanted, seen) = (expected(scenario, way), arrived(run, way));
        let may_be_cut = way == Way::FromTheChild && is_cut(scenario);
        if may_be_cut && seen.len() < wanted.len() {
            wanted.pop();
        }
        let mut missing = wanted.clone();
        let mut foreign = Vec::new();
        for one in &seen {
            match missing.iter().position(|missing| missing == one) {
                Some(place) => drop(missing.remove(place)),
                None => foreign.push(*one),
            }
        }
        if missing.is_empty() && foreign.is_empty() {
            return Ok(());
        }
        let next = wanted.strip_prefix(&seen[..]).and_then(<[Seen]>::first);
        let is_empty = |one: &Seen| one.length == 0;
        let stops_at_an_empty_one = next.is_some_and(is_empty) && !seen.iter().any(is_empty);
        let of_the_child = has_panicked(scenario, run);
        let goes_on =
            way == Way::ToTheChild && missing.is_empty() && run.works.iter().any(|work| work.panicked);
        let (cause, hint) = if killed_early(scenario, run) {
            KILLED
        } else if goes_on {
            GOES_ON
        } else if of_the_child {
            PANICKED
        } else if stops_at_an_empty_one {
            TAKEN_FOR_THE_END
        } else {
            cause(way, &missing, &foreign, seen.len(), may_be_cut)
        };
        let handled = if way == Way::ToTheChild { "handled" } else { "passed on" };
        Err(Finding::fail(
            format!("{} {handled}, {}", way.count(wanted.len()), lengths(&wanted)),
            format!(
                "{} {handled}{}{}",
                way.count(seen.len()),
                if goes_on {
                    format!(": {} after the one at which `handle` panicked", foreign.len())
                } else {
                    observed(&missing, &foreign)
                },
                if of_the_child {
                    format!("; the child ended with exit code 101, a panic{}", panicked(run))
                } else {
                    String::new()
                }
            ),
            cause,
            hint,
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// "of 0, 3 and 5 bytes".
fn lengths(of: &[Seen]) -> String {
    let mut each: BTreeMap<u64, usize> = BTreeMap::new();
    for seen in of {
        *each.entry(seen.length).or_default() += 1;
    }
    match each.len() {
        0 => "and no more".to_owned(),
        1 => format!("of {}", bytes_of(of[0].length)),
        2..=4 => format!("of {} bytes", judge::words::list(each.into_keys().map(bytes))),
        _ => format!(
            "of {} to {} bytes",
            bytes(of.iter().map(|seen| seen.length).min().unwrap_or(0)),
            bytes(longest(of))
        ),
    }
}

fn bytes(number: u64) -> String {
    judge::words::thousands(number)
}

/// "1 byte".
fn bytes_of(length: u64) -> String {
    if length == 1 { "1 byte".to_owned() } else { format!("{} bytes", bytes(length)) }
}

fn longest(of: &[Seen]) -> u64 {
    of.iter().map(|seen| seen.length).max().unwrap_or(0)
}

fn observed(missing: &[Seen], foreign: &[Seen]) -> String {
    let first = |of: &[Seen]| of.first().map_or(0, |seen| seen.length);
    let mut text = String::new();
    if !missing.is_empty() {
        let _ = write!(text, ": {} missing, the first one of {}", missing.len(), bytes_of(first(missing)));
    }
    if !foreign.is_empty() {
        text += if missing.is_empty() { ": " } else { "; " };
        let (count, first) = (foreign.len(), bytes_of(first(foreign)));
        let _ = write!(text, "{count} that nobody sent, the first one of {first}");
    }
    text
}

/// Of a child that the parent has ended: it may not even have begun.
pub(super) const KILLED: (&str, &str) = (
    "the child was killed before it could return",
    "close its input, read its replies to the end, and wait: it ends by itself",
);

const PANICKED: (&str, &str) = (
    "a panic in the child ends it: a limit of your own, or an `unwrap` of what it has read",
    "look at the line that the panic names: a message may be as long as it likes, and hold any bytes",
);

const GOES_ON: (&str, &str) = (
    "the panic of `handle` is caught, and the child goes on with its next message as if nothing had happened",
    "let the panic end the child: nothing has to be done about it, and its status tells the parent",
);

const TAKEN_FOR_THE_END: (&str, &str) = (
    "one without a byte is taken for the end, or passed over",
    "the end of the input is where no length comes any more; a length of 0 is a message like every other",
);

const TAKEN_FOR_SEVERAL: (&str, &str) = (
    "one is taken for several: its bytes hold what ends a message (a newline, a zero), its length does not fit into the bytes that are sent \
     of it, or `read` gave the first part of it",
    "no byte can be the end, since each may be part of a message: write the length first, in four or eight bytes, and `read_exact` that many",
);

/// What such differences come from, and what to try.
fn cause(
    way: Way,
    missing: &[Seen],
    foreign: &[Seen],
    seen: usize,
    may_be_cut: bool,
) -> (&'static str, &'static str) {
    let length_of = |of: &[Seen]| of.iter().map(|seen| seen.length).sum::<u64>();
    if may_be_cut && foreign.len() == 1 && missing.len() <= 1 {
        return (
            "a reply is passed on of which only a part has come: the child ended while it wrote",
            "pass a reply on when its last byte is there: `read_exact` fails if the input ends before",
        );
    }
    if seen == 0 {
        return (
            "nothing comes through: the two sides frame their messages in different ways, or something else is in the pipe (`println!` in \
             the child goes there, too)",
            "let one function write a frame and one read it, and use them on both sides; print to standard error",
        );
    }
    if foreign.is_empty() && missing.iter().all(|seen| seen.length == 0) {
        return TAKEN_FOR_THE_END;
    }
    if foreign.is_empty() {
        return match way {
            Way::ToTheChild => (
                "the child ends before all messages are handled, or the rest is not sent",
                "send all of them, whatever the replies are, and let the child go on until its input has ended",
            ),
            Way::FromTheChild => (
                "what was given is not passed on: the reading ends too early (when the last message is sent, at a broken pipe of the other \
                 direction, when the child is killed), or replies are left in a buffer of the child",
                "read until the replies end, then wait for the child; and `flush` after each reply",
            ),
        };
    }
    if missing.len() == foreign.len()
        && missing.iter().zip(foreign).all(|(one, other)| one.length == other.length)
    {
        return (
            "the bytes are changed on their way: made text of, escaped and restored in the wrong order, or put together from two",
            "send bytes as they are; where they have to be escaped, undo exactly that: the escape's own sign is escaped first, and restored last",
        );
    }
    if missing.len() == foreign.len() && length_of(foreign) != length_of(missing) {
        return (
            "bytes get lost or are added: a length that does not fit into its bytes (one byte holds up to 255, two up to 65,535), a text \
             conversion, escapes that are not undone exactly, or something else that is printed into the pipe",
            "give the length four or eight bytes, send the bytes as they are, and print to standard error",
        );
    }
    if missing.len() > foreign.len() {
        (
            "several are taken for one: `read` gives whatever is in the pipe, and that may be two at once; or two lengths run into each \
             other",
            "write the length before the bytes, in a fixed number of bytes, and read exactly as many as it says",
        )
    } else {
        TAKEN_FOR_SEVERAL
    }
}

impl Policy for InOrder {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let way = self.0;
        let (wanted, seen) = (expected(scenario, way), arrived(run, way));
        let Some(place) = wanted.iter().zip(&seen).position(|(wanted, seen)| wanted != seen) else {
            return Ok(());
        };
        let noun = way.noun();
        let expected = format!("{noun} {place} comes as number {place}");
        let Some(other) = wanted.iter().position(|wanted| *wanted == seen[place]) else {
            return Err(Finding::fail(
                expected,
                "something came there that was not sent",
                "it is no question of order: bytes are changed on their way, one is taken for several or several for one, or two threads \
                 write into one pipe",
                "send the length first, then the bytes as they are, from one thread for each direction",
            ));
        };
        Err(Finding::fail(
            expected,
            format!("{noun} {other} came there"),
            "several threads write into one pipe, or what arrives is put down somewhere and taken up in another order",
            "one thread for each direction, which sends or passes on one after the other",
        ))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

/// Why a conversation stands still, or has no end.
pub(super) fn word_end(mut finding: Finding, run: &Run) -> Finding {
    let stuck = match &run.end {
        End::Deadlock(stuck) => stuck,
        End::RunsAway(Excess::Calls { .. }) => {
            let (cause, hint) = TAKEN_FOR_SEVERAL;
            (finding.cause, finding.hint) = (cause.to_owned(), hint.to_owned());
            return finding;
        }
        _ => return finding,
    };
    let waits = |in_child: bool, words: &str| {
        stuck.iter().any(|one: &Stuck| one.process.is_some() == in_child && one.wait.contains(words))
    };
    let (for_room, for_input, for_a_child) = ("room in a pipe", "input", "child process");
    let panicked = run.works.iter().any(|work| work.panicked);
    let (cause, hint) = if panicked {
        (
            "`on_reply` has panicked: nobody reads any more, so the child waits for room in its pipe, and what ends the call waits for the child \
             or for the thread that writes to it",
            "end the child on the way out of a panic: a struct whose `Drop` kills it and waits, made before the scope waits for its threads",
        )
    } else if waits(true, for_room) && (waits(false, for_room) || !waits(false, for_input)) {
        (
            "both pipes are full: the parent writes (or waits for the end), and reads no replies; the child gives a reply, and reads no messages",
            "read and write at the same time: a thread that writes messages, while another one reads replies",
        )
    } else if waits(true, for_input) && (waits(false, for_a_child) || waits(false, for_input)) {
        (
            "the child waits for more: the writing end of its input is still open somewhere in the parent; or a reply is waited for that nobody \
             gives",
            "drop the child's `ChildStdin`, and each copy of it, after the last message; read replies until they end, and count none",
        )
    } else if waits(false, for_input) {
        (
            "the child has ended, and its replies do not: a copy of the pipe's writing end is still open in the parent",
            "drop your own end, and the `Command` that holds a copy of it, as soon as the child is started; `Stdio::piped` does it for you",
        )
    } else {
        return finding;
    };
    (finding.cause, finding.hint) = (cause.to_owned(), hint.to_owned());
    finding
}
