//! The messages between judge and subject, and the frames that carry them.
//!
//! Plain data only. A frame is a length (4 bytes, little endian, at most [`Message::AT_MOST`]) and that many bytes of postcard.
//! Decoding is strict: a frame that is too long, cut short, malformed or followed by left-over bytes is an error, and
//! the judge takes any error for the subject's fault. Any byte may come from the student's code, so nothing here trusts
//! a length or a count that it reads: memory grows only with bytes that really arrived.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::bounds;

/// The version of this protocol. Judge and subject are built from the same sources; a difference means a stale build.
/// Raise it with every change of a message.
pub const PROTOCOL: u32 = 6;

/// Plain data of an exercise: what its adapter reads as arguments and gives back as results.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Payload {
    /// Whole numbers; what each stands for is the adapter's matter.
    pub numbers: Vec<u64>,
    /// Texts, likewise.
    pub texts: Vec<String>,
}

impl Payload {
    /// A payload of numbers alone.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = u64>) -> Self {
        Self { numbers: numbers.into_iter().collect(), texts: Vec::new() }
    }
}

/// One call of the student's function that the judge asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Which function: numbered by the adapter.
    pub entry: u16,
    /// Its arguments.
    pub input: Payload,
}

/// What the student's code asks the judge to do: one call of the supplied work.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Work {
    /// Which of the supplied functions: numbered by the adapter (02 supplies two).
    pub kind: u16,
    /// Which input it was called with.
    pub key: u64,
    /// What else it was called with.
    pub input: Payload,
}

impl Work {
    /// Kinds from here on are no work that the program does but things that it holds, such as a connection: in flight from when
    /// it has one to when it lets go. Pictures and figures of the work leave them out.
    pub const HELD: u16 = 1 << 15;

    /// Kinds from here on, which are among those, are questions of drivers: in flight while a driver has nothing to do. See
    /// [`crate::steps`].
    const DRIVERS: u16 = 0b11 << 14;

    /// The kind of this driver's questions.
    ///
    /// # Panics
    /// Where there are too many drivers.
    #[must_use]
    pub fn driver(number: u16) -> u16 {
        assert!(number < 1 << 14, "there are no more than {} drivers", 1 << 14);
        Self::DRIVERS | number
    }

    /// The driver whose question it is, where it is one.
    #[must_use]
    pub fn asked_by_driver(&self) -> Option<u16> {
        (self.kind >= Self::DRIVERS).then_some(self.kind & !Self::DRIVERS)
    }

    /// Whether it is such a thing.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.kind >= Self::HELD
    }
}

/// A thread of the subject, as the operating system numbers it there.
pub type Tid = u64;

/// A place in the student's source.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// A panic in the student's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic {
    /// The name of the thread, where it has one.
    pub thread: Option<String>,
    /// The panic's message.
    pub message: String,
    /// Where it happened.
    pub place: Option<Place>,
}

/// Where a thread stands in the student's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    /// The thread.
    pub tid: Tid,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The innermost place in the student's source.
    pub place: Option<Place>,
    /// What that line called, as a path of the library it stands in: `std::sync::mpsc::Receiver<T>::recv`.
    pub callee: Option<String>,
}

/// How a call of the student's function ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It returned this.
    Returned(Payload),
    /// It panicked with this message (empty where the payload is no text).
    Panicked(String),
    /// It was a future, and the judge had it dropped before its end.
    Dropped,
}

/// Where work of an event loop is polled that is not polled where its call was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moved {
    /// On another thread.
    Thread,
    /// On the same thread, in another runtime or in none.
    Runtime,
}

/// What a call of the supplied work gets from the judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It returns this.
    Return(Payload),
    /// It panics with this message.
    Panic(String),
}

/// Real work in place of the judge's answers: each call of the supplied function keeps its core busy and then returns a number
/// that follows from its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burn {
    /// Which of the supplied functions works; any other returns nothing at once.
    pub kind: u16,
    /// How many turns of a fixed loop each call takes: the same on every machine, other than the time.
    pub turns: u64,
}

/// What is timed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timed {
    /// A call of the student's function.
    Call(Request),
    /// The supplied work alone: calls of this kind, by the kit itself, one after the other on one thread.
    InARow {
        /// As [`Work::kind`].
        kind: u16,
        /// How many; their inputs have the keys from 0.
        calls: u64,
    },
}

