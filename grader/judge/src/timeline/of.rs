//! From the record of a run to its picture.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BARS_KEPT, Bar, CALLS_KEPT, Ending, How, LANES_KEPT, Lane, LeftOut, Mark, STEPS_KEPT, Span, Step,
    Timeline, What,
};
use crate::checks::CALL_KEYS;
use crate::run::{End, Process, Run, Stuck, WorkRecord};
use crate::scenario::Ticks;
use crate::steps::{Gave, Told, read_back};
use crate::wire::{Outcome, Work};
use crate::words;

impl Timeline {
    /// The picture of a run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let shifts = shifts(run);
        let (names, mut bars) = if run.event_loop { packed(run, &shifts) } else { by_thread(run, &shifts) };
        let calls: Vec<Span> =
            run.calls.iter().zip(&shifts).map(|(call, shift)| span(call, *shift)).collect();
        let last = bars
            .iter()
            .map(|bar| bar.end.unwrap_or(bar.start))
            .chain(calls.iter().filter_map(|call| call.end));
        let until = last.max().unwrap_or(0);
        let (in_flight, most_in_flight) = in_flight(run, &shifts, until);
        let first = calls.iter().map(|call| call.start).min().unwrap_or(0);
        let end = calls.iter().map(|call| call.end).try_fold(0, |last, end| end.map(|end| last.max(end)));
        let (all_lanes, all_bars) = (names.len(), bars.len());
        let kept = keep_lanes(&bars, names.len());
        let lanes: Vec<Lane> = kept.iter().map(|&lane| Lane { name: names[lane].clone() }).collect();
        bars.retain_mut(|bar| {
            let lane = kept.binary_search(&bar.lane);
            bar.lane = lane.unwrap_or_default();
            lane.is_ok()
        });
        keep_bars(&mut bars);
        let mut marks = marks(run);
        let works = done(run).filter(|work| overlaps(work));
        let left_out = LeftOut {
            lanes: all_lanes - lanes.len(),
            bars: all_bars - bars.len(),
            calls: calls.len().saturating_sub(CALLS_KEPT),
            marks: marks.len().saturating_sub(CALLS_KEPT),
        };
        marks.truncate(CALLS_KEPT);
        Self {
            event_loop: run.event_loop,
            supplied: Vec::new(),
            lanes,
            bars,
            until,
            makespan: end.filter(|_| !calls.is_empty()).map(|end| end - first),
            calls: calls.into_iter().take(CALLS_KEPT).collect(),
            work: works.map(|work| work.end.map_or(work.ticks, |end| end.saturating_sub(work.began))).sum(),
            most_in_flight,
            in_flight,
            ending: ending(&run.end),
            marks,
            left_out,
        }
    }
}

/// By how much each call's ticks are moved. On an event loop each call has a clock of its own that begins at 0; the calls are
/// made one after the other, and are drawn so.
fn shifts(run: &Run) -> Vec<Ticks> {
    let mut next = 0;
    let shift = |(index, call): (usize, &crate::run::CallRecord)| {
        let shift = next;
        if run.event_loop {
            let works = done(run).filter(|work| work.call == index && !work.after_end);
            let ends = works.filter_map(|work| work.end).chain(call.ended.as_ref().map(|(end, _)| *end));
            next += ends.max().unwrap_or(0);
        }
        shift
    };
    run.calls.iter().enumerate().map(shift).collect()
}

fn span(call: &crate::run::CallRecord, shift: Ticks) -> Span {
    let outcome = call.ended.as_ref().map(|(_, outcome)| outcome);
    Span {
        start: call.start + shift,
        end: call.ended.as_ref().map(|(end, _)| end + shift),
        panicked: matches!(outcome, Some(Outcome::Panicked(_))),
        dropped: matches!(outcome, Some(Outcome::Dropped)),
    }
}

fn bar(work: &WorkRecord, lane: usize, shifts: &[Ticks]) -> Bar {
    let shift = shifts.get(work.call).copied().unwrap_or(0);
    let how = match work.end {
        None => How::Unfinished,
        Some(_) if work.dropped => How::Dropped,
        Some(_) if work.panicked => How::Panicked,
        Some(_) if work.died => How::Died,
        Some(_) => How::Returned,
    };
    Bar {
        lane,
        call: work.call,
        kind: work.work.kind,
        input: work.work.key % CALL_KEYS,
        start: work.began + shift,
        end: work.end.map(|end| end + shift),
        how,
        after_end: work.after_end,
        operation: false,
    }
}

