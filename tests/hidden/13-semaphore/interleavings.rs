//! What is played of a semaphore in many interleavings, and the model that judges it.

use std::collections::BTreeSet;

use judge::checks::AnyInterleaving;
use judge::checks::interleavings::Amiss;
use judge::checks::replay::Spec;
use judge::interleavings::{Moment, Play};
use judge::steps::Op;
use judge::suite::Case;

use super::super::shared::{ACQUIRE, NONE, PERMIT, RELEASE, TIMED, TRY};
use super::visible;

/// Schedules of each.
const SCHEDULES: u64 = 300;

/// The cases, for this seed.
pub(super) fn cases(seed: u64) -> Vec<Case> {
    let [get, give, try_it, timed] = [ACQUIRE, RELEASE, TRY, TIMED].map(|code| vec![code]);
    let row = |driver: u16, ops: &[&Op]| (driver, ops.iter().map(|&op| op.clone()).collect::<Vec<_>>());
    // All that there are can be had afterwards, and no more.
    let counted = |permits: u16| {
        let all = (0..permits).map(|driver| row(driver, &[&get])).collect();
        [
            all,
            vec![row(permits, &[&try_it, &give])],
            (0..permits).map(|driver| row(driver, &[&give])).collect(),
        ]
    };
    let crowd = |permits: u16| {
        let first = vec![
            row(0, &[&get, &give, &get, &give]),
            row(1, &[&get, &give]),
            row(2, &[&get, &give]),
            row(3, &[&try_it, &give]),
        ];
        [first].into_iter().chain(counted(permits)).collect()
    };
    let enough = vec![
        vec![row(0, &[&try_it, &give]), row(1, &[&try_it, &give]), row(2, &[&try_it, &give])],
        vec![row(0, &[&try_it, &give])],
    ];
    // Whether the one that may give up gets a permit is left open: nothing of it is left afterwards.
    let in_time = [vec![row(0, &[&get, &give]), row(1, &[&timed, &give]), row(2, &[&vec![TIMED, 5]])]];
    let in_time = in_time.into_iter().chain(counted(1)).collect();
    let overtaking = vec![
        vec![row(0, &[&get])],
        vec![row(1, &[&get, &give])],
        vec![row(0, &[&give]), row(2, &[&get, &give]), row(3, &[&try_it, &give])],
        vec![row(0, &[&try_it, &give])],
    ];
    let two_come_back = [
        vec![row(0, &[&get]), row(1, &[&get])],
        vec![row(2, &[&get])],
        vec![row(3, &[&get])],
        vec![row(4, &[&get])],
        vec![row(0, &[&give]), row(1, &[&give])],
        vec![row(2, &[&give]), row(3, &[&give])],
        vec![row(4, &[&give])],
    ];
    let two_come_back = two_come_back.into_iter().chain(counted(2)).collect();
    let counts =
        |permits, label: &str, moments| case(seed, Permits { permits, in_order: false }, label, moments, why);
    vec![
        counts(1, "1 permit, 4 threads at the same moment", crowd(1)),
        counts(2, "2 permits, 4 threads at the same moment", crowd(2)),
        counts(3, "3 permits, 3 threads look at the same moment", enough),
        case(
            seed,
            Permits { permits: 1, in_order: false },
            "1 permit, 3 threads at the same moment, one with `Duration::MAX` and one with 5 ms",
            in_time,
            why_of_limits,
        ),
        // Whoever serves in another order than that of arrival is told so by steps.
        case(
            seed,
            Permits { permits: 1, in_order: true },
            "1 waits, and others come as the permit comes back",
            overtaking,
            why,
        )
        .given(visible::nudged_line(1, 3).keeps_order()),
        case(
            seed,
            Permits { permits: 2, in_order: true },
            "3 wait, and 2 permits come back at the same moment",
            two_come_back,
            why_of_two,
        )
        .given(visible::nudged_line(1, 3).keeps_order()),
    ]
}

fn case(seed: u64, spec: Permits, label: &str, moments: Vec<Moment>, why: Why) -> Case {
    let play = Play { seed, schedules: SCHEDULES, setup: vec![spec.permits], moments };
    Case::of(play.scenario(label)).and(AnyInterleaving { spec, why })
}

/// One semaphore.
struct Permits {
    permits: u64,
    /// Whether the order of arrival is asked for.
    in_order: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Semaphore {
    free: u64,
    /// The drivers that wait; where their order does not matter, sorted.
    line: Vec<u16>,
    holding: BTreeSet<u16>,
}

impl Spec for Permits {
    type State = Semaphore;

