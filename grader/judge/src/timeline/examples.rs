//! Runs as they are drawn: a snapshot of each drawing, for whoever changes one to look at.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{BARS_KEPT, CALLS_KEPT, Ending, LANES_KEPT, STEPS_KEPT, Timeline};
use crate::run::{CallRecord, End, Run, Stuck, Waiting, WorkRecord};
use crate::scenario::Ticks;
use crate::wire::{Outcome, Payload, Place, Work};

/// A call of the supplied work: thread, input, start, end.
type Bar = (usize, u64, Ticks, Option<Ticks>);

fn run(bars: &[Bar], ended: Option<Ticks>) -> Run {
    let work = |&(thread, key, start, end): &Bar| WorkRecord {
        thread,
        end,
        ..WorkRecord::begun(
            0,
            Work { kind: 0, key, input: Payload::default() },
            start,
            end.map_or(10, |end| end - start),
        )
    };
    let call = CallRecord {
        ended: ended.map(|end| (end, Outcome::Returned(Payload::default()))),
        ..CallRecord::default()
    };
    Run {
        works: bars.iter().map(work).collect(),
        calls: vec![call],
        end: End::Finished,
        panics: Vec::new(),
        waiting: Waiting::default(),
        output: String::new(),
        event_loop: false,
        one_clock: None,
        threads: BTreeMap::new(),
        cpu: Duration::ZERO,
        paused: std::time::Duration::ZERO,
        words: 0,
        workers: 0,
        left: Vec::new(),
        looks: Vec::new(),
    }
}

/// Each thread is joined before the next one starts.
fn staircase() -> Run {
    let bars: Vec<Bar> =
        (0..5).map(|i| (usize::try_from(i).unwrap(), i, i * 10, Some(i * 10 + 10))).collect();
    run(&bars, Some(50))
}

/// Four workers, and a lock around the work.
fn one_lock() -> Run {
    let bars: Vec<Bar> =
        (0..12).map(|i| (usize::try_from(i % 4).unwrap(), i, i * 10, Some(i * 10 + 10))).collect();
    run(&bars, Some(120))
}

/// Two halves of a list whose first half is heavy.
fn chunks() -> Run {
    let heavy = (0..6).map(|i| (0, i, i * 40, Some(i * 40 + 40)));
    let light = (0..6).map(|i| (1, i + 6, i * 10, Some(i * 10 + 10)));
    run(&heavy.chain(light).collect::<Vec<_>>(), Some(240))
}

/// The same list by whoever is free.
fn balanced() -> Run {
    let bars =
        [(0, 0, 0, 40), (1, 1, 0, 40), (0, 2, 40, 80), (1, 3, 40, 80), (0, 4, 80, 120), (1, 5, 80, 120)];
    let light = [
        (0, 6, 120, 130),
        (1, 7, 120, 130),
        (0, 8, 130, 140),
        (1, 9, 130, 140),
        (0, 10, 140, 150),
        (1, 11, 140, 150),
    ];
    let bars = bars.iter().chain(&light).map(|&(thread, key, start, end)| (thread, key, start, Some(end)));
    run(&bars.collect::<Vec<_>>(), Some(150))
}

/// Everything is worked, and the receiver waits on.
fn deadlock() -> Run {
    let bars = [(0, 0, 0, Some(10)), (1, 1, 0, Some(10)), (0, 2, 10, Some(20)), (1, 3, 10, Some(20))];
    let place = Place { file: "exercises/03-ordered-map/src/lib.rs".to_owned(), line: 29 };
    let stuck = Stuck {
        process: None,
        thread: "main".to_owned(),
        wait: "waits for an event".to_owned(),
        place: Some(place),
        callee: Some("<std::sync::mpsc::IntoIter<(usize, u64)> as core::iter::Iterator>::next".to_owned()),
    };
    let threads = BTreeMap::from([(0, Some("<b>&\u{1b}[31m a long name\n".to_owned())), (1, None)]);
    Run { end: End::Deadlock(vec![stuck]), threads, ..run(&bars, None) }
}

/// Three downloads at a time.
fn limited() -> Run {
    let bars = [
        (0, 0, 0, 300),
        (0, 1, 0, 100),
        (0, 2, 0, 200),
        (0, 3, 100, 250),
        (0, 4, 200, 300),
        (0, 5, 250, 450),
    ];
    let bars: Vec<Bar> = bars.iter().map(|&(lane, key, start, end)| (lane, key, start, Some(end))).collect();
    Run { event_loop: true, ..run(&bars, Some(450)) }
}

/// The future is dropped, two of its downloads with it, and one goes on.
fn cancelled() -> Run {
    let mut run = run(
        &[
            (0, 0, 0, Some(100)),
            (0, 1, 0, Some(150)),
            (0, 2, 0, Some(150)),
            (0, 3, 0, Some(400)),
            (0, 4, 160, None),
        ],
        Some(150),
    );
    run.calls[0].ended = Some((150, Outcome::Dropped));
    run.works[1].dropped = true;
    run.works[2].dropped = true;
    run.works[4].after_end = true;
    Run { event_loop: true, ..run }
}

#[test]
fn each_run_is_drawn_in_text_wide_and_narrow() {
    let runs = [
        ("staircase", staircase()),
        ("one-lock", one_lock()),
        ("chunks", chunks()),
        ("balanced", balanced()),
        ("deadlock", deadlock()),
        ("limited", limited()),
        ("cancelled", cancelled()),
    ];
    for (name, run) in runs {
        let timeline = Timeline::of(&run);
        let text = format!("{}\n{}", timeline.text(96, false), timeline.text(60, false));
        insta::assert_snapshot!(format!("text-{name}"), text);
        insta::assert_snapshot!(format!("svg-{name}"), timeline.svg(name));
        let trace: serde_json::Value = serde_json::from_str(&timeline.perfetto(name)).unwrap();
        insta::assert_snapshot!(format!("trace-{name}"), lines(&trace));
    }
}