/// From the subject to the judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToJudge {
    /// The first message.
    Hello {
        /// [`PROTOCOL`] as the subject was built with.
        protocol: u32,
        /// The thread that reads the channel: it may answer while every other thread is stuck.
        reader: Tid,
    },
    /// A thread called the supplied work and now waits for [`ToSubject::Answer`].
    Work {
        /// Numbered by the subject: each number once.
        id: u64,
        /// The call of the student's function that this belongs to.
        call: u32,
        /// The calling thread.
        tid: Tid,
        /// Its name, where it has one.
        name: Option<String>,
        /// Whether it is the thread that called the student's function.
        on_caller: bool,
        /// What is to be worked.
        work: Work,
    },
    /// Work on the subject's own virtual clock begins: a supplied future was polled for the first time. It takes as long as
    /// [`ToSubject::Start`] said; [`ToSubject::Answer`] tells meanwhile how it ends.
    Begin {
        /// As for [`ToJudge::Work`].
        id: u64,
        /// As for [`ToJudge::Work`].
        call: u32,
        /// What is to be worked.
        work: Work,
        /// Now, in ticks since the call began.
        at: u64,
        /// Whether it was polled elsewhere than where the call was made.
        moved: Option<Moved>,
    },
    /// Work that began so has taken its time.
    Finish {
        /// Its id.
        id: u64,
        /// Now, in ticks since the call began.
        at: u64,
    },
    /// The future of work that began so was dropped before its end.
    Dropped {
        /// Its id.
        id: u64,
        /// Now, in ticks since the call began.
        at: u64,
    },
    /// A call of the student's function ended.
    Ended {
        /// The call.
        call: u32,
        /// How.
        outcome: Outcome,
        /// After how many ticks, where the call has a clock of its own.
        at: Option<u64>,
    },
    /// A thread is panicking.
    Panicking(Panic),
    /// The answer to [`ToSubject::Explain`].
    Stacks(Vec<Stack>),
    /// In place of a message that is too long for a frame: what a call returned, or was called with, has so many bytes.
    TooLong {
        /// Of the message.
        bytes: u64,
    },
    /// The answer to [`ToSubject::Roll`], from the lane's own thread.
    Here {
        /// What was asked with.
        nonce: u64,
    },
    /// The answer to [`ToSubject::Parks`]: how often the event loop has begun or ended its wait for events. An odd number: it waits.
    Parks(u64),
}

/// From the judge to the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToSubject {
    /// Call the student's function.
    Start {
        /// The call's number, from 0.
        call: u32,
        /// Calls of one lane run one after the other, on one thread; lane 0 is the main thread.
        lane: u32,
        /// What to call.
        request: Request,
        /// How long each call of the work takes on the subject's own clock, where it has one: kind, key and ticks. What is not
        /// listed takes no time.
        lengths: Vec<(u16, u64, u64)>,
    },
    /// The call of the work with this id ends so: at once, or on the subject's own clock when its time has passed.
    Answer {
        /// The id of [`ToJudge::Work`] or [`ToJudge::Begin`].
        id: u64,
        /// What it returns.
        answer: Answer,
    },
    /// Say where each thread stands.
    Explain,
    /// All calls of the lane have ended: its thread is to say that it is back from the last one.
    Roll {
        /// As in [`ToSubject::Start`].
        lane: u32,
        /// Comes back in [`ToJudge::Here`].
        nonce: u64,
    },
    /// Say whether the event loop waits for events: only asked where that can't be seen.
    Parks,
    /// Do this with real work, as call 0 on the main thread; [`ToJudge::Ended`] tells its end. It is the only thing asked of
    /// this subject: no run that is judged holds it.
    Measure {
        /// What the supplied work does.
        burn: Burn,
        /// What to do.
        timed: Timed,
    },
}

/// What one end of the channel says to the other.
pub trait Message: Serialize + DeserializeOwned {
    /// The longest frame, in bytes.
    const AT_MOST: usize;
}

impl Message for ToJudge {
    const AT_MOST: usize = bounds::FRAME;
}

/// Suites are the kit's own: more than any of them needs.
impl Message for ToSubject {
    const AT_MOST: usize = 4 << 20;
}

/// Why a message can't be sent: it has so many bytes, more than [`Message::AT_MOST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong(pub usize);

/// Why bytes are not a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// A frame longer than [`Message::AT_MOST`] was announced.
    TooLong(usize),
    /// The frame is no message, or has bytes left over.
    NotAMessage,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(bytes) => write!(f, "a frame of {bytes} bytes, which is too long"),
            Self::NotAMessage => f.write_str("a frame that is no message"),
        }
    }
}

impl std::error::Error for Malformed {}

/// The frame of a message.
///
/// # Errors
/// When the message is too long for one.
///
/// # Panics
/// Never: plain data always encodes.
pub fn encode<M: Message>(message: &M) -> Result<Vec<u8>, TooLong> {
    let mut frame = postcard::to_extend(message, vec![0; 4]).expect("plain data always encodes");
    let body = frame.len() - 4;
    let length = u32::try_from(body).ok().filter(|_| body <= M::AT_MOST).ok_or(TooLong(body))?;
    frame[..4].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// Puts messages together from bytes as they arrive.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// Bytes at the front that were taken already.
    taken: usize,
}

