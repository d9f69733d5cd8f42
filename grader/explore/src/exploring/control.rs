//! What the controller, the rows and the scheduler of a schedule know of each other.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use judge::interleavings::{Event, Explored, Stopped};

thread_local! {
    /// Whose schedules are played on this thread: all threads of a schedule are.
    static IN_CHARGE: RefCell<Option<Arc<Control>>> = const { RefCell::new(None) };
}

/// Locked for a moment at a time, and never while another thread of the schedule gets its turn.
#[derive(Default)]
pub(super) struct Control(Mutex<State>);

#[derive(Default)]
struct State {
    /// Of the schedule that is being played.
    history: Vec<Event>,
    /// The drivers whose rows are not done.
    busy: BTreeSet<u16>,
    /// Whether the controller waits until nobody else can go on.
    resting: bool,
    /// Whether nothing more is to be played.
    over: bool,
    /// How much time limits that ran out have taken.
    clock: Duration,
    /// How many schedules came to their end, and how many steps the longest took.
    schedules: u64,
    /// The histories, with the first schedule that made each.
    histories: HashMap<Vec<Event>, u64>,
    stopped: Option<Stopped>,
}

/// From now on [`give_up`] speaks to this one.
pub(super) fn take_charge(control: &Arc<Control>) {
    IN_CHARGE.set(Some(Arc::clone(control)));
}

/// The answer does what can't be played faithfully: nothing more is played of it, and nothing that happened in this schedule counts.
///
/// # Panics
/// Where nothing is being played.
pub fn give_up(why: Stopped) -> ! {
    let control = IN_CHARGE.with_borrow(Clone::clone);
    control.expect("it is only called by what is being played").give_up(why)
}

/// What time it is in the schedule that is being played.
pub(crate) fn clock() -> Duration {
    in_charge(|control| control.state().clock)
}

/// So much time has gone by in the schedule that is being played.
pub(crate) fn clock_is_at_least(time: Duration) {
    in_charge(|control| {
        let mut state = control.state();
        state.clock = state.clock.max(time);
    });
}

fn in_charge<R>(then: impl FnOnce(&Control) -> R) -> R {
    let control = IN_CHARGE.with_borrow(Clone::clone);
    then(&control.expect("it is only called by what is being played"))
}

impl Control {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn happens(&self, event: Event) {
        self.state().history.push(event);
    }

    pub(super) fn begins(&self, driver: u16) {
        self.state().busy.insert(driver);
    }

    pub(super) fn is_done(&self, driver: u16) {
        self.state().busy.remove(&driver);
    }

    pub(super) fn is_busy(&self, driver: u16) -> bool {
        self.state().busy.contains(&driver)
    }

    pub(super) fn somebody_waits(&self) -> bool {
        !self.state().busy.is_empty()
    }

    /// Returns once nobody else can go on.
    pub(super) fn rest(&self) {
        self.state().resting = true;
        shuttle::thread::yield_now();
        self.state().resting = false;
        self.happens(Event::Rest);
    }

    pub(super) fn is_resting(&self) -> bool {
        self.state().resting
    }

    pub(super) fn is_over(&self) -> bool {
        self.state().over
    }

    /// Nothing more is played: in this schedule somebody waits forever, and what it holds can't be taken down.
    pub(super) fn end(&self) -> ! {
        self.schedule_ends();
        self.leave()
    }

    fn give_up(&self, why: Stopped) -> ! {
        self.stop(why);
        self.leave()
    }

    /// The scheduler gives nobody a turn once it is over.
    fn leave(&self) -> ! {
        self.state().over = true;
        loop {
            shuttle::thread::yield_now();
        }
    }

    /// Nothing more is played, for this reason; the first one counts.
    pub(super) fn stop(&self, why: Stopped) {
        let mut state = self.state();
        state.over = true;
        state.history.clear();
        state.stopped.get_or_insert(why);
    }

    /// A schedule was played to its end.
    pub(super) fn schedule_ends(&self) {
        let mut state = self.state();
        let (history, schedule) = (std::mem::take(&mut state.history), state.schedules);
        state.schedules += 1;
        state.clock = Duration::ZERO;
        state.histories.entry(history).or_insert(schedule);
    }

    pub(super) fn explored(&self) -> Explored {
        let mut state = self.state();
        let mut histories: Vec<_> =
            state.histories.drain().map(|(events, schedule)| (schedule, events)).collect();
        histories.sort_unstable_by_key(|(schedule, _)| *schedule);
        Explored { schedules: state.schedules, histories, stopped: state.stopped.take() }
    }
}
