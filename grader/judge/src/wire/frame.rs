//! Frames: a length (4 bytes, little endian, at most [`Message::AT_MOST`]) and that many bytes of postcard.
//!
//! Decoding is strict: a frame that is too long, cut short, malformed or followed by left-over bytes is an error, and
//! the judge takes any error for the subject's fault. Any byte may come from the student's code, so nothing here trusts
//! a length or a count that it reads: memory grows only with bytes that really arrived.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use super::{ToJudge, ToSubject};
use crate::bounds;

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

    use super::super::{Answer, Outcome, Payload};
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
        fn a_body_of_any_bytes_is_a_message_or_refused(body in any::<Vec<u8>>(), kind in 0_u8..18) {
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
