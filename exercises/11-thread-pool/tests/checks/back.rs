//! When operations are back.

use std::collections::BTreeSet;

use judge::checks::Policy;
use judge::run::{Operation, Run};
use judge::scenario::Scenario;
use judge::steps::Gave;
use judge::suite::Finding;
use judge::wire::Panic;
use judge::words;

use super::super::shared::{DROP, IS_FINISHED, NEW, SUBMIT, SUBMIT_MANY, WAIT};
use super::handles::ASKED_AWAY;
use super::jobs::ENDED_WITH_ANOTHER;
use super::steps::{Job, Steps, is_drop_in_a_panic, key, name, pool};

/// `wait` is back when its job has ended, the drop when all have, and everything else at once. A pass says nothing of what they gave.
pub(super) struct BackInTime;

type Told = (&'static str, &'static str);

impl Policy for BackInTime {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let steps = Steps::of(run);
        steps.operations.iter().try_for_each(|operation| steps.back_in_time(operation, run))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        if run.end.waits_forever().is_some() { stuck(finding, run) } else { finding }
    }
}

impl Steps<'_> {
    fn back_in_time(&self, operation: &Operation, run: &Run) -> Result<(), Finding> {
        let Some((back, gave)) = &operation.back else { return Ok(()) };
        if *gave == Gave::Panicked {
            return Err(self.panicked(operation, run));
        }
        let unfinished = |job: &&Job| job.over().is_none_or(|over| over > *back);
        let for_jobs: Vec<&Job> = match operation.code() {
            WAIT => key(operation).and_then(|key| self.job(key)).into_iter().collect(),
            DROP => self.of_pool(pool(operation)).collect(),
            _ => Vec::new(),
        };
        let early: Vec<&&Job> = for_jobs.iter().filter(|job| unfinished(job)).collect();
        if !early.is_empty() {
            let panicked = self
                .of_pool(pool(operation))
                .any(|job| job.panicked() && job.over().is_some_and(|over| over > operation.called));
            return Err(too_early(operation, &early, panicked));
        }
        let right = for_jobs.iter().filter_map(|job| job.over()).chain([operation.called + 1]).max();
        if right.is_some_and(|right| *back > right) { Err(too_late(operation)) } else { Ok(()) }
    }

    fn panicked(&self, operation: &Operation, run: &Run) -> Finding {
        let name = name(operation);
        let of_its = |panic: &&Panic| panic.thread.as_deref() == Some(&*operation.thread());
        let own = run.panics.iter().find(of_its).or(run.panics.last()).map(|panic| {
            let at = panic.place.as_ref().map(|place| format!(" at {}", words::place(place)));
            format!(": `{}`{}", panic.message, at.unwrap_or_default())
        });
        let (cause, hint): Told = if self.jobs.iter().any(|job| job.panicked() && job.over().is_some()) {
            (
                "a panic in a job has ended its worker, or poisoned a lock, and the pool's own code takes it for granted that this can't be",
                "stop the panic at the job (`catch_unwind(AssertUnwindSafe(job))`), outside of every lock; and `unwrap` no join in a drop",
            )
        } else {
            ("a panic in the pool's own code", "look at that line: what does it take for granted?")
        };
        Finding::fail(
            format!("{name} comes back"),
            format!("{name} by `{}` panicked{}", operation.thread(), own.unwrap_or_default()),
            cause,
            hint,
        )
    }
}

fn too_early(operation: &Operation, jobs: &[&&Job], panicked: bool) -> Finding {
    let begun = jobs.iter().filter(|job| job.begun().is_some()).count();
    let (cause, hint) = if operation.code() == WAIT {
        (
            "`wait` does not wait for the end of this very job: it looks at something else, or takes each wake-up for the end",
            "let the slot of a handle be filled by its own job alone, and wait in a loop until it is (`while`, `wait_while`): a thread may \
             wake up for nothing",
        )
    } else if is_drop_in_a_panic(operation) {
        (
            "the drop does less when its thread panics (`thread::panicking()`): the jobs are left to themselves just then",
            "tell the end and join the threads in any case; only a second panic has to be kept away from a drop",
        )
    } else if panicked {
        (
            "the drop does not wait for the jobs behind a panic: the threads that it joins have ended by then, and one that was started in the \
             place of another is joined by nobody, or there is none",
            "stop the panic at the job (`catch_unwind(AssertUnwindSafe(job))`); or join until no thread is left, those started meanwhile as well",
        )
    } else if begun < jobs.len() {
        (
            "the drop leaves jobs in the queue: the workers look at the end before they look at the queue, or the queue is dropped with \
             its jobs",
            "let a worker end only when the queue is empty and the end was told; with a channel, drop the sender and let `recv` run dry",
        )
    } else {
        (
            "the drop does not wait for its threads: they were never joined, and go on by themselves",
            "keep each `JoinHandle`; in the drop tell the end first, then join all of them",
        )
    };
    Finding::fail(
        if operation.code() == WAIT {
            format!("{} comes back when the job has ended", name(operation))
        } else {
            format!("{} comes back when every job has been worked", name(operation))
        },
        format!(
            "it came back while {} had not ended: {}",
            words::count(jobs.len(), "job"),
            words::list(jobs.iter().map(|job| format!("job {}", job.key)))
        ),
        cause,
        hint,
    )
}

