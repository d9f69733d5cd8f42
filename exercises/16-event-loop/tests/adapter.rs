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
    ASK, AWAITED, BACK, BUSY, DROPPED, END, GONE, JOINED, LATER, LENGTH, MADE, MOMENT, PENDING, POLL, READY,
    SPAWN, SPAWNED, Step, WAKE, origin,
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
    let machine = Bedside { judge: judge.clone(), bed: judge.bed(), moments: Arc::default() };
    let stage = Arc::new(Stage {
        judge: judge.clone(),
        event_loop: EventLoop::new(machine.clone()),
        machine,
        scripts,
        wakers: Mutex::default(),
        sleeps: Mutex::default(),
        handles: Mutex::default(),
        thread: thread::current().id(),
    });
    for &step in &stage.scripts[0] {
        match step {
            Step::BlockOn(script) => stage.block_on(script),
            step => stage.act(step),
        }
    }
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
        match nows {
            Some(0) => {}
            _ if in_park => {}
            None => return,
            Some(nows) => {
                *nows -= 1;
                return;
            }
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
    event_loop: EventLoop<Bedside>,
    machine: Bedside,
    scripts: Vec<Vec<Step>>,
    /// With which each script was polled: at first, and last.
    wakers: Mutex<HashMap<u64, [Waker; 2]>>,
    sleeps: Mutex<HashMap<u64, Pin<Box<Sleep<Bedside>>>>>,
    handles: Mutex<HashMap<u64, Pin<Box<JoinHandle<Answer>>>>>,
    /// The thread of `block_on`.
    thread: ThreadId,
}

