//! How much a subject may say: every bound in one place, for both ends of the channel.
//!
//! | what | at most | beyond it |
//! |---|---|---|
//! | a frame from the subject, [`FRAME`] | 1 MiB: the results of 100,000 calls | the run ends: it says too much |
//! | a thread's name, [`NAME`] | 64 bytes | cut by the subject; longer ones are forged |
//! | the message of a panic, [`MESSAGE`] | 2,000 bytes | likewise |
//! | a file, or a function that was called, [`PATH`] | 1,024 bytes | left out by the subject; longer ones are forged |
//! | stacks in one message, [`STACKS`] | 64 | likewise |
//! | panics that a run keeps, [`PANICS`] | 64 | counted and dropped |
//! | looks at a block of memory, [`LOOKS`] | 16,384 | the last one is kept, one before it is dropped for each |
//! | bytes that a run keeps, `Limits::words` | 256 KiB, and 1 KiB for each planned call | taken from what all runs share, 32 MiB |
//! | calls of the work, notes and naps, panics, threads | some for each planned call, and thousands more | the run ends: it runs away |
//!
//! The subject keeps to them, so that whatever it has to say fits: what is cut there is shown to people alone. The judge holds
//! each message against them as it arrives, and so its memory does not follow the hand-in.

use crate::wire::{Outcome, Panic, Payload, Place, Stack, ToJudge};

/// The longest frame from a subject, in bytes. Of what it holds nothing takes more than 24 times as much memory.
pub const FRAME: usize = 1 << 20;

/// The longest name of a thread, in bytes.
pub const NAME: usize = 64;

/// The longest message of a panic, in bytes.
pub const MESSAGE: usize = 2_000;

/// The longest path of a file or of a function, in bytes.
pub const PATH: usize = 1_024;

/// The most threads whose places are told.
pub const STACKS: usize = 64;

/// The most panics that are kept of a run: a report names one.
pub const PANICS: usize = 64;

/// The most looks at the block that processes share that are kept of a run: no right answer comes near.
pub const LOOKS: usize = 1 << 14;

/// The longest beginning of a text that has at most so many bytes.
#[must_use]
pub fn cut(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].to_owned()
}

/// What in a message is longer than the kit ever makes it: then the kit has not sent it.
///
/// # Errors
/// What it is, in words.
pub fn check(message: &ToJudge) -> Result<(), String> {
    match message {
        ToJudge::Work { name, .. } => within("name of a thread", name.as_deref(), NAME),
        ToJudge::Panicking(Panic { thread, message, place }) => {
            within("name of a thread", thread.as_deref(), NAME)?;
            within("message of a panic", Some(message), MESSAGE)?;
            within("name of a file", file(place.as_ref()), PATH)
        }
        ToJudge::Ended { outcome: Outcome::Panicked(message), .. } => {
            within("message of a panic", Some(message), MESSAGE)
        }
        ToJudge::Stacks(stacks) if stacks.len() > STACKS => {
            Err(format!("stacks of {} threads", stacks.len()))
        }
        ToJudge::Stacks(stacks) => stacks.iter().try_for_each(|Stack { name, place, callee, .. }| {
            within("name of a thread", name.as_deref(), NAME)?;
            within("name of a file", file(place.as_ref()), PATH)?;
            within("name of a function", callee.as_deref(), PATH)
        }),
        _ => Ok(()),
    }
}

fn file(place: Option<&Place>) -> Option<&str> {
    place.map(|place| place.file.as_str())
}

fn within(what: &str, text: Option<&str>, bytes: usize) -> Result<(), String> {
    match text.map(str::len) {
        Some(length) if length > bytes => Err(format!("the {what} has {length} bytes")),
        _ => Ok(()),
    }
}

/// The bytes of a message that a record keeps, as they lie in memory: those of its texts and lists. The rest is the same for each
/// message of its kind, and their number has a bound of its own.
#[must_use]
pub fn weight(message: &ToJudge) -> usize {
    match message {
        ToJudge::Work { name, work, .. } => of_text(name.as_deref()) + of_payload(&work.input),
        ToJudge::Begin { work, .. } | ToJudge::Ask { work, .. } | ToJudge::Note { work, .. } => {
            of_payload(&work.input)
        }
        ToJudge::Ended { outcome: Outcome::Returned(payload), .. } => of_payload(payload),
        ToJudge::Ended { outcome: Outcome::Panicked(message), .. } => message.len(),
        ToJudge::Panicking(Panic { thread, message, place }) => {
            of_text(thread.as_deref()) + message.len() + of_text(file(place.as_ref()))
        }
        _ => 0,
    }
}

fn of_text(text: Option<&str>) -> usize {
    text.map_or(0, str::len)
}

fn of_payload(payload: &Payload) -> usize {
    let texts = payload.texts.iter().map(|text| size_of::<String>() + text.len()).sum::<usize>();
    payload.numbers.len() * size_of::<u64>() + texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Work, encode};

    fn work(name: Option<String>, input: Payload) -> ToJudge {
        let work = Work { kind: 0, key: 0, input };
        ToJudge::Work { id: 0, call: 0, tid: 1, name, on_caller: false, work }
    }

    #[test]
    fn a_text_is_cut_between_letters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 2), "ab");
        assert_eq!(cut("aé", 2), "a");
    }

    #[test]
    fn what_the_kit_never_says_is_told_for_each_kind_of_word() {
        let panic = |thread: usize, message: usize, file: usize| {
            let place = Place { file: "f".repeat(file), line: 1 };
            Panic { thread: Some("t".repeat(thread)), message: "m".repeat(message), place: Some(place) }
        };
        let stack = |name: usize, callee: usize| Stack {
            tid: 1,
            name: Some("n".repeat(name)),
            place: None,
            callee: Some("c".repeat(callee)),
        };
        let ended =
            |length| ToJudge::Ended { call: 0, outcome: Outcome::Panicked("m".repeat(length)), at: None };
        let allowed = [
            work(Some("n".repeat(NAME)), Payload::default()),
            ToJudge::Panicking(panic(NAME, MESSAGE, PATH)),
            ToJudge::Stacks(vec![stack(NAME, PATH); STACKS]),
            ended(MESSAGE),
        ];
        for message in &allowed {
            assert_eq!(check(message), Ok(()));
            assert!(encode(message).is_ok(), "what is within the bounds fits in a frame");
        }
        let refused = [
            work(Some("n".repeat(NAME + 1)), Payload::default()),
            ToJudge::Panicking(panic(NAME + 1, 1, 1)),
            ToJudge::Panicking(panic(1, MESSAGE + 1, 1)),
            ToJudge::Panicking(panic(1, 1, PATH + 1)),
            ToJudge::Stacks(vec![stack(1, 1); STACKS + 1]),
            ToJudge::Stacks(vec![stack(NAME + 1, 1)]),
            ToJudge::Stacks(vec![stack(1, PATH + 1)]),
            ended(MESSAGE + 1),
        ];
        for message in &refused {
            assert!(check(message).is_err(), "{message:?}");
        }
    }

    #[test]
    fn what_a_record_keeps_is_weighed_as_it_lies_in_memory() {
        let input = Payload { numbers: vec![1; 10], texts: vec![String::new(); 10] };
        assert_eq!(weight(&work(Some("name".into()), input)), 4 + 10 * 8 + 10 * 24);
    }
}
