//! What happened in a run, one event after the other, as the notes of the kit's scripts tell it.

use std::collections::{BTreeMap, BTreeSet};

use judge::run::{Run, WorkRecord};
use judge::scenario::Ticks;
use judge::wire::Work;

use super::super::shared::{
    AWAITED, BACK, BUSY, DROPPED, END, GONE, JOINED, LOOPS, MADE, MOMENT, MOVED, PENDING, POLL, READY, SPAWN,
    SPAWNED, WAKE, origin,
};

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Ticks,
    pub(super) what: What,
}

/// What happened; the first number is the script's, or the sleep's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// On the thread of `block_on`, or elsewhere.
    Polled(u64, bool),
    Woken(u64, By),
    /// By the thread of the loop, or by another one.
    Spawn(u64, bool),
    Spawned(u64),
    Ended(u64, Outcome),
    Dropped(u64),
    /// For so long.
    Made(u64, Ticks),
    /// By whom it was polled, here and below.
    Pending(u64, u64),
    Ready(u64, u64),
    Gone(u64),
    /// By whom its handle was polled: it is not ready, or what it gave.
    Awaited(u64, u64),
    Joined(u64, u64, Outcome),
    Back(u64, Outcome),
    /// The loop goes to sleep, until then.
    Parks(Option<Ticks>),
    /// It gets up: it was woken, or the time has come.
    Unparks(bool),
    /// A poll takes time.
    Busy,
    /// Another thread wakes somebody while the loop is inside of `now` or `park`.
    Moment,
    /// A loop was made, and those before it are not used any more.
    AnotherLoop,
    /// The next `block_on` is another thread's.
    Moved,
}

/// Who called a waker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A script, a thread, or the judge.
    Kit,
    /// The student's sleep.
    Sleep(u64),
    /// The student's handle of this script.
    Handle(u64),
}

/// What a script returned; `None`: it panicked.
pub(super) type Outcome = Option<u64>;

/// All that happened, in order.
pub(super) struct Story {
    pub(super) events: Vec<Event>,
    /// The scripts that were spawned.
    pub(super) tasks: BTreeSet<u64>,
}

/// What there is to know of a sleep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sleep {
    /// In which order it was made, from 0.
    pub(super) number: usize,
    /// When it is due.
    pub(super) due: Ticks,
    pub(super) length: Ticks,
}

impl Story {
    pub(super) fn of(run: &Run) -> Self {
        // A record tells how many others had ended when it began: so ends and beginnings are put into one order.
        let naps = run.works.iter().filter(|work| work.work.kind == Work::NAP);
        let up = |nap: &WorkRecord| {
            let event = Event { at: nap.end?, what: What::Unparks(nap.dropped) };
            Some((nap.ended_as?, event))
        };
        let mut ups: Vec<_> = naps.filter_map(up).collect();
        ups.sort_by_key(|(place, _)| *place);
        let mut ups = ups.into_iter().peekable();
        let mut events = Vec::with_capacity(run.works.len());
        for work in &run.works {
            while let Some((_, up)) = ups.next_if(|(place, _)| *place < work.after) {
                events.push(up);
            }
            events.extend(read(&work.work).map(|what| Event { at: work.start, what }));
        }
        events.extend(ups.map(|(_, up)| up));
        let tasks = events.iter().filter_map(|event| match event.what {
            What::Spawn(script, _) => Some(script),
            _ => None,
        });
        let tasks = tasks.collect();
        Self { events, tasks }
    }

    /// The sleeps that were made, by number.
    pub(super) fn sleeps(&self) -> BTreeMap<u64, Sleep> {
        let made = self.events.iter().filter_map(|event| match event.what {
            What::Made(sleep, length) => Some((sleep, event.at, length)),
            _ => None,
        });
        made.enumerate()
            .map(|(number, (sleep, at, length))| (sleep, Sleep { number, due: at + length, length }))
            .collect()
    }

    /// How each script ended that did.
    pub(super) fn ends(&self) -> BTreeMap<u64, Outcome> {
        let ended = self.events.iter().filter_map(|event| match event.what {
            What::Ended(script, outcome) => Some((script, outcome)),
            _ => None,
        });
        ended.collect()
    }

    /// What a script is called in a report.
    pub(super) fn name(&self, script: u64) -> String {
        if self.tasks.contains(&script) {
            format!("task {script}")
        } else {
            "the future of `block_on`".to_owned()
        }
    }
}

fn read(work: &Work) -> Option<What> {
    let number = |place: usize| work.input.numbers.get(place).copied().unwrap_or_default();
    let outcome = |place: usize| work.input.numbers.get(place).copied();
    let key = work.key;
    Some(match work.kind {
        Work::NAP => What::Parks(work.input.numbers.first().copied()),
        POLL => What::Polled(key, number(0) == 1),
        WAKE => What::Woken(
            key,
            match number(0) {
                origin::KIT => By::Kit,
                origin::SLEEP => By::Sleep(number(1)),
                origin::HANDLE => By::Handle(number(1)),
                _ => return None,
            },
        ),
        SPAWN => What::Spawn(key, number(0) == 1),
        SPAWNED => What::Spawned(key),
        END => What::Ended(key, outcome(0)),
        DROPPED => What::Dropped(key),
        MADE => What::Made(key, number(0)),
        PENDING => What::Pending(key, number(0)),
        READY => What::Ready(key, number(0)),
        GONE => What::Gone(key),
        JOINED => What::Joined(key, number(0), outcome(1)),
        AWAITED => What::Awaited(key, number(0)),
        BACK => What::Back(key, outcome(0)),
        BUSY => What::Busy,
        MOMENT => What::Moment,
        LOOPS => What::AnotherLoop,
        MOVED => What::Moved,
        _ => return None,
    })
}
