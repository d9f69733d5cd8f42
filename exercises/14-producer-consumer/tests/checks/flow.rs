//! The pipeline, judged at each rest: how many items are produced and not yet being consumed, who is idle, and whether he has to be.

use std::collections::{BTreeMap, BTreeSet};

use judge::checks::Policy;
use judge::run::{Run, WorkRecord};
use judge::scenario::Scenario;
use judge::suite::{Finding, Status};
use judge::words::{count, tick};

use super::super::shared::{CONSUME, PRODUCE, SOURCE};
use super::scene::told_at_the_end;

/// A pipeline as it was called.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) consumers: usize,
    pub(super) capacity: usize,
    /// How many items each source has.
    pub(super) sources: Vec<u64>,
}

/// What was in the pipeline at a rest, before the next call of the work ended.
struct Rest {
    at: u64,
    /// Produced, and not yet being consumed.
    between: usize,
    producing: usize,
    consuming: usize,
    /// Sources that have more to produce, and do not.
    idle: usize,
}

impl Shape {
    /// Each call of the work that ended did so at a rest.
    fn rests(&self, run: &Run) -> Vec<Rest> {
        let of = |kind| run.works.iter().filter(move |work: &&WorkRecord| work.work.kind == kind);
        let mut ends: Vec<(usize, u64)> =
            run.works.iter().filter_map(|work| Some((work.ended_as?, work.end?))).collect();
        ends.sort_unstable();
        let rest = |&(place, at): &(usize, u64)| {
            let started = |work: &&WorkRecord| work.after <= place;
            let ended = |work: &&WorkRecord| work.ended_as.is_some_and(|ended| ended < place);
            let produced = of(PRODUCE).filter(ended).count();
            let producing = of(PRODUCE).filter(started).count() - produced;
            let begun = of(CONSUME).filter(started).count();
            let consuming = begun - of(CONSUME).filter(ended).count();
            let left = |source: usize| {
                let own = of(PRODUCE).filter(|work| work.work.key / SOURCE == source as u64);
                (own.clone().filter(ended).count() as u64) < self.sources[source]
            };
            let unfinished = (0..self.sources.len()).filter(|&source| left(source)).count();
            let idle = unfinished.saturating_sub(producing);
            Rest { at, between: produced.saturating_sub(begun), producing, consuming, idle }
        };
        ends.iter().map(rest).collect()
    }
}

/// Items are consumed by threads of the pipeline's own, those of a source by the order in which they were produced, and each source has a
/// thread of its own. A pass says nothing of when.
pub(super) struct InOrder;

impl Policy for InOrder {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let mut threads: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
        for work in run.works.iter().filter(|work| work.work.kind == PRODUCE) {
            threads.entry(work.work.key / SOURCE).or_default().insert(work.thread);
        }
        if let Some((source, of_it)) = threads.iter().find(|(_, of_it)| of_it.len() > 1) {
            return Err(Finding::fail(
                "all calls on one source are made by one thread",
                format!("source {source} was used by {} threads", of_it.len()),
                "sources are handed from thread to thread, item by item",
                "give each source to a thread that keeps it until it has no more items",
            ));
        }
        let all: BTreeSet<usize> = threads.values().flatten().copied().collect();
        if all.len() < threads.len() {
            return Err(Finding::fail(
                "each source has a thread of its own",
                format!("{} for {}", count(all.len(), "thread"), count(threads.len(), "source")),
                "one thread goes through several sources: the second one has to wait for the first",
                "start a thread for each source",
            ));
        }
        let mut last: BTreeMap<u64, u64> = BTreeMap::new();
        for work in run.works.iter().filter(|work| work.work.kind == CONSUME) {
            let (source, item) = (work.work.key / SOURCE, work.work.key % SOURCE);
            // Those that began between the same two ends began at once: nobody decided their order.
            let before = last.insert(source, item);
            let together = |other: &WorkRecord| other.after == work.after && other.work.kind == CONSUME;
            let overtakes = before.is_some_and(|before| before > item)
                && !run.works.iter().any(|other| {
                    together(other) && Some(other.work.key) == before.map(|before| source * SOURCE + before)
                });
            if overtakes {
                return Err(Finding::fail(
                    "the items of a source begin to be consumed in the order in which they were produced",
                    format!("item {item} of source {source} began after item {}", before.unwrap_or_default()),
                    "the queue between the two sides is no queue: newest first, or one for each consumer",
                    "put items in at the end and take them from the front of one queue",
                ));
            }
        }
        Ok(())
    }
}

/// A source that has given `None` is not asked again. A pass says nothing of what is asked before.
pub(super) struct StopsAtNone;

impl Policy for StopsAtNone {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let again = told_at_the_end(run);
        if again == 0 {
            return Ok(());
        }
        Err(Finding::fail(
            "a source is asked until it gives `None`, and not once more",
            format!("{} of `produce` with a source that had given `None`", count(again, "call")),
            "a `None` is not taken for the end: a loop goes on, or an iterator is used after its `None` (that of `iter::from_fn` asks again)",
            "let the thread of a source leave its loop at the first `None`: `while let Some(item) = produce(&mut source)`",
        ))
    }
}

