//! What caller and launcher say to each other once the order is given, each as one message.
//!
//! ```text
//! caller                       launcher
//!   run, with three streams ──▶
//!                           ◀── pid, started; or failed, and it is gone
//!   stop, if it likes       ──▶
//!                           ◀── ended
//!   free                    ──▶
//!                           ◀── ready for the next run; or it is gone
//! ```
//!
//! Parsed strictly: whatever is not exactly one of these is none.

use std::time::Duration;

use super::failure::Failure;
use crate::ended::How;

/// What the caller asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Run the program. Its stdin, stdout and stderr come along. Where it is forked it may be one that has prepared itself.
    Run { prepared: bool },
    /// Kill it, and whatever it started. It may have ended meanwhile.
    Stop,
    /// Let go of the program's process id. It has ended.
    Free,
}

impl Request {
    const ALL: [(Self, &'static [u8]); 4] = [
        (Self::Run { prepared: false }, b"run"),
        (Self::Run { prepared: true }, b"run prepared"),
        (Self::Stop, b"stop"),
        (Self::Free, b"free"),
    ];

    /// As one message.
    pub(super) fn to_bytes(self) -> &'static [u8] {
        Self::ALL.into_iter().find(|(request, _)| *request == self).map_or(b"", |(_, bytes)| bytes)
    }

    /// The request that this message is, if it is one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == bytes).map(|(request, _)| request)
    }
}

/// What the launcher tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Sent by the process that is about to become the program. Its id is not in the text but in the credentials that
    /// the kernel attaches, translated into the caller's process table.
    Pid,
    /// The program runs: the exec succeeded.
    Started,
    /// A step failed; the program has not run and will not.
    Failed(Failure),
    /// The program has ended and so has all that it started.
    Ended { how: How, cpu: Duration },
    /// Nothing is left of the program: another may run.
    Ready,
}

impl Record {
    /// As one message: the fields, with a zero byte between them.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Pid => "pid".to_owned(),
            Self::Started => "started".to_owned(),
            Self::Ready => "ready".to_owned(),
            Self::Failed(Failure { step, reason }) => {
                format!("failed\0{}\0{}", step.replace('\0', " "), reason.replace('\0', " "))
            }
            Self::Ended { how, cpu } => {
                let (name, value) = how_to_text(*how);
                format!("ended\0{name}\0{value}\0{}", cpu.as_micros())
            }
        }
        .into_bytes()
    }

    /// The record that this message is, if it is one.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let fields: Vec<&str> = text.split('\0').collect();
        match fields[..] {
            ["pid"] => Some(Self::Pid),
            ["started"] => Some(Self::Started),
            ["ready"] => Some(Self::Ready),
            ["failed", step, reason] => Some(Self::Failed(Failure::new(step, reason))),
            ["ended", name, value, cpu] => {
                let cpu = Duration::from_micros(cpu.parse().ok()?);
                Some(Self::Ended { how: how_from_text(name, value.parse().ok()?)?, cpu })
            }
            _ => None,
        }
    }
}

fn how_to_text(how: How) -> (&'static str, i32) {
    match how {
        How::Exit(code) => ("exit", code),
        How::Signal(signal) => ("signal", signal),
        How::Stopped => ("stopped", 0),
        How::WallLimit => ("wall", 0),
        How::WorkLimit => ("work", 0),
        How::NoResult => ("none", 0),
    }
}

/// The reverse, without `none`: a launcher that knows no result sends no record.
fn how_from_text(name: &str, value: i32) -> Option<How> {
    match (name, value) {
        ("exit", 0..=255) => Some(How::Exit(value)),
        ("signal", 1..=64) => Some(How::Signal(value)),
        ("stopped", 0) => Some(How::Stopped),
        ("wall", 0) => Some(How::WallLimit),
        ("work", 0) => Some(How::WorkLimit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_survive_the_way() {
        let cpu = Duration::from_micros(1234);
        let ended = [How::Exit(7), How::Signal(24), How::Stopped, How::WallLimit, How::WorkLimit];
        let records = ended.map(|how| Record::Ended { how, cpu }).into_iter().chain([
            Record::Pid,
            Record::Started,
            Record::Ready,
            Record::Failed(Failure::new("mount", "denied")),
        ]);
        for record in records {
            assert_eq!(Record::from_bytes(&record.to_bytes()), Some(record));
        }
        for (request, _) in Request::ALL {
            assert_eq!(Request::from_bytes(request.to_bytes()), Some(request));
        }
    }

    #[test]
    fn nothing_else_is_a_record() {
        let malformed = [
            "",
            "pid\0",
            "ended",
            "ended\0exit\x007",
            "ended\0exit\x00256\x001",
            "ended\0exit\0-1\x001",
            "ended\0signal\x000\x001",
            "ended\0stopped\x001\x001",
            "ended\0none\x000\x001",
            "ended\0exit\x007\x001\0more",
            "ended\0exit\x007\x001\n",
        ];
        for text in malformed {
            assert_eq!(Record::from_bytes(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(Record::from_bytes(b"\xff"), None);
        assert_eq!(Request::from_bytes(b""), None);
    }
}
