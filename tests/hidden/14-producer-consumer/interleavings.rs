//! What is played of a buffer in many interleavings. Whatever order explains it is right: which of several threads goes on is left open.

use judge::checks::AnyInterleaving;
use judge::checks::interleavings::Amiss;
use judge::interleavings::{Moment, Play};
use judge::steps::Op;
use judge::suite::Case;

use super::super::shared::{CLOSE, CLOSED, GET, PUT};
use super::visible::queue::Queues;

/// Schedules of each.
const SCHEDULES: u64 = 300;

/// The cases, for this seed.
pub(super) fn cases(seed: u64) -> Vec<Case> {
    let puts = |driver: u16, items: &[u64]| (driver, items.iter().map(|&item| vec![PUT, 0, item]).collect());
    let gets = |driver: u16, items: usize| (driver, vec![vec![GET, 0]; items]);
    let closes = |driver: u16| (driver, vec![vec![CLOSE, 0]]);
    let case = |capacity: usize, label: &str, moments: Vec<Moment>| {
        let play = Play { seed, schedules: SCHEDULES, setup: vec![capacity as u64], moments };
        Case::of(play.scenario(label)).and(AnyInterleaving { spec: Queues { capacity }, why })
    };
    let all = vec![puts(0, &[1, 2]), puts(1, &[3, 4]), gets(2, 2), gets(3, 2)];
    vec![
        case(
            1,
            "a capacity of 1, 2 threads put at the same moment",
            vec![vec![puts(0, &[1]), puts(1, &[2])], vec![gets(2, 2)]],
        ),
        case(
            1,
            "a capacity of 1, 2 threads put and 2 get at the same moment",
            vec![all.clone(), vec![closes(0)], vec![gets(2, 1)]],
        ),
        case(
            2,
            "a capacity of 2, 2 threads put and 2 get at the same moment",
            vec![all, vec![closes(0)], vec![gets(2, 1)]],
        ),
        case(
            1,
            "1 puts, 2 get and 1 closes at the same moment",
            vec![vec![puts(0, &[1, 2]), gets(1, 2), gets(2, 2), closes(3)]],
        ),
        case(
            1,
            "the buffer is full, and 1 puts and 1 closes at the same moment",
            vec![vec![puts(0, &[1])], vec![puts(1, &[2]), closes(2)], vec![gets(3, 2)]],
        ),
    ]
}

fn why(amiss: &Amiss) -> (&'static str, &'static str) {
    let waits = |code| matches!(amiss, Amiss::Wait(ops) if ops.iter().any(|op: &Op| op[0] == code));
    match amiss {
        Amiss::Wait(_) if waits(GET) || waits(PUT) => (
            "a lost wake-up: what a thread waits for comes between its look at the buffer and its falling asleep (`closed` or a count that \
             is changed outside of the lock), the wake-up goes to a thread of the other side, or a count of those who sleep leaves somebody out",
            "if another check does not pass, begin there. Change whatever the waiting loops look at while you hold their lock, `closed` as well, \
             and notify after that; have a `Condvar` for each side, or `notify_all`",
        ),
        Amiss::Wait(_) => (
            "`close` waits for something",
            "let `close` set `closed` under the lock, wake everybody, and return",
        ),
        Amiss::Back(op, _) if op[0] == PUT => (
            "between the look for room (or at `closed`) and the putting another thread comes: what was seen does not hold any more",
            "if another check does not pass, begin there. Look for room and put in under one lock, without letting go of it in between; look again \
             each time that the thread has slept",
        ),
        Amiss::Back(op, gave) if op[0] == GET && *gave == [CLOSED] => (
            "`get` gives `None` as soon as it sees that the buffer is closed, though an item is still in it: the item has come since it last \
             looked; or another thread takes the item that it has seen",
            "if another check does not pass, begin there. Each time that the thread has slept, look for an item first; give `None` only where there is \
             none and the buffer is closed, both seen under one lock",
        ),
        Amiss::Back(..) => (
            "between the look at the items and the taking another thread comes: what was seen does not hold any more",
            "if another check does not pass, begin there. Look and take under one lock, without letting go of it in between; look again each time \
             that the thread has slept",
        ),
    }
}
