//! Many hand-ins side by side: load does not change verdicts, so every core is used.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::build::Prepared;
use crate::intake::HandIn;
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::record::{Graded, Submission, sum};

/// Told what goes on: from any thread, in no fixed order.
pub(crate) trait Observer: Sync {
    /// An exercise of a hand-in is being graded.
    fn started(&self, hand_in: &HandIn, exercise: &Exercise);
    /// It has been.
    fn ended(&self, hand_in: &HandIn, graded: &Graded);
}

/// Grades every exercise of every hand-in, `jobs` at a time.
pub(crate) fn class(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    hand_ins: &[HandIn],
    jobs: usize,
    observer: &dyn Observer,
) -> Vec<Submission> {
    let tasks: Vec<(usize, &Exercise)> = (0..hand_ins.len())
        .flat_map(|index| kit.exercises.iter().map(move |exercise| (index, exercise)))
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Graded)>> = Mutex::new(Vec::with_capacity(tasks.len()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, tasks.len().max(1)) {
            scope.spawn(|| {
                while let Some((task, &(index, exercise))) = take(&tasks, &next) {
                    let hand_in = &hand_ins[index];
                    observer.started(hand_in, exercise);
                    let graded = super::exercise(kit, prepared, jail, exercise, hand_in);
                    observer.ended(hand_in, &graded);
                    done.lock().expect("no grading panics while it holds the lock").push((task, graded));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no grading panics while it holds the lock");
    done.sort_by_key(|(task, _)| *task);
    let mut graded = done.into_iter().map(|(_, graded)| graded);
    let submission = |hand_in: &HandIn| {
        let exercises: Vec<Graded> = graded.by_ref().take(kit.exercises.len()).collect();
        Submission {
            id: hand_in.id.clone(),
            score: exercises.iter().map(|graded| graded.score).collect::<Option<Vec<_>>>().map(sum),
            max_score: sum(exercises.iter().map(|graded| graded.max_score)),
            exercises,
        }
    };
    hand_ins.iter().map(submission).collect()
}

fn take<'a, T>(tasks: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    tasks.get(index).map(|task| (index, task))
}
