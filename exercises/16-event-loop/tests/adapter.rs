//! Plays a story on the student's event loop: futures of the kit's follow their scripts, and tell the judge of each poll and each wake.
//!
//! Input: the steps of all scripts (see [`Step`]), each script behind the number of its steps. Output: nothing; what happened is told
//! in notes, in the order in which it did. A wake is told before the waker is called, so that causes stand before effects. The types
//! promise what the contract promises and no more.

use std::cell::Cell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use exercise_16::{EventLoop, JoinHandle, Machine, Panicked, Sleep};
use judge::subject::{Asked, Bed, Judge};
use judge::wire::{Payload, Request, Work};

use super::shared::{
    ASK, AWAITED, BACK, BUSY, DROPPED, END, GONE, JOINED, LATER, LENGTH, LOOPS, MADE, MOMENT, MOVED, PENDING,
    POLL, READY, SPAWN, SPAWNED, Step, WAKE, origin,
};

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let mut numbers = &request.input.numbers[..];
    let mut scripts = Vec::new();
    while let Some((&steps, rest)) = numbers.split_first() {
        let (script, rest) = rest.split_at(LENGTH * place(steps));
        scripts.push(script.chunks_exact(LENGTH).map(read).collect());
        numbers = rest;
    }
    let stage = Arc::new(Stage {
        judge: judge.clone(),
        loops: Mutex::default(),
        moments: Arc::default(),
        scripts,
        wakers: Mutex::default(),
        sleeps: Mutex::default(),
        handles: Mutex::default(),
        thread: Mutex::new(thread::current().id()),
    });
    stage.act(Step::AnotherLoop);
    stage.scripts[0].iter().for_each(|&step| stage.act(step));
    Payload::default()
}

/// The opposite of [`Step::numbers`].
fn read(numbers: &[u64]) -> Step {
    use Step as S;
    match *numbers {
        [0, script, _] => S::BlockOn(script),
        [1, script, _] => S::Spawn(script),
        [2, script, _] => S::SpawnByThread(script),
        [3, key, script] => S::SpawnLater(key, script),
        [4, key, _] => S::Ask(key),
        [5, key, _] => S::Busy(key),
        [6, ..] => S::WakeSelf,
        [7, ..] => S::WakeSelfByThread,
        [8, after, _] => S::WokenInNow(after),
        [9, ..] => S::WokenInPark,
        [10, ..] => S::Wait,
        [11, script, _] => S::Wake(script),
        [12, script, _] => S::WakeByThread(script),
        [13, key, script] => S::WakeLater(key, script),
        [14, script, _] => S::WakeByOldest(script),
        [15, sleep, ms] => S::Make(sleep, ms),
        [16, sleep, _] => S::PollSleep(sleep),
        [17, sleep, _] => S::AwaitSleep(sleep),
        [18, sleep, _] => S::DropSleep(sleep),
        [19, script, _] => S::PollHandle(script),
        [20, script, _] => S::Join(script),
        [21, script, _] => S::DropHandle(script),
        [22, ..] => S::Panic,
        [23, sleep, _] => S::Keep(sleep),
        [24, key, script] => S::BlockOnByThread(key, script),
        [25, ..] => S::AnotherLoop,
        [26, ..] => S::DropLoops,
        [27, first, second] => S::PollSleeps(first, second),
        [28, script, _] => S::WakeInDrop(script),
        [29, script, _] => S::SpawnInDrop(script),
        _ => unreachable!("the judge sends steps that exist"),
    }
}

/// A result: sent between threads, never shared.
struct Answer {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

/// What an event loop stands on: the judge's clock, and a bed on it.
#[derive(Clone)]
struct Bedside {
    judge: Judge,
    bed: Bed,
    moments: Arc<Mutex<Moments>>,
}

/// Who is to be woken at a moment in which the loop may not expect it.
#[derive(Default)]
struct Moments {
    next: Option<Moment>,
    /// How many there were.
    before: u64,
}

struct Moment {
    /// How many calls of `now` come first; `None`: it has to be `park`.
    nows: Option<u64>,
    script: u64,
    waker: Waker,
}

impl Machine for Bedside {
    fn now(&self) -> Duration {
        self.moment(false);
        Duration::from_millis(self.judge.now())
    }

    fn park(&self, until: Option<Duration>) {
        self.moment(true);
        let ms = |time: Duration| u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.bed.nap(until.map(ms));
    }

