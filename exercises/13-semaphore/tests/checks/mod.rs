//! The promises of `Semaphore` and the scenes that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Scene`] makes further ones. A scene ends with everybody able to go on: a right answer ends.

mod holding;
mod limits;
mod line;
mod random;
mod scene;

use judge::suite::{Case, Category, Check, Suite};

pub(crate) use random::{Mixed, random};
pub(crate) use scene::{HOUR, MS, Scene};

use limits::{forgets, gives_up, gives_up_before};

use super::shared::FOREVER;

/// The visible suite.
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Ordering, Robustness, Speedup};
    Suite {
        id: "13",
        name: "semaphore",
        supplied: &["hold", "acquire", "try_acquire", "acquire_timeout", "drop", "acquire", "drop"],
        checks: vec![
            Check::visible(
                "gives_a_permit_and_takes_it_back",
                Correctness,
                4,
                "a permit that was given back can be had again",
                gives_and_takes(1),
            ),
            Check::visible(
                "never_lets_too_many_in",
                Correctness,
                12,
                "no more permits are out than there are, and no fewer while somebody waits",
                never_too_many(),
            ),
            Check::visible(
                "lets_the_next_in",
                Robustness,
                12,
                "a permit that comes back lets one in who waits, at once",
                lets_in(),
            ),
            Check::visible(
                "uses_every_permit",
                Speedup,
                8,
                "as many threads go on at a time as there are permits",
                vec![
                    Scene::new("12 threads hold one of 4 permits for 10 ticks", 4)
                        .hold_all(&[10; 12])
                        .keeps_busy(),
                    Scene::new("9 threads hold one of 4 permits, the first for long", 4)
                        .hold_all(&[90, 10, 20, 30, 10, 20, 30, 10, 20])
                        .keeps_busy(),
                ],
            ),
            Check::visible(
                "serves_in_the_order_of_arrival",
                Ordering,
                16,
                "of those who wait, the one that came first gets the next permit",
                in_order(),
            ),
            Check::visible(
                "try_never_waits",
                Correctness,
                10,
                "`try_acquire` takes a free permit or gives `None`, and never waits",
                tries(),
            ),
            Check::visible(
                "gives_up_in_time",
                Correctness,
                10,
                "`acquire_timeout` waits until a permit comes or the time has run out, and no longer",
                gives_up(),
            ),
            Check::visible(
                "forgets_whoever_gave_up",
                Robustness,
                8,
                "whoever gave up leaves nothing behind in the line",
                forgets(),
            ),
            Check::visible(
                "stands_spurious_wakeups",
                Robustness,
                8,
                "a thread that wakes for no reason waits on",
                stands_wakeups(),
            ),
            Check::visible(
                "waits_asleep",
                Robustness,
                4,
                "waiting sleeps until the event: no busy loops, no polling, no pauses",
                asleep(),
            ),
        ],
    }
}

/// One driver twice, then two in turn.
pub(crate) fn gives_and_takes(permits: u64) -> Vec<Case> {
    let named = |what: &str| format!("{what}, {}", counted(permits));
    vec![
        Scene::new(&named("1 thread, twice"), permits).acquire(0).release(0).acquire(0).release(0).counts(),
        Scene::new(&named("2 threads in turn"), permits)
            .acquire(0)
            .release(0)
            .acquire(1)
            .release(1)
            .acquire(0)
            .release(0)
            .counts(),
    ]
}

fn counted(permits: u64) -> String {
    if permits == 1 { "1 permit".to_owned() } else { format!("{permits} permits") }
}

/// One more thread than there are permits.
pub(crate) fn one_too_many(permits: u16) -> Scene {
    let label = format!("{}, and one thread more", counted(u64::from(permits)));
    Scene::new(&label, u64::from(permits)).acquire_each(0..=permits).release_each(0..=permits)
}

