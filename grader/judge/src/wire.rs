//! The messages between judge and subject: plain data only. The frames that carry them are in `wire/frame.rs`.

mod frame;

use serde::{Deserialize, Serialize};

pub use frame::{Decoder, Malformed, Message, TooLong, encode};

use crate::processes::Death;

/// The version of this protocol. Judge and subject are built from the same sources; a difference means a stale build.
/// Raise it with every change of a message.
pub const PROTOCOL: u32 = 9;

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

    /// The kind of a thread's sleep on the judge's clock, which is among those, too. See [`ToJudge::Nap`].
    pub const NAP: u16 = Self::DRIVERS - 1;

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
    /// It ends the process that it runs in.
    Die(Death),
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
        /// The process, as it numbers itself: asked for only where the system does not say whose the channel is.
        process: u32,
        /// Whether the judge's end of a door comes along, through which worker processes of this one reach it.
        door: bool,
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
    /// Supplied work that waits on no thread: its future was polled for the first time. It is on the judge's clock, and woken once
    /// [`ToSubject::Answer`] is there.
    Ask {
        /// As for [`ToJudge::Work`].
        id: u64,
        /// As for [`ToJudge::Work`].
        call: u32,
        /// What is to be worked.
        work: Work,
    },
    /// Something happened, which takes no time and needs no answer.
    Note {
        /// As for [`ToJudge::Work`].
        id: u64,
        /// As for [`ToJudge::Work`].
        call: u32,
        /// What.
        work: Work,
    },
    /// A thread sleeps on the judge's clock, until [`ToSubject::Answer`] or until another one wakes it.
    Nap {
        /// As for [`ToJudge::Work`].
        id: u64,
        /// As for [`ToJudge::Work`].
        call: u32,
        /// The thread.
        tid: Tid,
        /// As for [`ToJudge::Work`].
        on_caller: bool,
        /// The tick at which it wakes by itself; `None`: never.
        until: Option<u64>,
    },
    /// Nobody waits for this answer any more: the future of [`ToJudge::Ask`] was dropped, or the sleeper of [`ToJudge::Nap`] is being
    /// woken. It may be here before what it is about.
    Withdraw {
        /// Its id.
        id: u64,
    },
    /// A thread of the kit's own, which has no part in what the program waits for.
    Own {
        /// The thread.
        tid: Tid,
    },
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
    /// The block of memory that all processes of this run share: the first thing that a process is told, where there is one.
    Block {
        /// How many numbers of 64 bits it holds.
        slots: u64,
        /// The file that it is. `None`: its descriptor comes along.
        file: Option<String>,
    },
    /// The judge's clock has moved on by so many ticks; a runtime whose clock is held moves it likewise.
    Advance {
        /// How many.
        by: u64,
    },
}
