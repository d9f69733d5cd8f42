//! The visible cases: the course notes' demo of five jobs of two seconds, and what it does not show.

use judge::scenario::{Ticks, durations};
use judge::suite::Case;

use super::super::shared::{COMPUTE, FETCH, Question};
use super::jobs::{Jobs, Way};
use super::predicted::{names, of_each, predicts};

/// An odd number above 2^53, of which there is no `f64`.
const ODD: Ticks = (1 << 55) + 1;

/// Two seconds of the notes' demo, in ms.
const TWO: Ticks = 2_000;

/// Jobs whose waiting, or computing, gets shorter from job to job: the first one ends last.
pub(crate) fn reversed(number: usize) -> Jobs {
    let lengths = durations::reversed(number).into_iter().map(|fetch| (fetch, 1));
    Jobs::new(&format!("{number} jobs, the first is fetched last"), lengths)
}

/// Jobs of which the first quarter takes much longer.
pub(crate) fn heavy_first(number: usize) -> Jobs {
    let fetches = durations::heavy(number, 0..number / 4);
    let lengths = fetches.into_iter().zip(0..).map(|(fetch, i): (Ticks, Ticks)| (fetch, 10 + i * 7 % 20));
    Jobs::new(&format!("{number} jobs, the first quarter takes long to fetch"), lengths)
}

/// Jobs with all kinds of lengths.
pub(crate) fn uneven(number: usize) -> Jobs {
    let length = |i: Ticks| (5 + i * 37 % 90, 5 + i * 53 % 70);
    Jobs::new(&format!("{number} jobs of all lengths"), (0..number as Ticks).map(length))
}

pub(super) fn in_turn() -> Vec<Case> {
    vec![
        Jobs::equal(5, 20, 10).on_cores(4).in_time(Way::Sequential),
        Jobs::equal(3, TWO, 0).in_time(Way::Sequential),
        uneven(5).on_cores(2).in_time(Way::Sequential),
    ]
}

pub(super) fn on_threads() -> Vec<Case> {
    let heavy_to_compute = durations::heavy(24, 0..6).into_iter().map(|compute| (0, compute));
    let heavy_to_compute = Jobs::new("24 jobs, the first quarter takes long to compute", heavy_to_compute);
    let every_fourth = durations::strided(24, 4).into_iter().map(|fetch| (fetch, 0));
    let every_fourth = Jobs::new("24 jobs, every fourth takes long to fetch", every_fourth);
    vec![
        Jobs::equal(3, TWO, 0).in_time(Way::Threads(3)),
        Jobs::equal(3, 0, TWO).on_cores(1).in_time(Way::Threads(3)),
        Jobs::equal(3, 0, TWO).on_cores(4).in_time(Way::Threads(3)),
        Jobs::equal(30, 10, 0).in_time(Way::Threads(1)),
        Jobs::equal(30, 10, 0).in_time(Way::Threads(4)),
        Jobs::equal(30, 10, 0).in_time(Way::Threads(30)),
        Jobs::equal(30, 0, 10).on_cores(2).in_time(Way::Threads(4)),
        Jobs::equal(30, 0, 10).on_cores(4).in_time(Way::Threads(4)),
        Jobs::equal(5, TWO, 500).on_cores(2).in_time(Way::Threads(5)),
        Jobs::equal(2, 10, 10).on_cores(4).in_time(Way::Threads(6)),
        heavy_first(24).on_cores(4).in_time(Way::Threads(4)),
        heavy_to_compute.on_cores(4).in_time(Way::Threads(4)),
        every_fourth.in_time(Way::Threads(4)),
        uneven(20).on_cores(2).in_time(Way::Threads(4)),
        uneven(3).on_cores(1).in_time(Way::Threads(8)),
        Jobs::equal(100, 10, 0).in_time(Way::Threads(64)),
    ]
}

pub(super) fn on_the_loop() -> Vec<Case> {
    vec![
        Jobs::equal(3, TWO, 0).in_time(Way::EventLoop),
        Jobs::equal(3, 0, TWO).on_cores(4).in_time(Way::EventLoop),
        Jobs::equal(5, TWO, 500).on_cores(4).in_time(Way::EventLoop),
        Jobs::equal(30, 10, 0).in_time(Way::EventLoop),
        reversed(8).on_cores(1).in_time(Way::EventLoop),
        uneven(12).on_cores(4).in_time(Way::EventLoop),
        Jobs::equal(300, 1_000, 1).on_cores(1).in_time(Way::EventLoop),
    ]
}

