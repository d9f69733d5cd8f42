//! Conversations, and what is judged of them.

use judge::checks::{InWorkers, NothingLeftOfProcesses, OnCaller, PanicReachesCaller, Returns, WaitsAsleep};
use judge::processes::Death;
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{Bytes, CUT, HANDLE, Look, NO_PROGRAM, ON_REPLY, Orders, REPLY, REST, START};
use super::contents::{InOrder, Whole};
use super::end::{
    ChildReturns, GoesOn, ItsStatus, OneChild, OutlivesIt, PanicsForWantOfAChild, RepliesReturn,
};
use super::talk::Way;
use super::times::{AtOnce, NobodyWaits};

/// How long the start of the child takes.
const START_TICKS: Ticks = 5;

/// Messages, and what becomes of each.
#[derive(Clone)]
pub(crate) struct Talk {
    label: String,
    look: Look,
    seed: u64,
    turns: Vec<Turn>,
    /// How long `on_reply` takes.
    passing: Ticks,
    /// The reply at which it panics.
    panics_at: Option<u64>,
}

/// A message: its length, and what the child does with it.
#[derive(Clone, Default)]
pub(crate) struct Turn {
    length: u64,
    handling: Ticks,
    replies: Vec<u64>,
    /// How long each reply takes before it is given.
    pause: Option<Ticks>,
    rest: Option<Ticks>,
    death: Option<Death>,
    panics: bool,
    cut_after: Option<Ticks>,
}

/// A message of so many bytes, with replies of so many each.
pub(crate) fn message(length: u64, replies: &[u64]) -> Turn {
    Turn { length, replies: replies.to_vec(), ..Turn::default() }
}

impl Turn {
    /// It is handled for so long before the replies.
    pub(crate) fn handled_for(self, handling: Ticks) -> Self {
        Self { handling, ..self }
    }

    /// Each reply is so long after the one before.
    pub(crate) fn paced(self, pause: Ticks) -> Self {
        Self { pause: Some(pause), ..self }
    }

    /// It is handled for so long after the replies.
    pub(crate) fn rests(self, rest: Ticks) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// The child ends so, instead of replying.
    pub(crate) fn ends(self, death: Death) -> Self {
        Self { death: Some(death), ..self }
    }

    /// `handle` panics, instead of replying.
    pub(crate) fn panics(self) -> Self {
        Self { panics: true, ..self }
    }

    /// The child is killed so many ticks after it has begun to give the last reply, if that is not in the pipe by then, or later.
    pub(crate) fn cut_after(self, ticks: Ticks) -> Self {
        Self { cut_after: Some(ticks), ..self }
    }

    fn end(&self, orders: &Orders) -> Then {
        match self.death {
            Some(death) => Then::Die(death),
            None if self.panics => Then::Panic("this message is bad".to_owned()),
            None => Then::Return(Payload::of(orders.numbers())),
        }
    }
}

/// A conversation with these messages, of bytes that look like nothing.
pub(crate) fn talk(label: &str, turns: Vec<Turn>) -> Talk {
    Talk { label: label.to_owned(), look: Look::Random, seed: 0, turns, passing: 0, panics_at: None }
}

/// The same message so many times, each time with other bytes.
pub(crate) fn alike(label: &str, number: usize, turn: &Turn) -> Talk {
    talk(label, vec![turn.clone(); number])
}

impl Talk {
    /// And then this message so many times.
    pub(crate) fn then(mut self, turn: &Turn, number: usize) -> Self {
        self.turns.extend(vec![turn.clone(); number]);
        self
    }

