//! The scheduler: whose turn it is, drawn from a seed.
//!
//! Mistakes differ in what shows them, so every third schedule is drawn in another way: each step by a thread of its own choice; the same,
//! but whoever has the turn mostly keeps it; and by priorities that change at a few steps (Burckhardt and others, "A randomized scheduler
//! with probabilistic guarantees of finding bugs", 2010).

use std::sync::Arc;

use fastrand::Rng;
use judge::interleavings::Stopped;
use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use super::control::Control;

/// Steps of one schedule. A right answer takes a tenth; whoever looks again and again takes any number.
const STEPS_AT_MOST: usize = 5_000;

/// At how many steps priorities change.
const CHANGES: usize = 2;

pub(super) struct Choices {
    seed: u64,
    schedules: u64,
    /// How many have begun.
    begun: u64,
    control: Arc<Control>,
    rng: Rng,
    way: Way,
    /// Of this schedule, and of the longest so far.
    steps: usize,
    longest: usize,
}

/// How turns are drawn.
enum Way {
    Any,
    Sticky,
    Priorities {
        /// By task; a higher one goes first.
        of: Vec<u64>,
        /// At which steps the thread that has the turn comes last from then on.
        changes: [usize; CHANGES],
        /// Of whoever came last in that way: each is lower than the one before.
        lowest: u64,
    },
}

impl Choices {
    pub(super) fn new(seed: u64, schedules: u64, control: Arc<Control>) -> Self {
        let rng = Rng::with_seed(seed);
        Self { seed, schedules, begun: 0, control, rng, way: Way::Any, steps: 0, longest: 100 }
    }

    fn draw(&mut self, able: &[TaskId], current: Option<TaskId>, yields: bool) -> TaskId {
        let (rng, current) = (&mut self.rng, current.filter(|current| able.contains(current)));
        let any = able[rng.usize(0..able.len())];
        match &mut self.way {
            Way::Any => any,
            Way::Sticky => current.filter(|_| !yields && rng.usize(0..4) > 0).unwrap_or(any),
            Way::Priorities { of, changes, lowest } => {
                if let Some(current) = current
                    && (yields || changes.contains(&self.steps))
                {
                    *lowest -= 1;
                    of[usize::from(current)] = *lowest;
                }
                let last = able.iter().map(|&id| usize::from(id)).max().unwrap_or(0);
                while of.len() <= last {
                    of.push(rng.u64(MIDDLE..));
                }
                able.iter().copied().max_by_key(|&id| of[usize::from(id)]).unwrap_or(any)
            }
        }
    }
}

/// Priorities that are drawn are higher than those of whoever comes last.
const MIDDLE: u64 = 1 << 32;

impl Scheduler for Choices {
    fn new_execution(&mut self) -> Option<Schedule> {
        if self.begun > 0 && !self.control.is_over() {
            self.control.schedule_ends();
        }
        if self.control.is_over() || self.begun == self.schedules {
            return None;
        }
        self.longest = self.longest.max(self.steps);
        self.steps = 0;
        self.rng = Rng::with_seed(self.seed.wrapping_add(self.begun.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        self.way = match self.begun % 3 {
            0 => Way::Any,
            1 => Way::Sticky,
            _ => Way::Priorities {
                of: Vec::new(),
                changes: std::array::from_fn(|_| self.rng.usize(0..self.longest)),
                lowest: MIDDLE,
            },
        };
        self.begun += 1;
        Some(Schedule::new(self.seed))
    }

    fn next_task(&mut self, runnable: &[&Task], current: Option<TaskId>, yields: bool) -> Option<TaskId> {
        if self.control.is_over() {
            return None;
        }
        self.steps += 1;
        if self.steps > STEPS_AT_MOST {
            self.control.stop(Stopped::TakesManySteps);
            return None;
        }
        // Those that are parked are listed as well: they may wake up for nothing. Steps have that for themselves.
        let able: Vec<TaskId> =
            runnable.iter().filter(|task| task.runnable()).map(|task| task.id()).collect();
        let is_controller = |id: &TaskId| usize::from(*id) == 0;
        let controller = able.iter().copied().find(is_controller);
        if controller.is_some() && (able.len() == 1 || !self.control.is_resting()) {
            return controller;
        }
        let others: Vec<TaskId> = able.into_iter().filter(|id| !is_controller(id)).collect();
        (!others.is_empty()).then(|| self.draw(&others, current, yields))
    }

    /// shuttle's own source of chance, which nothing here draws from.
    fn next_u64(&mut self) -> u64 {
        self.rng.u64(..)
    }
}