impl Stage {
    fn tell(&self, kind: u16, key: u64, numbers: impl IntoIterator<Item = u64>) {
        self.judge.note(Work { kind, key, input: Payload::of(numbers) });
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
        }
    }

    fn block_on(self: &Arc<Self>, script: u64) {
        let main = self.script(script);
        let told = match catch_unwind(AssertUnwindSafe(|| self.event_loop.block_on(main))) {
            Ok(answer) => Some(answer.number),
            // The panic of the script itself; any other is the student's.
            Err(payload) if payload.is::<ScriptedPanic>() => None,
            Err(payload) => resume_unwind(payload),
        };
        self.tell(BACK, script, told);
    }

    fn spawn(self: &Arc<Self>, script: u64, by_thread: u64) {
        self.tell(SPAWN, script, [by_thread]);
        // By a clone: it is a handle to the same loop.
        let handle = self.event_loop.clone().spawn(self.script(script));
        self.tell(SPAWNED, script, []);
        lock(&self.handles).insert(script, Box::pin(handle));
    }

    fn wake(&self, script: u64, which: usize) {
        let waker = lock(&self.wakers).get(&script).map(|wakers| wakers[which].clone());
        if let Some(waker) = waker {
            tell_wake(&self.judge, script, [origin::KIT, 0]);
            waker.wake_by_ref();
        }
    }

    /// What takes place in a thread of its own once its call of supplied work has been answered.
    fn later(self: &Arc<Self>, key: u64, then: impl FnOnce(&Arc<Self>) + Send + 'static) {
        let stage = Arc::clone(self);
        in_a_thread(move || {
            let _ = stage.judge.work(Work { kind: LATER, key, input: Payload::default() });
            then(&stage);
        });
    }

    /// A step that does not wait.
    fn act(self: &Arc<Self>, step: Step) {
        match step {
            Step::Spawn(script) => self.spawn(script, 0),
            Step::SpawnByThread(script) => in_a_joined_thread(|| self.spawn(script, 1)),
            Step::SpawnLater(key, script) => self.later(key, move |stage| stage.spawn(script, 1)),
            Step::Wake(script) => self.wake(script, 1),
            Step::WakeByThread(script) => in_a_joined_thread(|| self.wake(script, 1)),
            Step::WakeLater(key, script) => self.later(key, move |stage| stage.wake(script, 1)),
            Step::WakeByOldest(script) => self.wake(script, 0),
            Step::Busy(key) => {
                let _ = self.judge.work(Work { kind: BUSY, key, input: Payload::default() });
            }
            Step::Make(sleep, ms) => {
                self.tell(MADE, sleep, [ms]);
                let made = self.event_loop.sleep(Duration::from_millis(ms));
                lock(&self.sleeps).insert(sleep, Box::pin(made));
            }
            Step::DropSleep(sleep) => {
                // What it drops is dropped without the kit's lock.
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
}

/// The payload of a panic that the script asks for: it says nothing, so that nobody takes it for a fault.
struct ScriptedPanic;

impl Future for Script {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let this = &mut *self;
        let on_loop = thread::current().id() == this.stage.thread;
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
        match step {
            Step::Wait
            | Step::WakeSelf
            | Step::WakeSelfByThread
            | Step::WokenInNow(_)
            | Step::WokenInPark
                if self.waits =>
            {
                true
            }
            Step::Wait => false,
            Step::WakeSelf => {
                wake();
                false
            }
            Step::WakeSelfByThread => {
                in_a_joined_thread(wake);
                false
            }
            Step::WokenInNow(nows) => self.woken_at(Some(nows), waker),
            Step::WokenInPark => self.woken_at(None, waker),
            Step::Ask(key) => self.ask(key, waker),
            Step::PollSleep(sleep) => {
                self.poll_sleep(sleep, waker);
                true
            }
            Step::AwaitSleep(sleep) => self.poll_sleep(sleep, waker),
            Step::PollHandle(script) => {
                self.poll_handle(script, waker);
                true
            }
            Step::Join(script) => self.poll_handle(script, waker),
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
        lock(&self.stage.machine.moments).next = Some(moment);
        false
    }

    /// The script's waker, which tells of each call by whoever it is given to.
    fn bell(&self, whose: [u64; 2], waker: &Waker) -> Waker {
        let bell = Bell { judge: self.stage.judge.clone(), script: self.number, whose, waker: waker.clone() };
        Waker::from(Arc::new(bell))
    }

    fn ask(&mut self, key: u64, waker: &Waker) -> bool {
        let bell = self.bell([origin::KIT, 0], waker);
        let work = Work { kind: ASK, key, input: Payload::default() };
        let asked = self.asked.get_or_insert_with(|| self.stage.judge.ask(work));
        let Poll::Ready(answer) = Pin::new(asked).poll(&mut Context::from_waker(&bell)) else { return false };
        self.asked = None;
        self.value = answer.numbers[0];
        true
    }

    fn poll_sleep(&self, sleep: u64, waker: &Waker) -> bool {
        // Not under the kit's lock: what is called may call back.
        let taken = lock(&self.stage.sleeps).remove(&sleep);
        let Some(mut future) = taken else { return true };
        let bell = self.bell([origin::SLEEP, sleep], waker);
        let ready = future.as_mut().poll(&mut Context::from_waker(&bell)).is_ready();
        self.stage.tell(if ready { READY } else { PENDING }, sleep, [self.number]);
        if !ready {
            lock(&self.stage.sleeps).insert(sleep, future);
        }
        ready
    }

    fn poll_handle(&self, script: u64, waker: &Waker) -> bool {
        let taken = lock(&self.stage.handles).remove(&script);
        let Some(mut handle) = taken else { return true };
        let bell = self.bell([origin::HANDLE, script], waker);
        let Poll::Ready(result) = handle.as_mut().poll(&mut Context::from_waker(&bell)) else {
            lock(&self.stage.handles).insert(script, handle);
            self.stage.tell(AWAITED, script, [self.number]);
            return false;
        };
        let result = result.map_err(|Panicked| ()).ok();
        let result = result.map(|answer| answer.number);
        self.stage.tell(JOINED, script, [self.number].into_iter().chain(result));
        true
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.stage.tell(DROPPED, self.number, []);
    }
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

fn in_a_joined_thread(act: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let spawned = thread::Builder::new().name("another-thread".into()).spawn_scoped(scope, act);
        spawned.expect("this machine has room for the kit's own threads");
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