fn too_late(operation: &Operation) -> Finding {
    let (cause, hint): Told = match operation.code() {
        SUBMIT | SUBMIT_MANY => SUBMIT_WAITS,
        WAIT => (
            "the job has ended, and whoever waits for it was not woken: its result comes late, or was told to another handle first, or to the \
             thread that had submitted the job",
            "let the worker put the result into the slot of its job and wake whoever waits there, at once",
        ),
        IS_FINISHED => (
            "`is_finished` waits: for a lock that the worker keeps while the job runs, or for a message",
            "lock the slot only to put the result in, after the job; `is_finished` looks and comes back",
        ),
        NEW => (
            "`new` waits for something that only a later call brings",
            "start the threads and come back: they find the queue when there is a job",
        ),
        _ => (
            "all has been worked, and the drop still waits",
            "tell the end to every worker (`notify_all`, or drop the only sender), then join",
        ),
    };
    let until = match operation.code() {
        WAIT => "as soon as the job has ended",
        DROP => "as soon as the last job has ended",
        _ => "at once",
    };
    Finding::fail(
        format!("{} comes back {until}", name(operation)),
        format!(
            "{} by `{}` came back only later, after more jobs had ended",
            name(operation),
            operation.thread()
        ),
        cause,
        hint,
    )
}

const SUBMIT_WAITS: Told = (
    "`submit` waits: the queue has a limit, a worker keeps the queue's lock while it runs a job, or the job is run by `submit` itself",
    "let the queue have no limit, and take a job out under the lock, let go of it, and only then run the job",
);

/// Who never comes back, and why.
fn stuck(finding: Finding, run: &Run) -> Finding {
    let steps = Steps::of(run);
    // Of a row that is not back the first one is as good as any.
    let mut drivers = BTreeSet::new();
    let not_back = steps.operations.iter().filter(|operation| operation.back.is_none());
    let waiting: Vec<&Operation> = not_back.filter(|operation| drivers.insert(operation.driver)).collect();
    let Some(first) = waiting.first() else { return finding };
    let places = run.end.waits_forever().unwrap_or_default();
    let at = |operation: &Operation| words::standing(places, &operation.thread());
    let who = waiting
        .iter()
        .map(|operation| format!("`{}` in {}{}", operation.thread(), name(operation), at(operation)));
    let own = key(first).filter(|_| first.code() == WAIT).and_then(|key| steps.job(key));
    let unworked = steps.jobs.iter().any(|job| job.submitted.is_some() && job.begun().is_none());
    let panicked = steps.jobs.iter().any(|job| job.panicked() && job.over().is_some());
    let dropping = waiting.iter().any(|operation| operation.code() == DROP);
    let own_panic =
        run.panics.last().filter(|_| own.is_some_and(|job| job.panicked() && job.over().is_some()));
    let (cause, hint): Told = if own.is_some_and(|job| job.over().is_some()) && steps.said_finished(first) {
        ASKED_AWAY
    } else if own_panic.is_some() {
        (
            "the job panicked, and then the pool's own code did, before it told the handle: what a panic carries need not be a text, for instance",
            "look at that line: what does it take for granted? The handle needs to know no more than that the job has panicked",
        )
    } else if own.is_some_and(|job| job.panicked() && job.over().is_some()) {
        (
            "the job panicked, and nobody told its handle: whoever waits for the result waits forever",
            "put something into the slot in any case: run the job under `catch_unwind`, or fill the slot in the `Drop` of a guard",
        )
    } else if own.is_some_and(|job| job.over().is_some()) {
        (
            "the job has ended, and whoever waits for it was not woken (it need not be the thread that submitted the job), or another handle \
             took its result",
            "a slot for each job, with a `Condvar` of its own (or a channel for one message); the worker fills it and wakes",
        )
    } else if panicked && unworked {
        (
            "a panic in a job ended its worker, or poisoned what all workers share: nobody is left to work the queue",
            "stop the panic at the job (`catch_unwind(AssertUnwindSafe(job))`), outside of every lock",
        )
    } else if [SUBMIT, SUBMIT_MANY].contains(&first.code()) {
        SUBMIT_WAITS
    } else if unworked && steps.another_dropped(pool(first), steps.ends) && !any_worker_waits(run) {
        ENDED_WITH_ANOTHER
    } else if dropping && !unworked {
        (
            "the workers are never told that nothing more will come, or not all of them: the drop joins threads that wait for jobs. Joining \
             before the sender is gone does that, and so does `notify_one` for several idle workers",
            "first tell the end to all (drop the only sender: `Option::take`; or set a flag under the lock and `notify_all`), then join",
        )
    } else {
        (
            "jobs are in the queue, and no worker takes them: nobody was woken, or each of them waits for something else",
            "wake a worker with each job (`notify_one` after it is in the queue), and let workers wait in a loop that looks at the queue",
        )
    };
    Finding {
        expected: "every call comes back in the end".to_owned(),
        observed: format!(
            "{} {} forever{}",
            words::list(who.collect::<Vec<_>>()),
            if waiting.len() > 1 { "wait" } else { "waits" },
            own_panic.map(said).unwrap_or_default()
        ),
        cause: cause.to_owned(),
        hint: hint.to_owned(),
        ..finding
    }
}

/// `` ; a panic at src/lib.rs:29: `…` ``.
fn said(panic: &Panic) -> String {
    let place = panic.place.as_ref().map_or_else(String::new, |place| format!(" at {}", words::place(place)));
    format!("; a panic{place}: `{}`", words::printable(panic.message.lines().next().unwrap_or_default()))
}

/// Whether a thread waits that is no caller's: the workers of a pool that has been dropped have ended.
fn any_worker_waits(run: &Run) -> bool {
    let is_caller = |name: &str| name == "main" || name.starts_with("driver-");
    run.end.waits_forever().unwrap_or_default().iter().any(|stuck| !is_caller(&stuck.thread))
}