/// An event a line.
fn lines(trace: &serde_json::Value) -> String {
    let events = trace["traceEvents"].as_array().unwrap().iter().map(ToString::to_string);
    events.chain([trace["otherData"].to_string()]).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_line_is_longer_than_asked_for() {
    for width in [40, 60, 80, 140] {
        for run in [staircase(), deadlock(), cancelled()] {
            let text = Timeline::of(&run).text(width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{width}\n{text}");
        }
    }
}

#[test]
fn a_place_is_never_broken() {
    let mut timeline = Timeline::of(&deadlock());
    let place = "exercises/03-ordered-map/src/lib.rs:29";
    timeline.marks[0].place = Some(place.to_owned());
    for width in 60..100 {
        let text = timeline.text(width, false);
        assert!(text.contains(place), "{width}\n{text}");
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let timeline = Timeline::of(&cancelled());
    let coloured = timeline.text(80, true);
    assert_ne!(coloured, timeline.text(80, false));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), timeline.text(80, false));
}

#[test]
fn what_a_student_named_steers_nothing() {
    let timeline = Timeline::of(&deadlock());
    assert!(!timeline.text(80, false).contains('\u{1b}'));
    assert!(!timeline.svg("x").contains("<b>") && !timeline.svg("x").contains('\u{1b}'));
}

#[test]
fn a_timeline_is_read_back_as_it_was_written() {
    let timeline = Timeline::of(&deadlock()).named(["f"]);
    let text = serde_json::to_string(&timeline).unwrap();
    assert_eq!(serde_json::from_str::<Timeline>(&text).unwrap(), timeline);
    assert_eq!(timeline.ending, Ending::Deadlock);
}

#[test]
fn of_a_great_run_the_unusual_is_kept_and_the_rest_counted() {
    let bars: Vec<Bar> =
        (0..20_000).map(|i| (usize::try_from(i % 200).unwrap(), i, i, Some(i + 150))).collect();
    let mut run = run(&bars, Some(30_000));
    run.works[19_999].panicked = true;
    let timeline = Timeline::of(&run);
    assert_eq!((timeline.lanes.len(), timeline.bars.len()), (LANES_KEPT, BARS_KEPT));
    assert_eq!((timeline.left_out.lanes, timeline.left_out.bars), (200 - LANES_KEPT, 20_000 - BARS_KEPT));
    assert!(timeline.bars.iter().any(|bar| bar.how == super::How::Panicked));
    assert!(timeline.in_flight.len() <= STEPS_KEPT && timeline.calls.len() <= CALLS_KEPT);
    assert_eq!(timeline.most_in_flight, 150);
    assert!(serde_json::to_string(&timeline).unwrap().len() < 64 << 10);
}

#[test]
fn calls_on_an_event_loop_follow_each_other() {
    let mut run = limited();
    run.calls.push(run.calls[0].clone());
    run.works.push(WorkRecord { call: 1, ..run.works[0].clone() });
    let timeline = Timeline::of(&run);
    assert_eq!((timeline.calls[1].start, timeline.calls[1].end), (450, Some(900)));
    assert_eq!(timeline.makespan, Some(900));
}

/// Threads that work, beside an event loop on the same clock, which waits, notes, naps and holds.
#[test]
fn what_is_awaited_beside_threads_has_lanes_of_its_own_and_keeps_nobody_busy() {
    let mut run = run(&[(0, 0, 10, Some(50)), (1, 1, 20, Some(60)), (0, 2, 50, Some(70))], Some(70));
    let thread = run.works[0].clone();
    let awaited = |kind, key, start, end| WorkRecord {
        awaited: true,
        thread: 0,
        ..WorkRecord {
            end: Some(end),
            ..WorkRecord::begun(0, Work { kind, key, ..thread.work.clone() }, start, end - start)
        }
    };
    let nap = WorkRecord { thread: 2, ..awaited(Work::NAP, 0, 0, 70) };
    run.works.extend([awaited(1, 0, 0, 10), awaited(1, 1, 0, 20), awaited(1, 2, 10, 30)]);
    run.works.extend([
        awaited(2, 0, 30, 30),
        awaited(Work::HELD, 0, 0, 25),
        WorkRecord { awaited: false, ..nap },
    ]);
    let timeline = Timeline::of(&run);
    let names: Vec<&str> = timeline.lanes.iter().map(|lane| &*lane.name).collect();
    assert_eq!(names, ["thread 1", "thread 2", "loop 1", "loop 2"]);
    let bars: Vec<_> = timeline.bars.iter().map(|bar| (bar.lane, bar.kind, bar.input)).collect();
    assert_eq!(bars, [(0, 0, 0), (0, 0, 2), (1, 0, 1), (2, 1, 0), (2, 1, 2), (3, 1, 1)]);
    assert_eq!((timeline.most_in_flight, timeline.work), (2, 100));
}

#[test]
fn what_an_event_loop_holds_and_what_takes_it_no_time_are_not_drawn() {
    let plain = Timeline::of(&limited());
    let mut run = limited();
    let beside = |kind, end| WorkRecord {
        work: Work { kind, ..run.works[0].work.clone() },
        end,
        ..run.works[0].clone()
    };
    let (held, instant) = (beside(Work::HELD, Some(10_000)), beside(1, Some(run.works[0].start)));
    run.works.extend([held, instant]);
    assert_eq!(Timeline::of(&run), plain);
}