pub(super) fn both() -> Vec<Case> {
    let late = (0..8).map(|i: Ticks| (if i == 0 { 500 } else { 20 }, 60));
    let late = Jobs::new("8 jobs, the first is fetched long after the others", late);
    vec![
        Jobs::equal(3, TWO, 500).on_cores(4).in_time(Way::Mixed(3)),
        Jobs::equal(3, 0, TWO).on_cores(1).in_time(Way::Mixed(3)),
        Jobs::equal(30, 10, 0).in_time(Way::Mixed(1)),
        Jobs::equal(30, 10, 10).on_cores(2).in_time(Way::Mixed(4)),
        Jobs::equal(30, 10, 10).on_cores(4).in_time(Way::Mixed(4)),
        Jobs::equal(12, 10, 10).on_cores(4).in_time(Way::Mixed(1)),
        Jobs::equal(5, 20, 30).on_cores(8).in_time(Way::Mixed(8)),
        Jobs::equal(40, 20, 30).on_cores(16).in_time(Way::Mixed(16)),
        late.on_cores(4).in_time(Way::Mixed(2)),
        reversed(8).on_cores(4).in_time(Way::Mixed(4)),
        uneven(20).on_cores(2).in_time(Way::Mixed(4)),
        Jobs::equal(300, 1_000, 30).on_cores(64).in_time(Way::Mixed(64)),
    ]
}

pub(super) fn every_job() -> Vec<Case> {
    let of = |number: usize| Way::all(4).map(|way| Jobs::equal(number, 20, 10).on_cores(2).works(way));
    [0, 1, 2, 30].into_iter().flat_map(of).collect()
}

pub(super) fn orders() -> Vec<Case> {
    let computed = durations::reversed(8).into_iter().map(|compute| (10, compute));
    let computed = Jobs::new("8 jobs, the first is computed last", computed);
    let each = |jobs: Jobs| Way::all(8).map(|way| jobs.in_order(way));
    each(reversed(8).on_cores(8)).into_iter().chain(each(computed.on_cores(8))).collect()
}

/// So many jobs, ticks to fetch and to compute, on a machine with so many cores and workers.
pub(crate) fn machine((jobs, fetch, compute): (u64, u64, u64), cores: u64, workers: u64) -> Question {
    let (approach, one_at_a_time, process_start) = (0, false, 0);
    Question { approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start }
}

fn in_python(question: Question) -> Question {
    Question { one_at_a_time: true, process_start: 300, ..question }
}

pub(super) fn predictions() -> Vec<Case> {
    let of_all = |questions: &[Question]| questions.iter().copied().flat_map(of_each).collect::<Vec<_>>();
    let waiting = [3, 5].map(|jobs| machine((jobs, TWO, 0), 4, jobs));
    let computing: Vec<_> = [1, 2, 4, 8]
        .iter()
        .flat_map(|cores| [3, 5].map(|jobs| machine((jobs, 0, TWO), *cores, jobs)))
        .collect();
    let python: Vec<_> = waiting.iter().chain(&computing).map(|question| in_python(*question)).collect();
    let rounds = [
        machine((10, 100, 0), 4, 4),
        machine((10, 0, 100), 4, 4),
        machine((10, 0, 100), 4, 8),
        machine((10, 0, 100), 8, 3),
        machine((30, 50, 0), 1, 7),
        machine((5, 100, 0), 4, 1),
        machine((5, 0, 100), 4, 1),
        machine((130, 100, 0), 64, 64),
        machine((130, 0, 100), 64, 64),
    ];
    let locked = rounds.map(in_python);
    let both =
        [machine((4, 100, 30), 2, 4), machine((3, 100, 30), 8, 5), in_python(machine((4, 100, 30), 2, 6))];
    vec![
        predicts("the demo of the notes, waiting", &of_all(&waiting)),
        predicts("the demo of the notes, computing", &of_all(&computing)),
        predicts("the same in Python", &of_all(&python)),
        predicts("more jobs than workers, more workers than cores", &of_all(&rounds)),
        predicts("more jobs than workers, in Python", &of_all(&locked)),
        predicts("jobs that wait and compute", &of_all(&both)),
        predicts("no jobs, and one", &of_all(&few())),
        predicts("big numbers", &of_all(&wide())),
    ]
}

fn few() -> [Question; 5] {
    [
        machine((0, 100, 30), 4, 4),
        in_python(machine((0, 100, 0), 4, 4)),
        machine((1, 100, 30), 4, 4),
        in_python(machine((1, 100, 30), 1, 1)),
        in_python(machine((1, 0, 0), 2, 2)),
    ]
}

