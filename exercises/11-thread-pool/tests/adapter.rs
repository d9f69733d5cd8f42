//! Lets the judge's drivers use two pools.
//!
//! Input of [`STEPS`](super::shared::STEPS): the number of drivers. What the operations gave is told step by step. Input of the others: the
//! number of workers, and keys of jobs. The types promise what the contract promises and no more, so that an answer that asks for more does
//! not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use exercise_11::{JobHandle, JobPanicked, ThreadPool};
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request, Work};

use super::shared::{
    DONE, DROP, FORGET, IS_FINISHED, JOB, MEASURED, NEW, NO, ONE_POOL, PANICS, SUBMIT, SUBMIT_MANY, SUBMITS,
    WAIT,
};

/// A result: sent between threads, never shared.
struct Answer {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

/// Where a pool is from `new` to its drop.
type Place = RwLock<Option<ThreadPool>>;

/// Handles by the keys of their jobs. Whoever uses one takes it out: it is not used under the kit's own lock.
type Handles = Mutex<Vec<(u64, JobHandle<Answer>)>>;

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&first, keys) = request.input.numbers.split_first().expect("the judge sends how many there are");
    match request.entry {
        ONE_POOL => drop(ThreadPool::new(place(first))),
        MEASURED => return measured(judge, place(first), keys),
        _ => {
            let pools = Arc::new([Place::default(), Place::default()]);
            let handles = Arc::<Handles>::default();
            let drivers = u16::try_from(first).expect("drivers are few");
            drive(judge, drivers, |_| {
                let driver = Driver { judge: judge.clone(), pools: pools.clone(), handles: handles.clone() };
                move |op: &[u64]| driver.act(op)
            });
        }
    }
    Payload::default()
}

fn measured(judge: &Judge, workers: usize, keys: &[u64]) -> Payload {
    let pool = ThreadPool::new(workers);
    let submit = |&key: &u64| pool.submit(job(judge.clone(), None, &[key]));
    let handles: Vec<JobHandle<Answer>> = keys.iter().map(submit).collect();
    Payload::of(handles.into_iter().map(|handle| handle.wait().map_or(NO, |answer| answer.number)))
}

struct Driver {
    judge: Judge,
    pools: Arc<[Place; 2]>,
    /// Of the jobs that drivers have submitted: any of them may use each.
    handles: Arc<Handles>,
}

impl Driver {
    fn act(&self, op: &[u64]) -> Vec<u64> {
        let &[code, which, ref more @ ..] = op else { unreachable!("each operation names its pool") };
        let pool = &self.pools[usize::from(which > 0)];
        match (code, more) {
            (NEW, &[workers]) => {
                let new = ThreadPool::new(place(workers));
                *pool.write().unwrap_or_else(PoisonError::into_inner) = Some(new);
            }
            (SUBMIT, [key, ..]) => {
                let again = Again { pools: self.pools.clone(), which };
                let job = job(self.judge.clone(), Some(again), more);
                let pool = read(pool);
                let Some(pool) = &*pool else { return vec![NO] };
                self.put(*key, pool.submit(job));
            }
            (SUBMIT_MANY, &[jobs]) => {
                if let Some(pool) = &*read(pool) {
                    for _ in 0..jobs {
                        let _ = pool.submit(|| ());
                    }
                }
            }
            (WAIT, [key]) => {
                return match self.take(*key).map(JobHandle::wait) {
                    Some(Ok(answer)) => vec![DONE, answer.number],
                    Some(Err(JobPanicked)) | None => vec![NO],
                };
            }
            (IS_FINISHED, [key]) => {
                let Some(handle) = self.take(*key) else { return vec![NO] };
                let is_finished = handle.is_finished();
                self.put(*key, handle);
                return vec![u64::from(is_finished)];
            }
            (FORGET, &[key]) => {
                let _ = self.take(key);
            }
            (DROP, &[in_a_panic]) => {
                // Out of its place first: not under the kit's own lock.
                let taken = pool.write().unwrap_or_else(PoisonError::into_inner).take();
                if in_a_panic == 0 {
                    drop(taken);
                } else {
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        let _dropped = taken;
                        resume_unwind(Box::new(()));
                    }));
                }
            }
            _ => unreachable!("the judge sends operations that exist"),
        }
        vec![DONE]
    }

    fn put(&self, key: u64, handle: JobHandle<Answer>) {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner).push((key, handle));
    }

    fn take(&self, key: u64) -> Option<JobHandle<Answer>> {
        let mut handles = self.handles.lock().unwrap_or_else(PoisonError::into_inner);
        let place = handles.iter().position(|(of, _)| *of == key)?;
        Some(handles.swap_remove(place).1)
    }
}

/// Where a job finds its pool.
struct Again {
    pools: Arc<[Place; 2]>,
    which: u64,
}

/// The job that a `submit` describes. Without `again` it submits no other.
fn job(judge: Judge, again: Option<Again>, described: &[u64]) -> impl FnOnce() -> Answer + Send + use<> {
    let key = described[0];
    let then = (described.get(1).copied().unwrap_or_default(), described.get(2).copied().unwrap_or_default());
    move || {
        let answer = judge.work(Work { kind: JOB, key, input: Payload::default() });
        match (then, again) {
            ((SUBMITS, further), Some(Again { pools, which })) => {
                let pool = read(&pools[usize::from(which > 0)]);
                if let Some(pool) = &*pool {
                    let _ = pool.submit(job(judge, None, &[further]));
                }
            }
            // No text, and no word of the panic hook.
            ((PANICS, _), _) => resume_unwind(Box::new(key)),
            _ => {}
        }
        Answer { number: answer.numbers[0], send_only: PhantomData }
    }
}

fn read(pool: &Place) -> RwLockReadGuard<'_, Option<ThreadPool>> {
    pool.read().unwrap_or_else(PoisonError::into_inner)
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("numbers are small")
}

/// What the contract says of threads.
const fn may_be_sent<T: Send>() {}
const _: () = {
    may_be_sent::<JobHandle<Answer>>();
    may_be_sent::<ThreadPool>();
};