    fn unpark(&self) {
        self.bed.wake();
    }
}

impl Bedside {
    /// If there is somebody to be woken now, another thread does that. This one stands still until all rest, so that the wake has
    /// happened, or has come as far as it can.
    fn moment(&self, in_park: bool) {
        let mut moments = lock(&self.moments);
        let Some(Moment { nows, .. }) = &mut moments.next else { return };
        if !in_park && *nows != Some(0) {
            *nows = nows.map(|nows| nows - 1);
            return;
        }
        let Some(Moment { script, waker, .. }) = moments.next.take() else { return };
        let key = moments.before;
        moments.before += 1;
        drop(moments);
        let judge = self.judge.clone();
        in_a_thread(move || {
            tell_wake(&judge, script, [origin::KIT, 0]);
            waker.wake();
        });
        let _ = self.judge.work(Work { kind: MOMENT, key, input: Payload::default() });
    }
}

/// All that the scripts of a story share.
struct Stage {
    judge: Judge,
    /// The last one is used.
    loops: Mutex<Vec<Arc<EventLoop<Bedside>>>>,
    moments: Arc<Mutex<Moments>>,
    scripts: Vec<Vec<Step>>,
    /// With which each script was polled: at first, and last.
    wakers: Mutex<HashMap<u64, [Waker; 2]>>,
    sleeps: Mutex<HashMap<u64, Pin<Box<Sleep<Bedside>>>>>,
    handles: Mutex<HashMap<u64, Pin<Box<JoinHandle<Answer>>>>>,
    /// The thread of `block_on`.
    thread: Mutex<ThreadId>,
}

impl Stage {
    fn tell(&self, kind: u16, key: u64, numbers: impl IntoIterator<Item = u64>) {
        self.judge.note(Work { kind, key, input: Payload::of(numbers) });
    }

    fn event_loop(&self) -> Arc<EventLoop<Bedside>> {
        Arc::clone(lock(&self.loops).last().expect("no story goes on without a loop"))
    }

    fn wait(&self, kind: u16, key: u64) {
        let _ = self.judge.work(Work { kind, key, input: Payload::default() });
    }

    fn script(self: &Arc<Self>, number: u64) -> Script {
        Script {
            stage: Arc::clone(self),
            number,
            at: 0,
            waits: false,
            asked: None,
            value: number,
            ended: false,
            last: None,
        }
    }

    fn block_on(self: &Arc<Self>, script: u64) {
        *lock(&self.thread) = thread::current().id();
        let main = self.script(script);
        let event_loop = self.event_loop();
        let told = match catch_unwind(AssertUnwindSafe(|| event_loop.block_on(main))) {
            Ok(answer) => Some(answer.number),
            // The panic of the script itself; any other is the student's.
            Err(payload) if payload.is::<ScriptedPanic>() => None,
            Err(payload) => resume_unwind(payload),
        };
        self.tell(BACK, script, told);
    }

    /// The judge takes nothing of a thread that is gone: so that one waits until all that it told has been read.
    fn block_on_by_thread(self: &Arc<Self>, key: u64, script: u64) {
        let there = || {
            self.tell(MOVED, script, []);
            self.block_on(script);
            self.wait(LATER, key + 1);
        };
        beside(there, || {
            self.wait(LATER, key);
            self.wake(script, 1);
        });
    }

    fn spawn(self: &Arc<Self>, script: u64, by_thread: u64) {
        self.tell(SPAWN, script, [by_thread]);
        // By a clone: it is a handle to the same loop.
        let handle = EventLoop::clone(&self.event_loop()).spawn(self.script(script));
        self.tell(SPAWNED, script, []);
        lock(&self.handles).insert(script, Box::pin(handle));
    }

    fn wake(&self, script: u64, which: usize) {
        let waker = lock(&self.wakers).get(&script).map(|wakers| wakers[which].clone());
        let Some(waker) = waker else { return };
        tell_wake(&self.judge, script, [origin::KIT, 0]);
        waker.wake_by_ref();
    }

    /// What takes place in a thread of its own once its call of supplied work has been answered.
    fn later(self: &Arc<Self>, key: u64, then: impl FnOnce(&Arc<Self>) + Send + 'static) {
        let stage = Arc::clone(self);
        in_a_thread(move || {
            stage.wait(LATER, key);
            then(&stage);
        });
    }