/// More than fits into 32 bits, or into an `f64` exactly.
fn wide() -> [Question; 6] {
    [
        machine((299, 50_000_000_000, 0), 64, 64),
        in_python(machine((7, 0, 9_000_000_000), 3, 2)),
        in_python(machine((50, 3_000_000_000, 4_000_000_000), 16, 64)),
        machine((5, ODD, 0), 2, 2),
        in_python(machine((3, ODD, ODD + 2), 2, 4)),
        // Processes take a tick less than one after another.
        Question { process_start: ODD - 1, ..in_python(machine((2, 0, ODD), 4, 2)) },
    ]
}

pub(super) fn winners() -> Vec<Case> {
    let ties = [
        machine((1, 100, 30), 4, 4),
        machine((0, 100, 30), 4, 4),
        machine((5, TWO, 0), 4, 5),
        machine((5, 0, TWO), 1, 5),
        machine((5, 0, TWO), 4, 1),
        machine((4, 0, 100), 4, 4),
        machine((6, 100, 10), 1, 8),
        machine((6, 100, 10), 6, 8),
        machine((5, 0, 0), 2, 2),
    ];
    let rust = [
        machine((5, 0, TWO), 4, 5),
        machine((30, 50, 0), 1, 4),
        machine((10, 0, 100), 8, 3),
        machine((8, 10, 1_000), 2, 8),
        machine((3, 500, 20), 8, 3),
    ];
    let python = [
        in_python(machine((5, TWO, 0), 4, 5)),
        in_python(machine((5, 0, TWO), 4, 5)),
        in_python(machine((5, 0, TWO), 1, 5)),
        in_python(machine((2, 0, 100), 4, 2)),
        in_python(machine((2, 0, 300), 4, 2)),
        in_python(machine((2, 0, 301), 4, 2)),
        in_python(machine((30, 50, 0), 8, 4)),
        in_python(machine((4, 100, 500), 4, 4)),
        in_python(machine((0, 0, 500), 4, 4)),
        Question { process_start: 0, ..in_python(machine((4, 0, 500), 4, 4)) },
    ];
    vec![
        names("who takes the fewest ticks", &rust),
        names("of several the cheapest", &ties),
        names("the same in Python", &python),
        names("big numbers", &wide()),
    ]
}

fn panicking(kind: u16, job: u64) -> Jobs {
    let length = |i: Ticks| (20 + 5 * (i % 3), 30 + 10 * (i % 4));
    Jobs::new("12 jobs", (0..12).map(length)).on_cores(2).panicking(kind, job)
}

pub(super) fn panics() -> Vec<Case> {
    let each = |jobs: Jobs| Way::all(3).map(|way| jobs.passes_the_panic_on(way));
    let all = [panicking(COMPUTE, 4), panicking(FETCH, 4), panicking(COMPUTE, 11), panicking(FETCH, 2)];
    let alone = [FETCH, COMPUTE].map(|kind| Jobs::equal(1, 10, 10).panicking(kind, 0));
    let one_worker = [FETCH, COMPUTE].map(|kind| Jobs::equal(4, 10, 10).panicking(kind, 0));
    let one_worker = one_worker.iter().flat_map(|jobs| Way::all(1).map(|way| jobs.passes_the_panic_on(way)));
    let none_left = [FETCH, COMPUTE].map(|kind| Jobs::equal(7, 10, 10).on_cores(2).all_panicking(kind));
    all.into_iter().chain(alone).chain(none_left).flat_map(each).chain(one_worker).collect()
}

pub(super) fn zero() -> Vec<Case> {
    let of = |number: usize| {
        [Way::Threads(0), Way::Mixed(0)].map(|way| Jobs::equal(number, 20, 10).on_cores(2).refuses(way))
    };
    of(3).into_iter().chain(of(0)).collect()
}

pub(super) fn leftovers() -> Vec<Case> {
    let uneven = uneven(12).on_cores(2);
    let calm = Way::all(3).map(|way| uneven.leaves_nothing(way));
    let panics = [panicking(COMPUTE, 4), panicking(FETCH, 4), panicking(FETCH, 11)];
    let panics = panics.into_iter().flat_map(|jobs| Way::all(3).map(|way| jobs.leaves_nothing(way)));
    let long = (0..6).map(|i: Ticks| (if i == 5 { 900 } else { 20 }, 10));
    let long = Jobs::new("6 jobs, the last one is fetched long after the others", long);
    let long = Way::all(3).map(|way| long.clone().on_cores(2).panicking(COMPUTE, 1).leaves_nothing(way));
    calm.into_iter().chain(panics).chain(long).collect()
}
