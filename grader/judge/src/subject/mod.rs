//! The subject's side: what is linked into the judged program beside the student's code and the exercise's adapter.
//!
//! It calls the student's function when the judge asks, turns each call of the supplied work into a question to the judge,
//! and reports panics and, when asked, where each thread stands. It holds no expected value and decides nothing: the
//! student's code shares this process, so nothing here is trusted by the judge.
//!
//! An exercise may have its students start processes: each is this program again, a subject of its own (`processes`).
//!
//! Threads: one reader (`judge-reader`) takes the judge's messages and wakes the one thread that each is for; lane 0 is
//! the main thread, further lanes are threads of their own. Where supplied work is awaited, another one (`judge-waker`) wakes whoever
//! awaits it: what a waker does is the student's own code.

mod asked;
mod block;
mod burn;
mod drive;
#[cfg(feature = "async")]
pub mod event_loop;
mod link;
mod nap;
mod newborns;
#[cfg(feature = "async")]
pub mod one_clock;
mod panics;
mod places;
mod processes;
#[cfg(target_os = "linux")]
mod stacks;
mod tap;
mod threads;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError, mpsc};
use std::task::Waker;

use crate::wire::{Answer, Burn, Outcome, PROTOCOL, Payload, Request, Tid, Timed, ToJudge, ToSubject, Work};
pub use asked::Asked;
pub use drive::drive;
use link::{Inbox, Outbox};
pub use nap::Bed;
pub use newborns::Held;
pub use panics::Raises;
pub use processes::{Worker, die};
pub use tap::Tap;

/// Calls the student's function with the request's arguments and returns its results as plain data.
///
/// It is the typed part of an exercise. It may panic: that is how the student's function ended, then.
pub type Adapter = fn(&Judge, &Request) -> Payload;

/// Whether this process was started as a subject.
#[must_use]
pub fn asked_for() -> bool {
    std::env::var_os(crate::channel::SUBJECT_VARIABLE).is_some()
}

/// An exercise's adapter, and what a worker process calls where its answers start some.
pub type Seat = (Adapter, Option<Worker>);

/// [`serve`]s with the adapter that [`ADAPTER_VARIABLE`](crate::channel::ADAPTER_VARIABLE) names; with the only one where there is one.
///
/// Where it names none of them, the process ends with status 2: then the grader and the program were not built together.
pub fn serve_one_of(adapters: &[(&str, Seat)]) -> ! {
    let asked = std::env::var(crate::channel::ADAPTER_VARIABLE).ok();
    let is_asked = |(name, _): &&(&str, Seat)| asked.as_deref().is_none_or(|asked| asked == *name);
    let mut those = adapters.iter().filter(is_asked);
    match (those.next(), those.next()) {
        (Some((_, seat)), None) => serve(*seat),
        _ => std::process::exit(2),
    }
}

/// Serves the judge until it hangs up, then ends the process. A worker process calls the worker instead, and ends with it.
///
/// Started by hand, with no judge, it says so and ends with status 2.
pub fn serve((adapter, worker): Seat) -> ! {
    let told = processes::told();
    if told.is_none() {
        forkserver::serve_if_asked(prepare_to_tell);
    }
    if !asked_for() {
        eprintln!("This program is judged by another: run `cargo test` or `grader grade` instead.");
        std::process::exit(2);
    }
    let door = match (told, worker) {
        (Some(told), Some(worker)) => processes::serve_as_worker(adapter, worker, told),
        (Some(_), None) => std::process::exit(2),
        (None, Some(_)) => {
            processes::adopt_orphans();
            open_door()
        }
        (None, None) => None,
    };
    let (main_lane, orders) = mpsc::channel();
    let shared = prepare(adapter, Some(main_lane), door);
    run_lane(&shared, adapter, &orders);
    // The reader ends the process when the judge hangs up; until then there is nothing left to do here.
    loop {
        std::thread::park();
    }
}