    fn start(&self) -> Semaphore {
        Semaphore { free: self.permits, line: Vec::new(), holding: BTreeSet::new() }
    }

    fn arrive(&self, state: &mut Semaphore, driver: u16, op: &[u64]) {
        if waits_forever(op) {
            state.line.push(driver);
            if !self.in_order {
                state.line.sort_unstable();
            }
        }
    }

    fn next(&self, state: &Semaphore, driver: u16, op: &[u64]) -> Option<(Semaphore, Vec<u64>)> {
        let mut after = state.clone();
        let first = !self.in_order || state.line.first() == Some(&driver);
        let gave = match op[0] {
            TIMED if !waits_forever(op) => PERMIT,
            ACQUIRE | TIMED if state.free == 0 || !first => return None,
            // Somebody who has come and has no permit yet waits for one, if there are two free as well.
            TRY if state.free == 0 || !state.line.is_empty() => NONE,
            ACQUIRE | TIMED | TRY => {
                after.line.retain(|waiting| *waiting != driver);
                after.free -= 1;
                after.holding.insert(driver);
                PERMIT
            }
            _ if after.holding.remove(&driver) => {
                after.free += 1;
                PERMIT
            }
            _ => NONE,
        };
        Some((after, vec![gave]))
    }

    fn called(&self, op: &[u64]) -> String {
        match op[0] {
            ACQUIRE => "acquire",
            TIMED if waits_forever(op) => "acquire_timeout(Duration::MAX)",
            TIMED => "drop(acquire_timeout(5 ms))",
            TRY => "try_acquire",
            _ => "drop(permit)",
        }
        .to_owned()
    }

    fn gave(&self, op: &[u64], result: &[u64]) -> String {
        match (op[0], result) {
            (TIMED, [PERMIT]) if !waits_forever(op) => "",
            (TRY | TIMED, [PERMIT]) => "a permit",
            (TRY | TIMED, [NONE]) => "`None`",
            (RELEASE, [NONE]) => "no permit to drop",
            _ => "",
        }
        .to_owned()
    }
}

/// Whether it waits in the line until it gets a permit.
fn waits_forever(op: &[u64]) -> bool {
    op[0] == ACQUIRE || *op == [TIMED]
}

type Why = fn(&Amiss) -> (&'static str, &'static str);

fn why_of_limits(amiss: &Amiss) -> (&'static str, &'static str) {
    match amiss {
        Amiss::Wait(_) => (
            "a permit is lost, or a wake-up: the permit comes to a thread just as its time runs out, and it goes away without; or it comes \
             between a thread's look at the count and the moment in which it takes its place in the line",
            "if another check does not pass, begin there. Look at the count and take the place in the line under one lock. When the time has run \
             out, lock and look once more: if the permit has come, it is yours; only if not, leave the line",
        ),
        Amiss::Back(..) => why(amiss),
    }
}

/// What is lost with one permit at a time is told by the plays before.
fn why_of_two(amiss: &Amiss) -> (&'static str, &'static str) {
    match amiss {
        Amiss::Wait(_) => (
            "the second in the line wakes first, sees that it is not its turn, and sleeps again; then the first goes on, and a permit is left; \
             but nobody is told that the line has moved, or another one is (`notify_one` with one `Condvar` for all who wait)",
            "if another check does not pass, begin there. Whoever leaves the line, with a permit or without, makes another one the first: wake \
             that one, if a permit is free",
        ),
        Amiss::Back(..) => why(amiss),
    }
}

fn why(amiss: &Amiss) -> (&'static str, &'static str) {
    match amiss {
        Amiss::Wait(_) => (
            "a lost wake-up: the permit comes back, and the wake-up with it, between the moment in which a thread looks at the count and \
             the moment in which it sleeps; or a permit is lost as two threads change the count at once",
            "if another check does not pass, begin there. Change the count while you hold the lock under which the others look at it and go to \
             sleep, also in `drop`; an atomic beside the lock is not under it",
        ),
        Amiss::Back(op, gave) if op[0] == TRY && *gave == [NONE] => (
            "`try_acquire` takes another thread that is inside for a moment for one that holds the permit (`try_lock`)",
            "`lock` is no waiting in the sense of the contract: nobody keeps that lock for long. Lock, look at the count, and decide then",
        ),
        Amiss::Back(..) => (
            "between the look at the count and the taking another thread comes: both go by what they have seen, or a newcomer takes what \
             belongs to the first in the line",
            "if another check does not pass, begin there. Look and take under one lock, without letting go of it in between; and let a newcomer \
             see whether somebody waits",
        ),
    }
}