/// What drivers did: an operation lasts from when its driver was told to when that asks for more.
fn operations(run: &Run, lane_of: impl Fn(usize) -> usize) -> Vec<Bar> {
    let asked: BTreeMap<(u16, u64), &WorkRecord> =
        run.works.iter().map(|work| ((work.work.kind, work.work.key), work)).collect();
    let steps = run.works.iter().filter(|work| work.work.asked_by_driver().is_some());
    let bar = |work: &WorkRecord| {
        let (start, kind, thread, next) = match Told::read(work.answer.as_ref()?) {
            Told::Stop => return None,
            Told::Row(row) => {
                let next = asked.get(&(work.work.kind, work.work.key + 1)).copied();
                let code = u16::try_from(*row.first()?.first()?).ok()?;
                (work.end?, code, work.thread, next)
            }
            Told::Nudge(whom) => {
                // A thread of the program's own has no lane that is known.
                let driver = whom.map(|(driver, _)| driver).filter(|driver| *driver != Told::OWN_THREAD)?;
                let thread = asked.get(&(Work::driver(driver), 0))?.thread;
                (work.end?, Bar::WAKE_UP, thread, Some(work))
            }
        };
        let panicked = next
            .and_then(|next| read_back(&next.work.input))
            .is_some_and(|gave| gave.contains(&Gave::Panicked));
        let how = match next {
            None => How::Unfinished,
            Some(_) if panicked => How::Panicked,
            Some(_) => How::Returned,
        };
        let end = if kind == Bar::WAKE_UP { Some(start) } else { next.map(|next| next.start) };
        let (lane, call, input) = (lane_of(thread), work.call, work.work.key);
        Some(Bar { lane, call, kind, input, start, end, how, after_end: false, operation: true })
    };
    steps.filter_map(bar).collect()
}

/// A lane for each thread, in the order in which they appeared; the calling thread first, and the threads of a process together. What is
/// awaited waits on no thread: it has lanes of its own below them.
fn by_thread(run: &Run, shifts: &[Ticks]) -> (Vec<String>, Vec<Bar>) {
    let callers: BTreeSet<usize> =
        run.works.iter().filter(|work| work.on_caller).map(|work| work.thread).collect();
    // A driver that only wakes others, or does nothing, is not the student's business.
    let acts = |work: &&WorkRecord| {
        let told = work.answer.as_ref().map(Told::read);
        let is_awake = !work.awaited && work.work.kind != Work::NAP;
        is_awake && (work.work.asked_by_driver().is_none() || matches!(told, Some(Told::Row(_))))
    };
    let processes: BTreeMap<usize, usize> =
        run.works.iter().filter(acts).map(|work| (work.thread, work.process)).collect();
    let mut order: Vec<usize> = processes.keys().copied().collect();
    order.sort_by_key(|thread| (!callers.contains(thread), processes[thread], *thread));
    let lanes: BTreeMap<usize, usize> =
        order.iter().enumerate().map(|(lane, &thread)| (thread, lane)).collect();
    let mut unnamed = 0;
    let own_name = |thread| run.threads.get(thread).cloned().flatten().filter(|name| !name.is_empty());
    let names = order.iter().map(|thread| match (processes[thread], own_name(thread)) {
        (0, Some(name)) => name,
        (worker, Some(name)) if name == "main" => Process::Worker(worker).name(),
        (worker, name) if worker > 0 => {
            format!("{}: {}", Process::Worker(worker).name(), name.as_deref().unwrap_or("thread"))
        }
        _ if callers.contains(thread) => "caller".to_owned(),
        _ => {
            unnamed += 1;
            format!("thread {unnamed}")
        }
    });
    let mut names: Vec<String> = names.collect();
    let work = run.works.iter().filter(|work| lanes.contains_key(&work.thread) && acts(work));
    // Among those are questions of drivers, and accesses of a block.
    let work = work.filter(|work| !work.work.is_held());
    let mut bars = operations(run, |thread| lanes.get(&thread).copied().unwrap_or_default());
    bars.extend(work.map(|work| bar(work, lanes[&work.thread], shifts)));
    let mut awaited: Vec<Bar> =
        done(run).filter(|work| work.awaited).map(|work| bar(work, 0, shifts)).collect();
    let rows = pack(&mut awaited, names.len());
    names.extend((1..=rows).map(|row| format!("loop {row}")));
    bars.extend(awaited);
    (names, bars)
}