/// The judge's end of the door that worker processes reach it through.
#[cfg(unix)]
type Door = std::os::fd::OwnedFd;
#[cfg(not(unix))]
type Door = std::convert::Infallible;

#[cfg(unix)]
fn open_door() -> Option<Door> {
    processes::door::open().unwrap_or_else(|_| std::process::exit(2))
}

/// Here they connect to the judge as the main process does.
#[cfg(not(unix))]
fn open_door() -> Option<Door> {
    None
}

/// Takes over the channel, and starts what every process of a subject has: its reader, which makes calls in the main process alone.
fn prepare(adapter: Adapter, main_lane: Option<mpsc::Sender<Order>>, door: Option<Door>) -> Arc<Shared> {
    let Some((inbox, outbox)) = link::take() else { std::process::exit(2) };
    let shared = Arc::new(Shared::new(outbox));
    panics::report_to(Arc::clone(&shared));
    newborns::stand_between();
    let reader = Arc::clone(&shared);
    let lanes = main_lane.map(|lane| (0, lane)).into_iter().collect();
    let spawned = std::thread::Builder::new()
        .name("judge-reader".into())
        .spawn(move || Reader { shared: reader, adapter, lanes }.run(inbox, door));
    if spawned.is_err() {
        std::process::exit(2);
    }
    shared
}

/// Reads in what it takes to name places in the sources.
fn prepare_to_tell() {
    #[cfg(target_os = "linux")]
    stacks::read_symbols();
}

/// The judge, as one call of the student's function sees it.
#[derive(Clone)]
pub struct Judge {
    shared: Arc<Shared>,
    call: u32,
    caller: Tid,
    /// How long each call of the supplied work takes, by kind and key, where time is the runtime's.
    #[cfg_attr(
        not(feature = "async"),
        expect(dead_code, reason = "only an event loop has a clock of its own")
    )]
    lengths: Arc<Lengths>,
    /// Where the call is measured and not judged: what the supplied work does instead of asking.
    burn: Option<Burn>,
    /// Whether the judge was told already how the call ended.
    told: Arc<AtomicBool>,
}

impl Judge {
    /// As the worker function of a process sees it, which works for this call.
    fn of_worker(shared: Arc<Shared>, call: u32, caller: Tid) -> Self {
        Self { shared, call, caller, lengths: Arc::default(), burn: None, told: Arc::default() }
    }

    /// One call of the supplied work: asks the judge and sleeps until it answers. (Where the call is measured, it works.)
    ///
    /// # Panics
    /// With the judge's message where the judge injects a panic: the supplied work panicked.
    #[must_use]
    pub fn work(&self, work: Work) -> Payload {
        if let Some(burn) = self.burn {
            return burn::work(burn, &work);
        }
        let (tid, name) = (threads::current(), threads::name());
        let on_caller = tid == self.caller;
        let (_, slot) =
            self.shared.ask(|id| ToJudge::Work { id, call: self.call, tid, name, on_caller, work });
        answered(slot.wait())
    }

    /// The block of memory that all processes of this run share. Each number is zero at first; the first process and every worker see
    /// the same ones. It is there before anything is called.
    ///
    /// # Panics
    /// Where the scenario has none, or this system maps no memory for the kit (Windows).
    #[must_use]
    pub fn block(&self) -> &'static [AtomicU64] {
        self.shared.block.get().expect("there is a block in this scenario, and this system can map it")
    }

    /// The supplied work alone, with no student's function around it.
    fn in_a_row(&self, kind: u16, calls: u64) -> Payload {
        let work = |key| self.work(Work { kind, key, input: Payload::default() });
        Payload::of((0..calls).flat_map(|key| work(key).numbers))
    }

    /// Tells how the call ended, where more happens before the adapter returns. Only the first time counts.
    fn end(&self, outcome: Outcome, at: Option<u64>) {
        if !self.told.swap(true, Ordering::Relaxed) {
            self.shared.outbox.send(&ToJudge::Ended { call: self.call, outcome, at });
        }
    }
}

