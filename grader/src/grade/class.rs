//! A class: every hand-in is graded once, side by side, and each result is in the store before anybody is told.
//!
//! The threads that grade are left to themselves: one thread alone writes to the store and tells what happens. So a stop needs
//! nobody's consent; what is under way then ends with the process.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::Ready;
use super::plan::{Choice, Group, Plan, ensure_alike};
use super::tries::{TRIES, try_often};
use super::{Bench, failed};
use crate::events::{Event, Observer, SCHEMA};
use crate::intake::{self, HandIn, Taken};
use crate::interrupt;
use crate::record::Graded;
use crate::store::{Key, Number, Origin, Past, Place, Results, Setup};

/// What is to be graded.
pub(crate) struct Class {
    pub(crate) bench: Arc<Bench>,
    pub(crate) setup: Setup,
    pub(crate) hand_ins: Vec<HandIn>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Whatever could be graded has a result.
    Done,
    /// It was asked to stop with so many left.
    Stopped { left: usize },
}

impl Class {
    /// An exercise of a hand-in, by their indices.
    pub(super) fn place(&self, hand_in: usize, exercise: usize) -> Place {
        let exercise = self.setup.exercises[exercise].id.clone();
        Place { hand_in: self.hand_ins[hand_in].id.clone(), exercise }
    }

    /// What there is to do; a choice that makes no sense is an `Err`.
    pub(crate) fn plan(&self, store: &Results, choice: &Choice, base: Option<&Past>) -> Result<Plan> {
        ensure_alike(self, choice, base)?;
        Plan::new(self, store, choice, base)
    }

    /// Does it, `jobs` hand-ins side by side.
    pub(crate) fn grade(
        self: Arc<Self>,
        plan: Plan,
        jobs: usize,
        store: &mut Results,
        grading: Number,
        observer: &mut dyn Observer,
    ) -> Result<Outcome> {
        let total = self.hand_ins.len() * self.setup.exercises.len();
        observer.on(&Event::Begin {
            schema: SCHEMA,
            grading,
            hand_ins: self.hand_ins.len(),
            total,
            to_judge: plan.groups.len(),
        });
        store.give(grading, &plan.reused)?;
        let mut rows = store.rows(grading)?;
        for (place, _, origin) in &plan.reused {
            let row = rows.remove(place);
            if let Some(row) = row {
                observer.on(&Event::Graded { place, origin: *origin, result: &row.graded });
            }
        }
        let untold = (0..plan.groups.len()).collect();
        let left = total - plan.reused.len();
        let mut desk = Desk { left, failed: 0, untold, store, grading, observer, class: &self };
        let mut crew = Crew::hire(Arc::clone(&self), plan.groups, jobs)?;
        let outcome = desk.follow(&crew)?;
        if outcome == Outcome::Done {
            crew.dismiss();
            desk.store.end(grading)?;
            desk.observer.on(&Event::End { failed: desk.failed });
        }
        Ok(outcome)
    }
}

/// What whoever grades says.
enum Said {
    Started(usize),
    Retried(usize, u32, String),
    Judged(usize, Key, Graded),
    Failed(usize, Graded),
    /// A thread has ended.
    Left,
    /// Not from a thread that grades: it is time to stop.
    Stop,
}

/// The threads that grade.
struct Crew {
    work: Arc<Work>,
    said: Receiver<Said>,
    threads: Vec<JoinHandle<()>>,
    /// How many of them say that they have left.
    count: usize,
}

/// What they share.
struct Work {
    class: Arc<Class>,
    groups: Vec<Group>,
    /// Which of them are taken up together: those of one hand-in, which are built as one program.
    batches: Vec<Range<usize>>,
    next: AtomicUsize,
    /// Shared with whoever hears the signal, and nothing else is: all of the rest goes when the grading has ended.
    stop: Arc<AtomicBool>,
}