/// All on one thread.
fn packed(run: &Run, shifts: &[Ticks]) -> (Vec<String>, Vec<Bar>) {
    let mut bars: Vec<Bar> = done(run).map(|work| bar(work, 0, shifts)).collect();
    let rows = pack(&mut bars, 0);
    ((1..=rows).map(|row| row.to_string()).collect(), bars)
}

/// Each call goes into the first lane from this one on that is free; says how many there are of those.
fn pack(bars: &mut [Bar], first: usize) -> usize {
    // The record is in the order of their start, but for the shifts.
    bars.sort_by_key(|bar| bar.start);
    let mut free_from: Vec<Ticks> = Vec::new();
    for bar in bars {
        let free = free_from.iter().position(|&from| from <= bar.start);
        let row = free.unwrap_or_else(|| {
            free_from.push(0);
            free_from.len() - 1
        });
        free_from[row] = bar.end.map_or(Ticks::MAX, |end| end.max(bar.start + 1));
        bar.lane = first + row;
    }
    free_from.len()
}

/// What the program did, without what it held; and, of what an event loop does beside the work itself, without what took no time.
fn done(run: &Run) -> impl Iterator<Item = &WorkRecord> {
    let is_instant = |work: &WorkRecord| {
        (run.event_loop || work.awaited) && work.work.kind > 0 && work.end == Some(work.start)
    };
    run.works.iter().filter(move |work| !work.work.is_held() && !is_instant(work))
}

/// Whether a call is work that could overlap: a callback on the calling thread (as in 02) takes what the work has made, and what is
/// awaited beside it keeps no thread busy.
fn overlaps(work: &WorkRecord) -> bool {
    work.work.kind == 0 || !(work.on_caller || work.awaited)
}

/// How many were in flight when, and the most: at one tick what ends does so before what starts.
fn in_flight(run: &Run, shifts: &[Ticks], until: Ticks) -> (Vec<Step>, usize) {
    let mut changes: BTreeMap<Ticks, (usize, usize)> = BTreeMap::new();
    let mut any = false;
    for work in done(run).filter(|work| overlaps(work)) {
        any = true;
        if work.end.is_some_and(|end| end <= work.began) {
            continue;
        }
        let shift = shifts.get(work.call).copied().unwrap_or(0);
        changes.entry(work.began + shift).or_default().0 += 1;
        if let Some(end) = work.end {
            changes.entry(end + shift).or_default().1 += 1;
        }
    }
    let (mut count, mut steps) = (0, Vec::new());
    for (at, (started, ended)) in changes {
        count = count + started - ended;
        if steps.last().is_none_or(|step: &Step| step.count != count) {
            steps.push(Step { at, count });
        }
    }
    let most = steps.iter().map(|step| step.count).max().unwrap_or(0).max(usize::from(any));
    (thinned(steps, until), most)
}

/// Of many steps the highest of each stretch of time.
fn thinned(steps: Vec<Step>, until: Ticks) -> Vec<Step> {
    if steps.len() <= STEPS_KEPT {
        return steps;
    }
    let stretch = until / STEPS_KEPT as u64 + 1;
    let mut thinned: Vec<Step> = Vec::with_capacity(STEPS_KEPT);
    for step in steps {
        let at = step.at / stretch * stretch;
        match thinned.last_mut() {
            Some(last) if last.at == at => last.count = last.count.max(step.count),
            _ => thinned.push(Step { at, ..step }),
        }
    }
    thinned.dedup_by_key(|step| step.count);
    thinned
}

/// Whether a bar is what a reader looks for: it did not simply return.
fn stands_out(bar: &Bar) -> bool {
    bar.how != How::Returned || bar.after_end
}

