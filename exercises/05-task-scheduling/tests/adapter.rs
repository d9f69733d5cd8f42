//! Turns the judge's requests into the life of one or two task sets.
//!
//! Input: pairs of numbers, each a step and its argument (see [`Step`]). Output: two numbers for each thing that a step told:
//! what it is (see [`Told`]) and its value.

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Context;
use std::time::Duration;

use exercise_05::{TaskError, TaskId, TaskSet};
use judge::subject::event_loop::EventLoop;
use judge::subject::{Judge, Raises};
use judge::wire::{Payload, Request, Work};
use tokio::time::{sleep, timeout};

/// The body of a task.
const TASK: u16 = 0;

/// The second half of the body of a task that has two.
const SECOND_HALF: u16 = 1;

/// The entry of a life whose sets are made before the runtime; that of others is 0.
const SETS_FIRST: u16 = 1;

/// Steps; the argument is in parentheses.
mod step {
    /// Create a task (key).
    pub(super) const CREATE: u64 = 0;
    /// Create a task whose body has two halves (key).
    pub(super) const CREATE_TWO_HALVES: u64 = 1;
    /// Await a sleep (ticks).
    pub(super) const SLEEP: u64 = 2;
    /// Cancel (id).
    pub(super) const CANCEL: u64 = 3;
    /// Gather the set.
    pub(super) const GATHER: u64 = 4;
    /// Gather the set and drop the future (ticks).
    pub(super) const GATHER_AND_DROP: u64 = 5;
    /// Drop the set.
    pub(super) const DROP: u64 = 6;
    /// Go on with the other set.
    pub(super) const OTHER_SET: u64 = 7;
    /// Create a task that panics as `panic!("…")` does: with a `&str` (key).
    pub(super) const CREATE_RAISING_STR: u64 = 8;
    /// Create a task that panics with something else than a text (key).
    pub(super) const CREATE_RAISING_NUMBER: u64 = 9;
    /// Panic where the set is owned.
    pub(super) const UNWIND: u64 = 10;
}

/// The body of a task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    /// The work, which panics like this where the judge has it panic.
    One(Raises),
    TwoHalves,
}

/// What is told.
mod told {
    /// The id of a task that was created.
    pub(super) const ID: u64 = 0;
    /// The answer of `cancel`.
    pub(super) const CANCELLED: u64 = 1;
    /// How many results `gather` gave.
    pub(super) const GATHERED: u64 = 2;
    /// A result: the value of a task.
    pub(super) const VALUE: u64 = 3;
    /// A result: why there is no value (0 cancelled, 1 panicked).
    pub(super) const ERROR: u64 = 4;
    /// The creation ran some of the task (how many tasks so far).
    pub(super) const RAN_AT_ONCE: u64 = 5;
}

thread_local! {
    /// Whether `create_task` is being called on this thread.
    static CREATING: Cell<bool> = const { Cell::new(false) };
    static RAN_AT_ONCE: Cell<u64> = const { Cell::new(0) };
}

/// What a task gives: sent between threads, never shared.
struct Value(u64, std::marker::PhantomData<Cell<()>>);

/// Lives the life of the sets.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let steps: Vec<(u64, u64)> =
        request.input.numbers.chunks_exact(2).map(|step| (step[0], step[1])).collect();
    let sets = || [Some(TaskSet::new()), Some(TaskSet::new())];
    let made = (request.entry == SETS_FIRST).then(sets);
    EventLoop::run(judge, None, |event_loop| async move {
        let mut life = Life { event_loop, sets: made.unwrap_or_else(sets), current: 0, told: Vec::new() };
        for (step, argument) in steps {
            life.step(step, argument).await;
        }
        Payload::of(life.told)
    })
}

struct Life {
    event_loop: EventLoop,
    sets: [Option<TaskSet<Value>>; 2],
    current: usize,
    told: Vec<u64>,
}

impl Life {
    async fn step(&mut self, step: u64, argument: u64) {
        match step {
            step::CREATE => self.create(argument, Body::One(Raises::String)),
            step::CREATE_TWO_HALVES => self.create(argument, Body::TwoHalves),
            step::CREATE_RAISING_STR => self.create(argument, Body::One(Raises::Str)),
            step::CREATE_RAISING_NUMBER => self.create(argument, Body::One(Raises::Number)),
            step::SLEEP => sleep(Duration::from_millis(argument)).await,
            step::CANCEL => {
                let id = TaskId(usize::try_from(argument).unwrap_or(usize::MAX));
                let cancelled: bool = self.set().cancel(id);
                self.told.extend([told::CANCELLED, u64::from(cancelled)]);
            }
            step::GATHER => {
                if let Some(set) = self.sets[self.current].take() {
                    let results: Vec<Result<Value, TaskError>> = set.gather().await;
                    self.gathered(results);
                }
            }
            step::GATHER_AND_DROP => {
                if let Some(set) = self.sets[self.current].take() {
                    let in_time = timeout(Duration::from_millis(argument), set.gather()).await;
                    if let Ok(results) = in_time {
                        self.gathered(results);
                    }
                }
            }
            step::DROP => self.sets[self.current] = None,
            step::UNWIND => {
                let set = self.sets[self.current].take();
                let owner = AssertUnwindSafe(move || {
                    // The closure owns it, and unwinds.
                    std::hint::black_box(&set);
                    resume_unwind(Box::new("whoever owns the set panics"))
                });
                let _: Result<(), _> = catch_unwind(owner);
            }
            step::OTHER_SET => self.current = 1 - self.current,
            _ => unreachable!("the judge sends steps that exist"),
        }
    }

    fn set(&mut self) -> &mut TaskSet<Value> {
        self.sets[self.current].as_mut().expect("the judge uses a set while it lives")
    }

    fn create(&mut self, key: u64, body: Body) {
        let event_loop = self.event_loop.clone();
        let task = async move {
            if CREATING.get() {
                RAN_AT_ONCE.set(RAN_AT_ONCE.get() + 1);
            }
            let mut work = event_loop.work(Work { kind: TASK, key, input: Payload::default() });
            let raises = if let Body::One(raises) = body { raises } else { Raises::String };
            let poll =
                |context: &mut Context<'_>| raises.in_place_of_a_string(|| work.as_mut().poll(context));
            let answer = poll_fn(poll).await;
            if body == Body::TwoHalves {
                event_loop.work(Work { kind: SECOND_HALF, key, input: Payload::default() }).await;
            }
            Value(answer.numbers[0], std::marker::PhantomData)
        };
        CREATING.set(true);
        let id: TaskId = self.set().create_task(task);
        CREATING.set(false);
        let number: usize = id.0;
        self.told.extend([told::ID, number as u64]);
        if RAN_AT_ONCE.get() > 0 {
            self.told.extend([told::RAN_AT_ONCE, RAN_AT_ONCE.get()]);
        }
    }

    fn gathered(&mut self, results: Vec<Result<Value, TaskError>>) {
        self.told.extend([told::GATHERED, results.len() as u64]);
        for result in results {
            self.told.extend(match result {
                Ok(Value(number, _)) => [told::VALUE, number],
                Err(TaskError::Cancelled) => [told::ERROR, 0],
                Err(TaskError::Panicked) => [told::ERROR, 1],
            });
        }
    }
}