/// Moves the runtime's clock by so many ticks.
type MoveClock = Box<dyn Fn(u64) + Send>;

/// What all threads of the subject share.
///
/// Invariant: between the moment in which a thread has sent its question and the moment in which it sleeps, it holds and frees no
/// lock that another thread may wait for. The judge takes a thread that has asked for asleep.
struct Shared {
    outbox: Outbox,
    /// The number of the next question.
    next: AtomicU64,
    /// Where to hand each answer to.
    waiting: Mutex<HashMap<u64, Arc<Slot>>>,
    /// The judge's tick, as far as it was told.
    ticks: AtomicU64,
    /// Where the runtime's clock is held. What is dropped with it ends the runtime.
    clock: Mutex<Option<MoveClock>>,
    /// What all processes of the run share.
    block: OnceLock<&'static [AtomicU64]>,
    /// To the thread that wakes whoever awaits an answer, once somebody does.
    waker: OnceLock<mpsc::Sender<Waker>>,
}

/// Where one thread waits for an answer. Not a channel, which would park the thread: the student's code may use its park token
/// for itself.
#[derive(Default)]
struct Slot {
    answer: Mutex<Option<Answer>>,
    answered: Condvar,
    /// Whoever awaits the answer and waits on no thread. It is there before the answer is looked for, and looked for once the answer
    /// is there.
    waker: Mutex<Option<Waker>>,
}

/// How often an event loop has begun or ended its wait for events.
static PARKS: AtomicU64 = AtomicU64::new(0);

/// Ticks by kind and key.
type Lengths = HashMap<(u16, u64), u64>;

/// What the supplied work returns (or raises) on this answer.
fn answered(answer: Answer) -> Payload {
    match answer {
        Answer::Return(payload) => payload,
        Answer::Panic(message) => panics::inject(message),
        Answer::Die(death) => die(death),
    }
}

impl Shared {
    fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            next: AtomicU64::new(0),
            waiting: Mutex::default(),
            ticks: AtomicU64::new(0),
            clock: Mutex::default(),
            block: OnceLock::new(),
            waker: OnceLock::new(),
        }
    }

    /// Asks with a new id, which is returned with the place where the answer will be.
    fn ask(&self, question: impl FnOnce(u64) -> ToJudge) -> (u64, Arc<Slot>) {
        let (id, slot) = self.expect_answer(Slot::default());
        self.outbox.send(&question(id));
        (id, slot)
    }

    /// A new id, and the place where the answer will be.
    fn expect_answer(&self, slot: Slot) -> (u64, Arc<Slot>) {
        let slot = Arc::new(slot);
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&slot));
        (id, slot)
    }

    /// Nobody waits for this answer any more. `None` where it is there, or about to be.
    fn withdraw(&self, id: u64) -> Option<Arc<Slot>> {
        let slot = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)?;
        self.outbox.send(&ToJudge::Withdraw { id });
        Some(slot)
    }

    fn answer(&self, id: u64, answer: Answer) {
        let slot = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        let waker = slot.and_then(|slot| slot.give(answer));
        if let (Some(waker), Some(wakes)) = (waker, self.waker.get()) {
            // It ends only with the process.
            let _ = wakes.send(waker);
        }
    }

    /// The judge's clock has moved on.
    fn advance(&self, by: u64) {
        self.ticks.fetch_add(by, Ordering::SeqCst);
        if let Some(clock) = &*self.clock.lock().unwrap_or_else(PoisonError::into_inner) {
            clock(by);
        }
    }
}