    /// A step that is the same outside of a poll.
    fn act(self: &Arc<Self>, step: Step) {
        match step {
            Step::BlockOn(script) => self.block_on(script),
            Step::BlockOnByThread(key, script) => self.block_on_by_thread(key, script),
            Step::Spawn(script) | Step::SpawnInDrop(script) => self.spawn(script, 0),
            Step::SpawnByThread(script) => beside(|| self.spawn(script, 1), || ()),
            Step::SpawnLater(key, script) => self.later(key, move |stage| stage.spawn(script, 1)),
            Step::Wake(script) | Step::WakeInDrop(script) => self.wake(script, 1),
            Step::WakeByThread(script) => beside(|| self.wake(script, 1), || ()),
            Step::WakeLater(key, script) => self.later(key, move |stage| stage.wake(script, 1)),
            Step::WakeByOldest(script) => self.wake(script, 0),
            Step::Busy(key) => self.wait(BUSY, key),
            Step::Make(sleep, ms) => {
                self.tell(MADE, sleep, [ms]);
                let made = self.event_loop().sleep(Duration::from_millis(ms));
                lock(&self.sleeps).insert(sleep, Box::pin(made));
            }
            Step::AnotherLoop => {
                let (judge, moments) = (self.judge.clone(), Arc::clone(&self.moments));
                let event_loop = EventLoop::new(Bedside { bed: judge.bed(), judge, moments });
                self.tell(LOOPS, 0, []);
                lock(&self.loops).push(Arc::new(event_loop));
            }
            Step::DropLoops => lock(&self.loops).clear(),
            // What is dropped is dropped without the kit's lock.
            Step::DropSleep(sleep) | Step::Keep(sleep) => {
                let _dropped = { lock(&self.sleeps).remove(&sleep) };
                self.tell(GONE, sleep, []);
            }
            Step::DropHandle(script) => {
                let _dropped = { lock(&self.handles).remove(&script) };
            }
            _ => unreachable!("a step that waits is a script's"),
        }
    }
}

/// A future that does what its script says.
struct Script {
    stage: Arc<Stage>,
    number: u64,
    /// The next step.
    at: usize,
    /// Whether that step has been begun.
    waits: bool,
    asked: Option<Asked>,
    /// What it will return.
    value: u64,
    ended: bool,
    /// What is done as it is dropped.
    last: Option<Step>,
}

/// The payload of a panic that the script asks for: it says nothing, so that nobody takes it for a fault.
struct ScriptedPanic;

impl Future for Script {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let this = &mut *self;
        let on_loop = thread::current().id() == *lock(&this.stage.thread);
        this.stage.tell(POLL, this.number, [u64::from(on_loop)]);
        if this.ended {
            return Poll::Pending;
        }
        let waker = context.waker();
        lock(&this.stage.wakers)
            .entry(this.number)
            .and_modify(|wakers| wakers[1].clone_from(waker))
            .or_insert_with(|| [waker.clone(), waker.clone()]);
        while let Some(&step) = this.stage.scripts[place(this.number)].get(this.at) {
            if !this.step(step, waker) {
                this.waits = true;
                return Poll::Pending;
            }
            this.waits = false;
            this.at += 1;
        }
        this.ended = true;
        this.stage.tell(END, this.number, [this.value]);
        Poll::Ready(Answer { number: this.value, send_only: PhantomData })
    }
}

impl Script {
    /// Whether the step is done.
    fn step(&mut self, step: Step, waker: &Waker) -> bool {
        let (stage, number) = (Arc::clone(&self.stage), self.number);
        let wake = || {
            tell_wake(&stage.judge, number, [origin::KIT, 0]);
            waker.wake_by_ref();
        };
        let rings = |sleep| bell(&stage, number, [origin::SLEEP, sleep], waker);
        match step {
            Step::Ask(key) => self.ask(key, waker),
            Step::AwaitSleep(sleep) => self.poll_sleep(sleep, &rings(sleep)),
            Step::Join(script) => self.poll_handle(script, waker),
            _ if self.waits => true,
            Step::Wait => false,
            Step::WakeSelf => {
                wake();
                false
            }
            Step::WakeSelfByThread => {
                beside(wake, || ());
                false
            }
            Step::WokenInNow(nows) => self.woken_at(Some(nows), waker),
            Step::WokenInPark => self.woken_at(None, waker),
            Step::PollSleep(sleep) => {
                self.poll_sleep(sleep, &rings(sleep));
                true
            }
            Step::PollSleeps(first, second) => {
                let bell = rings(second);
                let _ = [first, second].map(|sleep| self.poll_sleep(sleep, &bell));
                true
            }
            Step::PollHandle(script) => {
                self.poll_handle(script, waker);
                true
            }
            Step::Keep(_) | Step::WakeInDrop(_) | Step::SpawnInDrop(_) => {
                self.last = Some(step);
                true
            }
            Step::Panic => {
                self.ended = true;
                stage.tell(END, number, []);
                // No text, and no word of the panic hook.
                resume_unwind(Box::new(ScriptedPanic))
            }
            step => {
                stage.act(step);
                true
            }
        }
    }