impl Decoder {
    /// How many bytes wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.taken
    }

    /// Adds bytes that arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message, if there is one.
    ///
    /// # Errors
    /// [`Malformed`]: what arrived can never become a message. Nothing after it can be trusted.
    pub fn take<M: Message>(&mut self) -> Result<Option<M>, Malformed> {
        let rest = &self.bytes[self.taken..];
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_le_bytes(*length) as usize;
        if length > M::AT_MOST {
            return Err(Malformed::TooLong(length));
        }
        let Some(body) = rest.get(..length) else { return Ok(None) };
        let (message, left) = postcard::take_from_bytes(body).map_err(|_| Malformed::NotAMessage)?;
        if !left.is_empty() {
            return Err(Malformed::NotAMessage);
        }
        self.taken += 4 + length;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(id: u64) -> ToSubject {
        ToSubject::Answer { id, answer: Answer::Return(Payload::of([1, u64::MAX])) }
    }

    #[test]
    fn messages_survive_any_split() {
        let bytes: Vec<u8> = (0..3).flat_map(|id| encode(&answer(id)).unwrap()).collect();
        for size in 1..bytes.len() {
            let mut decoder = Decoder::default();
            let mut seen = Vec::new();
            for part in bytes.chunks(size) {
                decoder.push(part);
                while let Some(message) = decoder.take::<ToSubject>().unwrap() {
                    seen.push(message);
                }
            }
            assert_eq!(seen, [answer(0), answer(1), answer(2)], "split every {size} bytes");
        }
    }

    #[test]
    fn a_length_over_the_cap_is_refused_before_it_arrives() {
        let mut decoder = Decoder::default();
        decoder.push(&u32::MAX.to_le_bytes());
        assert_eq!(decoder.take::<ToJudge>(), Err(Malformed::TooLong(u32::MAX as usize)));
    }

    #[test]
    fn what_is_too_long_for_a_frame_is_no_frame_and_no_panic() {
        let returns = |numbers| {
            let outcome = Outcome::Returned(Payload::of(std::iter::repeat_n(0, numbers)));
            encode(&ToJudge::Ended { call: 0, outcome, at: None }).map(|frame| frame.len() - 4)
        };
        let around = returns(1).unwrap() - 1 + 2;
        assert_eq!(returns(bounds::FRAME - around), Ok(bounds::FRAME));
        assert_eq!(returns(bounds::FRAME - around + 1), Err(TooLong(bounds::FRAME + 1)));
        assert!(encode(&ToJudge::TooLong { bytes: u64::MAX }).is_ok());
    }

    #[test]
    fn left_over_bytes_in_a_frame_are_refused() {
        let mut frame = encode(&ToSubject::Explain).unwrap();
        frame.push(0);
        frame[0] += 1;
        let mut decoder = Decoder::default();
        decoder.push(&frame);
        assert_eq!(decoder.take::<ToSubject>(), Err(Malformed::NotAMessage));
    }

    /// Every message that is in there, or why it is none. Whatever arrives, what is kept is no more than what arrived.
    fn decode(parts: &[&[u8]]) -> Result<Vec<ToJudge>, Malformed> {
        let mut decoder = Decoder::default();
        let mut messages = Vec::new();
        for part in parts {
            decoder.push(part);
            assert!(decoder.bytes.len() <= parts.iter().map(|part| part.len()).sum());
            while let Some(message) = decoder.take()? {
                messages.push(message);
            }
        }
        Ok(messages)
    }

    proptest! {
        #[test]
        fn any_bytes_are_messages_or_refused_or_waited_for(bytes in any::<Vec<u8>>(), cut in any::<prop::sample::Index>()) {
            let (before, after) = bytes.split_at(cut.index(bytes.len() + 1));
            prop_assert_eq!(decode(&[before, after]), decode(&[&bytes]));
        }

        #[test]
        fn a_body_of_any_bytes_is_a_message_or_refused(body in any::<Vec<u8>>(), kind in 0_u8..13) {
            // As long as it says, and of a kind that there mostly is, so that the rest of it is looked at.
            let length = u32::try_from(body.len() + 1).unwrap().to_le_bytes();
            let decoded = decode(&[&length, &[kind], &body]);
            prop_assert!(decoded.is_err() || decoded.is_ok_and(|messages| messages.len() == 1));
        }

        #[test]
        fn a_count_that_is_a_lie_is_refused_without_its_memory(count in 16_u64.., after in 0_usize..16) {
            // The list of a payload announces more numbers than bytes follow.
            let mut body = vec![5, 0, 0];
            body.extend(postcard::to_extend(&count, Vec::new()).unwrap());
            body.extend(vec![1; after]);
            let length = u32::try_from(body.len()).unwrap().to_le_bytes();
            prop_assert_eq!(decode(&[&length, &body]), Err(Malformed::NotAMessage));
        }
    }
}