impl Crew {
    fn hire(class: Arc<Class>, groups: Vec<Group>, jobs: usize) -> Result<Self> {
        let (say, said) = mpsc::channel();
        let batches = batches(&groups, jobs);
        let count = jobs.min(batches.len());
        let stop = Arc::new(AtomicBool::new(false));
        let work =
            Arc::new(Work { class, groups, batches, next: AtomicUsize::new(0), stop: Arc::clone(&stop) });
        let wake = say.clone();
        interrupt::on_first(move || {
            stop.store(true, Ordering::SeqCst);
            wake.send(Said::Stop).is_ok()
        })?;
        let thread = |_| {
            let work = Arc::clone(&work);
            let leaving = Leaving(say.clone());
            std::thread::Builder::new().spawn(move || {
                judge::engine::stay_on_one_core();
                work.grade(&leaving.0);
            })
        };
        // Those that can be had do all of it. (The others have left.)
        let threads = (0..count).map(thread).filter_map(io::Result::ok).collect();
        Ok(Self { work, said, threads, count })
    }

    /// All threads have ended: waits until what they had is given back.
    fn dismiss(&mut self) {
        for thread in self.threads.drain(..) {
            // One that panicked has said so, and left something undone.
            let _ = thread.join();
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.work.stop.store(true, Ordering::SeqCst);
    }
}

/// The groups of each hand-in, which follow each other. Each group by itself where there are fewer hand-ins than threads: then one
/// program of several exercises would leave threads without anything to do.
fn batches(groups: &[Group], jobs: usize) -> Vec<Range<usize>> {
    let of_hand_in = |group: &Group| group.hand_ins.first().copied();
    let mut end = 0;
    let by_hand_in = groups.chunk_by(|one, next| of_hand_in(one) == of_hand_in(next)).map(|batch| {
        end += batch.len();
        end - batch.len()..end
    });
    let batches: Vec<_> = by_hand_in.collect();
    if batches.len() < jobs { (0..groups.len()).map(|index| index..index + 1).collect() } else { batches }
}

/// Says so however a thread ends.
struct Leaving(Sender<Said>);

impl Drop for Leaving {
    fn drop(&mut self) {
        let _ = self.0.send(Said::Left);
    }
}

impl Work {
    /// Takes up batches until there is none left. (What can't be told any more was asked to stop.)
    fn grade(&self, say: &Sender<Said>) {
        loop {
            let next = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = self.batches.get(next).filter(|_| !self.stop.load(Ordering::SeqCst)) else {
                return;
            };
            let _ = say.send(Said::Started(batch.start));
            let mut ready = self.prepare(batch.clone());
            for index in batch.clone() {
                if self.stop.load(Ordering::SeqCst) {
                    return;
                }
                if index > batch.start {
                    let _ = say.send(Said::Started(index));
                }
                let _ = say.send(self.try_group(index, ready.remove(&index), say));
            }
        }
    }

    /// Builds a batch. What is not among the results is left to be tried by itself: trouble of the machine with one is no matter of
    /// the others.
    fn prepare(&self, batch: Range<usize>) -> HashMap<usize, (Key, Ready)> {
        if batch.len() == 1 {
            return HashMap::new();
        }
        let taken = batch.filter_map(|index| {
            let (key, taken) = self.take(&self.groups[index]).ok()?;
            Some((index, key, taken))
        });
        let taken: Vec<(usize, Key, Taken)> = taken.collect();
        let answers: Vec<_> =
            taken.iter().map(|(index, _, taken)| (self.exercise(&self.groups[*index]), taken)).collect();
        let prepare = || self.class.bench.prepare(&answers);
        let Ok(Ok(ready)) = panic::catch_unwind(AssertUnwindSafe(prepare)) else { return HashMap::new() };
        taken.into_iter().zip(ready).map(|((index, key, _), ready)| (index, (key, ready))).collect()
    }

    /// Grades a group, from what was built of it together with others where that is there.
    fn try_group(&self, index: usize, mut ready: Option<(Key, Ready)>, say: &Sender<Said>) -> Said {
        let group = &self.groups[index];
        let wait = |attempt, trouble: &anyhow::Error, long| {
            let _ = say.send(Said::Retried(index, attempt, format!("{trouble:#}")));
            std::thread::sleep(long);
            !self.stop.load(Ordering::SeqCst)
        };
        let judge = || {
            // What panics here is the grader, and a class has to get its report all the same.
            let judged = panic::catch_unwind(AssertUnwindSafe(|| self.judge(group, ready.take())));
            judged.unwrap_or_else(|_| bail!("the grader itself failed (its message is above)"))
        };
        match try_often(judge, wait) {
            // A run that the machine did not let come to its end was played several times already.
            Ok((_, graded)) if graded.score.is_none() => Said::Failed(index, graded),
            Ok((key, graded)) => Said::Judged(index, key, graded),
            Err(trouble) => Said::Failed(index, failed(&self.exercise(group).suite, &trouble)),
        }
    }