/// There are never more items between the two sides than there is room for, and one for each source; and if consumers are slow, exactly
/// as many. A pass proves it for the schedules that were played.
pub(super) struct HoldsBack(pub(super) Shape);

impl Policy for HoldsBack {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let (room, sources) = (self.0.capacity, self.0.sources.len());
        let most = room + sources;
        let expected = format!(
            "at most {} between the two sides: room for {room}, and one that each source holds",
            count(most, "item")
        );
        let rests = self.0.rests(run);
        if let Some(rest) = rests.iter().find(|rest| rest.between + rest.producing > most) {
            return Err(Finding::fail(
                expected,
                format!(
                    "at {} there were {} that nobody had begun to consume, and {} of `produce` in flight",
                    tick(rest.at),
                    count(rest.between, "item"),
                    count(rest.producing, "call")
                ),
                "nothing holds the sources back: the queue has no bound (`mpsc::channel`), or more room than `capacity`, or consumers take \
                 items before they are free; or a source keeps an item back until it has produced the next",
                "put each item into the bounded buffer before the next one is produced, and let a consumer take the next one only when it is done \
                 with the last",
            ));
        }
        let full =
            rests.iter().find(|rest| rest.producing == 0 && rest.idle > 0 && rest.between < room + rest.idle);
        full.map_or(Ok(()), |rest| Err(too_early(rest, room)))
    }
}

fn too_early(rest: &Rest, room: usize) -> Finding {
    Finding::fail(
        "a source goes on producing while there is room, and one item further",
        format!(
            "at {} {} waited with {} between the two sides, and room for {room}",
            tick(rest.at),
            count(rest.idle, "source"),
            count(rest.between, "item")
        ),
        "a source waits though there is room: for its consumer, for a lock that is kept while others produce or consume, or because the \
         buffer is full too early (by one place, or it has less room than `capacity`); or it waits for room before it produces",
        "keep no lock while `produce` or `consume` runs, let `put` wait only while `capacity` items are in, and produce an item before you wait \
         for room",
    )
}

const IDLE: (&str, &str) = (
    "consumers wait for one another: the lock around the queue is kept while `consume` runs (`while let Some(item) = queue.lock()….get()`), \
     items are dealt out beforehand, or consuming begins only when all is produced; or a source keeps an item back until it has produced the \
     next; or one thread consumes, however many `consumers` there should be",
    "put each item in before the next one is produced; take an item out in a statement of its own, so that the guard is gone, and then call \
     `consume`; start as many threads as `consumers` says",
);
const TOO_FEW: (&str, &str) = (
    "fewer threads consume than `consumers` says: as many as there are cores, or sources, or some other number; or items are dealt out \
     beforehand, so that one consumer has many and another has none",
    "start as many threads as `consumers` says, and let all of them take from one queue",
);

/// A consumer is idle only while there is nothing to consume, a source only while there is no room: so producing and consuming overlap.
/// A pass proves it for the schedules that were played.
pub(super) struct KeepsGoing(pub(super) Shape);

impl Policy for KeepsGoing {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Shape { consumers, capacity, .. } = self.0;
        let rests = self.0.rests(run);
        let most = rests.iter().map(|rest| rest.consuming).max().unwrap_or_default();
        for rest in rests {
            if rest.consuming > consumers {
                return Err(Finding::fail(
                    format!("at most {} of `consume` in flight", count(consumers, "call")),
                    format!("{} in flight at {}", count(rest.consuming, "call"), tick(rest.at)),
                    "a thread is started for each item, or more than `consumers`",
                    "start `consumers` threads, and let each consume one item after the other",
                ));
            }
            if rest.consuming < consumers && rest.between > 0 {
                let (cause, hint) = if most > 1 && most < consumers { TOO_FEW } else { IDLE };
                return Err(Finding::fail(
                    "a consumer that is free begins with an item as soon as there is one",
                    format!(
                        "at {} there was {} to consume, and {} of `consume` in flight with {}",
                        tick(rest.at),
                        count(rest.between, "item"),
                        count(rest.consuming, "call"),
                        count(consumers, "consumer")
                    ),
                    cause,
                    hint,
                ));
            }
            if rest.idle > 0 && rest.between < capacity + rest.idle {
                return Err(too_early(&rest, capacity));
            }
        }
        Ok(())
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let consumed =
            run.works.iter().filter(|work| work.work.kind == CONSUME && work.end.is_some()).count();
        if finding.status != Status::Deadlock || (consumed as u64) < self.0.sources.iter().sum() {
            return finding;
        }
        Finding {
            cause: "all items are consumed, and somebody waits for more: not everybody hears of the end. A sentinel tells one, and there may be more \
                    threads than sentinels"
                .to_owned(),
            hint: "once the last source has ended, close the buffer; a `get` after the last item must give `None` to everybody, as often as it is \
                   called"
                .to_owned(),
            ..finding
        }
    }
}