    fn woken_at(&self, nows: Option<u64>, waker: &Waker) -> bool {
        let moment = Moment { nows, script: self.number, waker: waker.clone() };
        lock(&self.stage.moments).next = Some(moment);
        false
    }

    fn ask(&mut self, key: u64, waker: &Waker) -> bool {
        let bell = bell(&self.stage, self.number, [origin::KIT, 0], waker);
        let work = Work { kind: ASK, key, input: Payload::default() };
        let asked = self.asked.get_or_insert_with(|| self.stage.judge.ask(work));
        let Poll::Ready(answer) = Pin::new(asked).poll(&mut Context::from_waker(&bell)) else { return false };
        self.asked = None;
        self.value = answer.numbers[0];
        true
    }

    fn poll_sleep(&self, sleep: u64, bell: &Waker) -> bool {
        // Not under the kit's lock: what is called may call back.
        let Some(mut future) = lock(&self.stage.sleeps).remove(&sleep) else { return true };
        let ready = future.as_mut().poll(&mut Context::from_waker(bell)).is_ready();
        self.stage.tell(if ready { READY } else { PENDING }, sleep, [self.number]);
        if !ready {
            lock(&self.stage.sleeps).insert(sleep, future);
        }
        ready
    }

    fn poll_handle(&self, script: u64, waker: &Waker) -> bool {
        let Some(mut handle) = lock(&self.stage.handles).remove(&script) else { return true };
        let bell = bell(&self.stage, self.number, [origin::HANDLE, script], waker);
        let Poll::Ready(result) = handle.as_mut().poll(&mut Context::from_waker(&bell)) else {
            lock(&self.stage.handles).insert(script, handle);
            self.stage.tell(AWAITED, script, [self.number]);
            return false;
        };
        let result = result.map(|answer| answer.number).map_err(|Panicked| ()).ok();
        self.stage.tell(JOINED, script, [self.number].into_iter().chain(result));
        true
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.stage.tell(DROPPED, self.number, []);
        self.last.take().into_iter().for_each(|step| self.stage.act(step));
    }
}

/// A script's waker, which tells of each call by whoever it is given to.
fn bell(stage: &Stage, script: u64, whose: [u64; 2], waker: &Waker) -> Waker {
    Waker::from(Arc::new(Bell { judge: stage.judge.clone(), script, whose, waker: waker.clone() }))
}

/// A waker that tells of each call.
struct Bell {
    judge: Judge,
    script: u64,
    whose: [u64; 2],
    waker: Waker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        tell_wake(&self.judge, self.script, self.whose);
        // Whoever has the last clone gives its own waker up as well.
        match Arc::try_unwrap(self) {
            Ok(bell) => bell.waker.wake(),
            Err(bell) => bell.waker.wake_by_ref(),
        }
    }

    fn wake_by_ref(self: &Arc<Self>) {
        tell_wake(&self.judge, self.script, self.whose);
        self.waker.wake_by_ref();
    }
}

fn tell_wake(judge: &Judge, script: u64, whose: [u64; 2]) {
    judge.note(Work { kind: WAKE, key: script, input: Payload::of(whose) });
}

fn in_a_thread(act: impl FnOnce() + Send + 'static) {
    let spawned = thread::Builder::new().name("another-thread".into()).spawn(act);
    spawned.expect("this machine has room for the kit's own threads");
}

/// The first in a thread that is joined, the second meanwhile.
fn beside(act: impl FnOnce() + Send, meanwhile: impl FnOnce()) {
    thread::scope(|scope| {
        let spawned = thread::Builder::new().name("another-thread".into()).spawn_scoped(scope, act);
        spawned.expect("this machine has room for the kit's own threads");
        meanwhile();
    });
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("numbers are small")
}

/// What the contract says of threads.
const fn may_be_sent<T: Send>() {}
const fn may_be_shared<T: Send + Sync>() {}
const _: () = {
    may_be_shared::<EventLoop<Bedside>>();
    may_be_shared::<Sleep<Bedside>>();
    may_be_sent::<JoinHandle<Answer>>();
};