fn never_too_many() -> Vec<Case> {
    let mut rounds = Scene::new("2 permits, 5 rounds with 3 threads", 2);
    for _ in 0..5 {
        rounds = rounds.acquire_each(0..3).release_each(0..3);
    }
    vec![
        one_too_many(1).counts(),
        one_too_many(2).counts(),
        one_too_many(5).counts(),
        Scene::new("no permit", 0).look(0).look(1).counts(),
        two_side_by_side().counts(),
        rounds.counts(),
        Scene::new("3 permits, one of them by `try_acquire`", 3)
            .try_it(0)
            .look(1)
            .acquire_each(1..4)
            .release(0)
            .look(0)
            .release_each(1..4)
            .acquire_each(0..4)
            .release_each(0..4)
            .counts(),
        random("a random script", 0, 3, Mixed::Looks).counts(),
        // As many as fit into 16 bits, and one more.
        Scene::new("65,536 permits, and 1 is taken", 65_536).try_it(0).acquire(1).release_each(0..2).counts(),
        Scene::new("1 thread takes and drops a permit 300 times", 1)
            .rounds(0, 300)
            .acquire(1)
            .release(1)
            .counts(),
    ]
}

fn two_side_by_side() -> Scene {
    Scene::new("2 semaphores with 1 permit each", 1)
        .acquire(0)
        .other()
        .acquire(1)
        .other()
        .acquire(2)
        .other()
        .acquire(3)
        .release(1)
        .other()
        .release(0)
        .release(2)
        .other()
        .release(3)
}

/// So many wait, and as many permits come back in a row.
pub(crate) fn all_at_once(waiting: u16) -> Scene {
    let permits = usize::from(waiting);
    let taken =
        Scene::new(&format!("{waiting} wait, and {waiting} permits come back in a row"), u64::from(waiting))
            .acquire_each(vec![0; permits]);
    taken.acquire_each(1..=waiting).release_in_a_row(0, permits).release_each(1..=waiting)
}

/// So many wait for the only permit.
pub(crate) fn one_by_one(waiting: u16) -> Scene {
    Scene::new(&format!("{waiting} wait for 1 permit"), 1).acquire_each(0..=waiting).release_each(0..=waiting)
}

fn lets_in() -> Vec<Case> {
    vec![
        one_by_one(1).counts(),
        one_by_one(3).counts(),
        all_at_once(3).counts(),
        all_at_once(8).counts(),
        many(one_by_one(40).counts()),
        Scene::new("a permit dropped on another thread", 1)
            .acquire(0)
            .acquire(1)
            .release_of(2, 0)
            .acquire(0)
            .release_of(2, 1)
            .release(0)
            .counts(),
        Scene::new("a panic drops the permit", 1)
            .acquire_each(0..3)
            .panic(0)
            .panic(1)
            .release(2)
            .acquire(0)
            .panic(0)
            .acquire(1)
            .release(1)
            .counts(),
        Scene::new("one waits at each of 2 semaphores", 1)
            .acquire(0)
            .other()
            .acquire(1)
            .acquire(2)
            .other()
            .acquire(3)
            .release(0)
            .other()
            .release(1)
            .release(2)
            .other()
            .release(3)
            .counts(),
    ]
}

/// So many wait, and all but the last wake up for nothing, one after the other: then the system would serve them in another order.
pub(crate) fn nudged_line(permits: u16, waiting: u16) -> Scene {
    let label = format!("{waiting} wait for {}, the first wakes up for nothing", counted(u64::from(permits)));
    let last = permits + waiting;
    Scene::new(&label, u64::from(permits)).acquire_each(0..last).nudge(permits).release_each(0..last)
}