impl Slot {
    /// Hands the answer over; what is returned is still to be woken.
    fn give(&self, answer: Answer) -> Option<Waker> {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        self.answered.notify_one();
        self.waker.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Sleeps until the answer is there. Should the judge hang up, the reader ends the process.
    fn wait(&self) -> Answer {
        let mut answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match answer.take() {
                Some(answer) => return answer,
                None => answer = self.answered.wait(answer).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// What a lane is told.
enum Order {
    Start(Start),
    /// To say that it is there.
    Roll {
        nonce: u64,
    },
}

/// A call that a lane is to make.
struct Start {
    call: u32,
    timed: Timed,
    lengths: Lengths,
    burn: Option<Burn>,
}

/// Runs the calls of one lane, one after the other.
fn run_lane(shared: &Arc<Shared>, adapter: Adapter, orders: &mpsc::Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        let Start { call, timed, lengths, burn } = match order {
            Order::Start(start) => start,
            Order::Roll { nonce } => {
                shared.outbox.send(&ToJudge::Here { nonce });
                continue;
            }
        };
        let (shared, caller) = (Arc::clone(shared), threads::current());
        let judge = Judge { shared, call, caller, lengths: Arc::new(lengths), burn, told: Arc::default() };
        let run = || match &timed {
            Timed::Call(request) => adapter(&judge, request),
            &Timed::InARow { kind, calls } => judge.in_a_row(kind, calls),
        };
        let outcome = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(payload) => Outcome::Returned(payload),
            Err(payload) => Outcome::Panicked(panics::message(&*payload)),
        };
        judge.end(outcome, None);
    }
}

struct Reader {
    shared: Arc<Shared>,
    adapter: Adapter,
    lanes: HashMap<u32, mpsc::Sender<Order>>,
}

impl Reader {
    fn run(mut self, mut inbox: Inbox, door: Option<Door>) -> ! {
        let (reader, process) = (threads::current(), std::process::id());
        let hello = ToJudge::Hello { protocol: PROTOCOL, reader, process, door: door.is_some() };
        self.shared.outbox.send_first(&hello, door);
        while let Some(message) = inbox.receive() {
            match message {
                ToSubject::Start { call, lane, request, lengths } => {
                    let lengths =
                        lengths.into_iter().map(|(kind, key, ticks)| ((kind, key), ticks)).collect();
                    let start = Start { call, timed: Timed::Call(request), lengths, burn: None };
                    self.order(lane, Order::Start(start));
                }
                ToSubject::Measure { burn, timed } => {
                    let start = Start { call: 0, timed, lengths: Lengths::new(), burn: Some(burn) };
                    self.order(0, Order::Start(start));
                }
                ToSubject::Answer { id, answer } => self.shared.answer(id, answer),
                ToSubject::Block { slots, file } => {
                    if let Ok(block) = block::map(slots, file.as_deref(), inbox.along()) {
                        // Whoever would be told of it twice has the first.
                        let _ = self.shared.block.set(block);
                    }
                }
                ToSubject::Advance { by } => self.shared.advance(by),
                ToSubject::Roll { lane, nonce } => self.order(lane, Order::Roll { nonce }),
                ToSubject::Parks => {
                    self.shared.outbox.send(&ToJudge::Parks(PARKS.load(Ordering::SeqCst)));
                }
                ToSubject::Explain => {
                    #[cfg(target_os = "linux")]
                    let stacks = stacks::of_all_other_threads();
                    #[cfg(not(target_os = "linux"))]
                    let stacks = Vec::new();
                    self.shared.outbox.send(&ToJudge::Stacks(stacks));
                }
            }
        }
        std::process::exit(0)
    }

    fn order(&mut self, lane: u32, order: Order) {
        // What goes on beyond the end of a call goes on until there is something else to do.
        drop(self.shared.clock.lock().unwrap_or_else(PoisonError::into_inner).take());
        let sender = self.lanes.entry(lane).or_insert_with(|| {
            let (sender, orders) = mpsc::channel();
            let (shared, adapter) = (Arc::clone(&self.shared), self.adapter);
            let spawned = std::thread::Builder::new()
                .name(format!("caller-{lane}"))
                .spawn(move || run_lane(&shared, adapter, &orders));
            if spawned.is_err() {
                std::process::exit(2);
            }
            sender
        });
        // A lane ends only with the process.
        let _ = sender.send(order);
    }
}