    /// Its bytes look like this.
    pub(crate) fn looking(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// Its bytes are made of this.
    pub(crate) fn seeded(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// `on_reply` takes so long.
    pub(crate) fn passed_on_for(self, passing: Ticks) -> Self {
        Self { passing, ..self }
    }

    /// `on_reply` panics at the reply with this number, from 0.
    pub(crate) fn panics_at(self, reply: u64) -> Self {
        Self { panics_at: Some(reply), ..self }
    }

    fn bytes(&self, length: u64, nth: u64) -> Bytes {
        Bytes { length, look: self.look, seed: self.seed.wrapping_mul(0x1_0001).wrapping_add(nth) }
    }

    fn scenario(&self) -> Scenario {
        let mut plan = Plan::default();
        let mut numbers = Vec::new();
        let (mut first, mut bytes) = (0, [0, 0]);
        let nothing = || Then::Return(Payload::default());
        plan.set(START, 0, Planned::new(START_TICKS, nothing()));
        for (key, turn) in (0..).zip(&self.turns) {
            // Messages have even numbers, replies odd ones.
            numbers.extend(self.bytes(turn.length, 2 * key).numbers());
            bytes[0] += turn.length;
            bytes[1] += turn.replies.iter().sum::<u64>();
            let reply = |(nth, length): (u64, &u64)| self.bytes(*length, 2 * nth + 1);
            let orders = Orders {
                first,
                paced: turn.pause.is_some(),
                rests: turn.rest.is_some(),
                cut: turn.cut_after.is_some(),
                replies: (first..).zip(&turn.replies).map(reply).collect(),
            };
            plan.set(HANDLE, key, Planned::new(turn.handling, turn.end(&orders)));
            for reply in first..first + turn.replies.len() as u64 {
                plan.set(ON_REPLY, reply, Planned::new(self.passing, nothing()));
                if let Some(pause) = turn.pause {
                    plan.set(REPLY, reply, Planned::new(pause, nothing()));
                }
            }
            if let Some(rest) = turn.rest {
                plan.set(REST, key, Planned::new(rest, nothing()));
            }
            if let Some(ticks) = turn.cut_after {
                plan.set(CUT, 0, Planned::new(ticks, Then::Die(Death::Kill)));
            }
            first += turn.replies.len() as u64;
        }
        if let Some(reply) = self.panics_at {
            plan.end(ON_REPLY, reply, Then::Panic(format!("reply {reply} is bad")));
        }
        let call = Call { lane: 0, request: Request { entry: 0, input: Payload::of(numbers) } };
        let carried = self.turns.len() as u64 + first;
        Scenario::new(&self.label, vec![call], plan)
            .with_processes()
            .carrying(carried, bytes[0].max(bytes[1]))
    }

    fn case(&self) -> Case {
        Case::of(self.scenario())
    }

    /// The message is handled in a process of its own, and its reply passed on by the caller.
    pub(crate) fn single(self) -> Case {
        let passed_on = OnCaller { kind: ON_REPLY, function: "on_reply", always: true };
        let handled = InWorkers { kind: HANDLE, function: "handle" };
        self.case()
            .and(Returns)
            .and(Whole(Way::ToTheChild))
            .and(handled)
            .and(Whole(Way::FromTheChild))
            .and(passed_on)
    }

    /// Everything arrives whole, through one child.
    pub(crate) fn arrives(self) -> Case {
        let one = self.case().and(Returns).and(OneChild);
        one.and(Whole(Way::ToTheChild)).and(Whole(Way::FromTheChild))
    }

    /// Everything arrives in order.
    pub(crate) fn arrives_in_order(self) -> Case {
        self.case().and(Returns).and(InOrder(Way::ToTheChild)).and(InOrder(Way::FromTheChild))
    }

    /// Replies arrive when they are given.
    pub(crate) fn arrives_at_once(self) -> Case {
        self.case().and(Returns).and(AtOnce)
    }

    /// Nobody waits for anybody.
    pub(crate) fn keeps_busy(self) -> Case {
        self.case().and(Returns).and(Whole(Way::ToTheChild)).and(NobodyWaits)
    }

    /// The child returns, and its status is 0.
    pub(crate) fn comes_to_its_end(self) -> Case {
        let mut scenario = self.scenario();
        scenario.plan.end(START, 0, Then::Return(Payload::of([1])));
        Case::of(scenario).and(Returns).and(OneChild).and(ItsStatus).and(ChildReturns)
    }

    /// A child that ends early: its status, and what it had given.
    pub(crate) fn ends_early(self) -> Case {
        let one = self.case().and(OutlivesIt).and(OneChild);
        let whole = one.and(Whole(Way::ToTheChild)).and(Whole(Way::FromTheChild));
        whole.and(InOrder(Way::FromTheChild)).and(ItsStatus)
    }

    /// No process is left, whatever becomes of the call.
    pub(crate) fn leaves_nothing(self) -> Case {
        self.case().and(GoesOn).and(NothingLeftOfProcesses)
    }

    /// The panic of `on_reply` reaches the caller.
    pub(crate) fn passes_the_panic_on(self) -> Case {
        self.case()
            .and(PanicReachesCaller { function: "on_reply" })
            .and(InOrder(Way::FromTheChild))
            .and(NothingLeftOfProcesses)
            .and(RepliesReturn)
    }

    /// The child cannot be started: a panic, and nothing is left.
    pub(crate) fn cannot_start(self) -> Case {
        Case::of(self.scenario().entering(NO_PROGRAM)).and(PanicsForWantOfAChild).and(NothingLeftOfProcesses)
    }

    /// No busy-waiting, no fixed sleeps.
    pub(crate) fn asleep(self) -> Case {
        self.case().and(OutlivesIt).and(WaitsAsleep)
    }
}