fn in_order() -> Vec<Case> {
    vec![
        one_by_one(3).keeps_order(),
        nudged_line(1, 3).keeps_order(),
        many(nudged_line(1, 40).keeps_order()),
        random("a random script with wake-ups", 0, 1, Mixed::WakeUps).keeps_order(),
        random("a random script with wake-ups, 2 permits", 0, 2, Mixed::WakeUps).keeps_order(),
        Scene::new("4 wait for 1 permit, some wake up for nothing", 1)
            .acquire_each(0..5)
            .nudge_each([1, 2, 1])
            .release_each([0, 1])
            .nudge(3)
            .release_each(2..5)
            .keeps_order(),
        Scene::new("4 wait for 2 permits that come back in a row", 2)
            .acquire_each([0, 0])
            .acquire_each(1..5)
            // Now the second one wakes before the first, and sleeps again.
            .nudge_each([1, 2, 1])
            .release_in_a_row(0, 2)
            .release_each(1..5)
            .keeps_order(),
        back_and_forth(5),
        gives_up_before(1, 3).keeps_order(),
        Scene::new("3 wait, two of them with a time limit", 1)
            .acquire(0)
            .timed(1, HOUR)
            .acquire(2)
            .timed(3, FOREVER)
            .nudge_each([1, 2])
            .release_each(0..4)
            .keeps_order(),
    ]
}

/// One waits, and whoever drops the permit asks for it again at once, without any time: it has to let the other one go first.
fn back_and_forth(rounds: usize) -> Case {
    let scene = Scene::new("whoever drops the only permit asks for it at once, and another one waits", 1);
    let round = |scene: Scene, _| scene.acquire(1).release_and_look(0).acquire(0).release_and_look(1);
    (0..rounds).fold(scene.acquire(0), round).release(0).keeps_order()
}

fn tries() -> Vec<Case> {
    vec![
        Scene::new("all permits are out", 1).acquire(0).look(1).look(0).release(0).look(1).counts(),
        Scene::new("1 of 2 permits is free", 2)
            .acquire(0)
            .try_it(1)
            .look(2)
            .release(0)
            .look(2)
            .release(1)
            .counts(),
        Scene::new("others wait", 1)
            .acquire_each(0..3)
            .look(3)
            .release(0)
            .look(3)
            .release(1)
            .look(0)
            .release(2)
            .try_it(3)
            .look(0)
            .release(3)
            .counts(),
        Scene::new("others have given up", 1)
            .acquire(0)
            .timed(1, 30 * MS)
            .look(2)
            .timed(1, 30 * MS)
            .release(0)
            .try_it(2)
            .look(0)
            .release(2)
            .counts(),
    ]
}

fn stands_wakeups() -> Vec<Case> {
    vec![
        Scene::new("1 waits and wakes up for nothing", 1)
            .acquire_each(0..2)
            .nudge(1)
            .release_each(0..2)
            .counts(),
        Scene::new("3 wait and wake up for nothing, three times", 1)
            .acquire_each(0..4)
            .nudge_each([1, 2, 3].repeat(3))
            .release_each(0..4)
            .counts(),
        Scene::new("3 wait for an hour and wake up for nothing", 2)
            .acquire_each([0, 0])
            .timed(1, HOUR)
            .timed(2, FOREVER)
            .timed(3, HOUR)
            .nudge_each([1, 2, 3].repeat(2))
            .release_in_a_row(0, 2)
            .release_each(1..4)
            .counts(),
        many(
            Scene::new("40 wait for 2 permits and wake up for nothing", 2)
                .acquire_each(0..42)
                .nudge_each((2..42).rev())
                .release_each(0..42)
                .counts(),
        ),
    ]
}

/// What many threads that look again and again would take long for, and is played only where nobody does.
pub(crate) fn many(case: Case) -> Case {
    case.given(one_by_one(3).waits_asleep())
}

fn asleep() -> Vec<Case> {
    vec![
        one_by_one(3).waits_asleep(),
        Scene::new("3 wait for an hour, and longer", 1)
            .acquire(0)
            .timed(1, HOUR)
            .timed(2, FOREVER)
            .timed(3, HOUR)
            .release_each(0..4)
            .waits_asleep(),
        Scene::new("900 ms, and no permit comes", 1).acquire(0).timed(1, 900 * MS).release(0).waits_asleep(),
        all_at_once(3).waits_asleep(),
        Scene::new("12 threads hold one of 4 permits for 10 ticks", 4).hold_all(&[10; 12]).waits_asleep(),
    ]
}