/// The lanes to keep, sorted: those with something that stands out first.
fn keep_lanes(bars: &[Bar], lanes: usize) -> Vec<usize> {
    let marked: BTreeSet<usize> = bars.iter().filter(|bar| stands_out(bar)).map(|bar| bar.lane).collect();
    // No more than a half, so that the picture shows the ordinary too.
    let marked: BTreeSet<usize> = marked.into_iter().take(LANES_KEPT / 2).collect();
    let others =
        (0..lanes).filter(|lane| !marked.contains(lane)).take(LANES_KEPT - marked.len().min(LANES_KEPT));
    let mut kept: Vec<usize> = others.chain(marked.iter().copied()).collect();
    kept.sort_unstable();
    kept
}

/// The bars to keep: up to a half that stand out, then by start.
fn keep_bars(bars: &mut Vec<Bar>) {
    if bars.len() > BARS_KEPT {
        bars.sort_by_key(|bar| (!stands_out(bar), bar.start));
        let marked = bars.iter().filter(|bar| stands_out(bar)).count();
        let marked_kept = marked.min((BARS_KEPT / 2).max(BARS_KEPT.saturating_sub(bars.len() - marked)));
        bars.drain(marked_kept..marked);
        bars.truncate(BARS_KEPT);
    }
    // What is done within an operation is drawn over it.
    bars.sort_by_key(|bar| (bar.lane, bar.start, !bar.operation, bar.kind, bar.input));
}

fn ending(end: &End) -> Ending {
    match end {
        End::Finished | End::Enough => Ending::Finished,
        End::Exited(_) => Ending::Exited,
        End::Deadlock(_) => Ending::Deadlock,
        End::Oversleeps(_) | End::PollsForever(_) | End::StandsStill(_) | End::Dawdles(_) => {
            Ending::StandsStill
        }
        End::CpuBudget(_) => Ending::Endless,
        End::RunsAway(_)
        | End::Outgrows(_)
        | End::Overspends(_)
        | End::TakesNothing
        | End::Forged(_)
        | End::Inconclusive(_) => Ending::BrokenOff,
    }
}

/// Who waits where; equal ones once, with their number.
fn marks(run: &Run) -> Vec<Mark> {
    let waiting = &run.waiting;
    let ended: (What, &[Stuck]) = match &run.end {
        End::Deadlock(stuck) | End::StandsStill(stuck) => (What::WaitsForEver, stuck),
        End::Oversleeps(stuck) | End::Dawdles(stuck) => (What::Sleeps, stuck),
        End::PollsForever(stuck) => (What::Polls, stuck),
        End::CpuBudget(stuck) | End::Overspends(stuck) => (What::Spins, stuck),
        End::Finished
        | End::Enough
        | End::Exited(_)
        | End::RunsAway(_)
        | End::Outgrows(_)
        | End::TakesNothing
        | End::Forged(_)
        | End::Inconclusive(_) => (What::WaitsForEver, &[]),
    };
    let all = [
        ended,
        (What::Spins, waiting.spinning.as_slice()),
        (What::Sleeps, waiting.sleeping.as_slice()),
        (What::Blocks, waiting.blocking.as_slice()),
    ];
    let mut marks: Vec<Mark> = Vec::new();
    for (what, stuck) in all.iter().flat_map(|(what, stuck)| stuck.iter().map(|stuck| (*what, stuck))) {
        let mark = Mark {
            what,
            thread: match stuck.process {
                // As its lane is called.
                Some(process) if stuck.thread == "main" => process.name(),
                Some(process) => format!("{}: {}", process.name(), stuck.thread),
                None => stuck.thread.clone(),
            },
            threads: 1,
            inside: stuck.callee.as_deref().filter(|_| stuck.place.is_some()).map(words::last_names),
            place: stuck.place.as_ref().map(words::place),
        };
        match marks.iter_mut().find(|known| Mark { threads: 1, ..(*known).clone() } == mark) {
            Some(known) => known.threads += 1,
            None => marks.push(mark),
        }
    }
    // Which thread was looked at first is chance.
    marks.sort_by_key(|mark| (mark.what, mark.thread != "main", mark.place.clone(), mark.thread.clone()));
    marks
}