    fn exercise(&self, group: &Group) -> &crate::kit::Exercise {
        &self.class.bench.kit.exercises[group.exercise]
    }

    fn judge(&self, group: &Group, ready: Option<(Key, Ready)>) -> Result<(Key, Graded)> {
        let (bench, exercise) = (&self.class.bench, self.exercise(group));
        let (key, ready) = if let Some(ready) = ready {
            ready
        } else {
            let (key, taken) = self.take(group)?;
            (key, bench.prepare(&[(exercise, &taken)])?.pop().context("an answer was not prepared")?)
        };
        Ok((key, bench.judge(exercise, ready)?))
    }

    /// What a group's hand-in has.
    fn take(&self, group: &Group) -> Result<(Key, Taken)> {
        let exercise = self.exercise(group);
        let taken = intake::take(&self.class.hand_ins[group.hand_ins[0]], exercise)?;
        let key = self.class.setup.key(group.exercise, &taken);
        // Others wait for a judgement of what was there before.
        ensure!(
            group.key.as_ref().is_none_or(|before| *before == key),
            "its sources were changed while the class was graded; the next grading takes what is there then"
        );
        Ok((key, taken))
    }
}

/// Where results are kept and told.
struct Desk<'a> {
    class: &'a Class,
    store: &'a mut Results,
    grading: Number,
    observer: &'a mut dyn Observer,
    left: usize,
    failed: usize,
    /// The groups of which nothing was said yet.
    untold: BTreeSet<usize>,
}

impl Desk<'_> {
    fn follow(&mut self, crew: &Crew) -> Result<Outcome> {
        let mut threads = crew.count;
        while threads > 0 {
            let said = crew.said.recv()?;
            // What comes after the signal may have been caused by it.
            if crew.work.stop.load(Ordering::SeqCst) {
                self.observer.on(&Event::Stopped { left: self.left });
                return Ok(Outcome::Stopped { left: self.left });
            }
            match said {
                Said::Left => threads -= 1,
                Said::Stop => {}
                Said::Started(index) => {
                    let place = &self.places(&crew.work.groups[index])[0];
                    self.observer.on(&Event::Started { place });
                }
                Said::Retried(index, attempt, trouble) => {
                    let place = &self.places(&crew.work.groups[index])[0];
                    self.observer.on(&Event::Retried { place, attempt, of: TRIES, trouble: &trouble });
                }
                Said::Judged(index, key, graded) => {
                    self.untold.remove(&index);
                    self.judged(&crew.work.groups[index], &key, &graded)?;
                }
                Said::Failed(index, graded) => {
                    self.untold.remove(&index);
                    self.failed(&crew.work.groups[index], &graded)?;
                }
            }
        }
        let trouble = anyhow!("the grader could start no thread for it, or the thread ended early");
        for index in std::mem::take(&mut self.untold) {
            let group = &crew.work.groups[index];
            self.failed(group, &failed(&crew.work.exercise(group).suite, &trouble))?;
        }
        Ok(Outcome::Done)
    }

    fn places(&self, group: &Group) -> Vec<Place> {
        group.hand_ins.iter().map(|&hand_in| self.class.place(hand_in, group.exercise)).collect()
    }

    fn judged(&mut self, group: &Group, key: &Key, graded: &Graded) -> Result<()> {
        let origins = std::iter::once(Origin::Judged).chain(std::iter::repeat(Origin::Shared));
        let given: Vec<(Place, Origin)> = self.places(group).into_iter().zip(origins).collect();
        self.store.judged(self.grading, key, graded, &given)?;
        self.left -= given.len();
        for (place, origin) in &given {
            self.observer.on(&Event::Graded { place, origin: *origin, result: graded });
        }
        Ok(())
    }

    fn failed(&mut self, group: &Group, graded: &Graded) -> Result<()> {
        let places = self.places(group);
        self.store.failed(self.grading, graded, &places)?;
        self.left -= places.len();
        self.failed += places.len();
        for place in &places {
            self.observer.on(&Event::Failed { place, result: graded });
        }
        Ok(())
    }
}
