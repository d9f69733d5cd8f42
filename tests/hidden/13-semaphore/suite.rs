//! Exercise 13, semaphore: more permits, longer lines, and scripts by chance.

use super::visible;

use crate::Exercise;
use judge::suite::{Case, Suite};
use visible::{HOUR, Scene};

/// What the grader is told of this exercise.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    suite.extend("gives_a_permit_and_takes_it_back", visible::gives_and_takes(3));
    suite.extend("never_lets_too_many_in", counts(seed));
    suite.extend("lets_the_next_in", lets_in());
    suite.extend("uses_every_permit", busy(seed));
    suite.extend("serves_in_the_order_of_arrival", orders(seed));
    suite.extend("try_never_waits", tries());
    suite.extend("gives_up_in_time", limits());
    suite.extend("forgets_whoever_gave_up", forgets());
    suite.extend("stands_spurious_wakeups", wakeups());
    suite
}

/// A random script for this seed and number of permits.
fn random(seed: u64, permits: u64, mixes: bool) -> Scene {
    let what = if mixes { "everything mixed" } else { "acquire and drop" };
    visible::random(
        &format!("{what} by chance, {permits} permits"),
        seed.wrapping_add(permits),
        permits,
        mixes,
    )
}

fn counts(seed: u64) -> Vec<Case> {
    let many = [visible::one_too_many(64)].map(Scene::counts);
    many.into_iter().chain((1..=4).map(|permits| random(seed, permits, false).counts())).collect()
}

fn lets_in() -> Vec<Case> {
    let one_by_one = [8, 40].map(|waiting| visible::one_by_one(waiting).counts());
    let at_once = [8, 40, 70].map(|waiting| visible::all_at_once(waiting).counts());
    one_by_one.into_iter().chain(at_once).collect()
}

fn busy(seed: u64) -> Vec<Case> {
    let times = |length| judge::scenario::durations::shuffled(length, seed);
    [1, 7, 16]
        .map(|permits| {
            let label = format!("20 threads hold one of {permits} permits, for times by chance");
            Scene::new(&label, permits).hold_all(&times(20)).is_busy()
        })
        .into()
}

fn orders(seed: u64) -> Vec<Case> {
    let nudged = [(2, 3), (3, 5), (1, 40), (1, 70)];
    let nudged = nudged.map(|(permits, waiting)| visible::nudged_line(permits, waiting).keeps_order());
    nudged.into_iter().chain((1..=4).map(|permits| random(seed, permits, true).keeps_order())).collect()
}

fn tries() -> Vec<Case> {
    vec![
        Scene::new("others have given up", 1)
            .acquire(0)
            .timed(1, 30)
            .look(2)
            .timed(1, 30)
            .release(0)
            .try_it(2)
            .look(0)
            .release(2)
            .counts(),
        Scene::new("64 permits, one by one", 64)
            .acquire_each([0; 63])
            .look(1)
            .try_it(1)
            .look(0)
            .release_in_a_row(0, 63)
            .look(0)
            .release(1)
            .counts(),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        Scene::new("3 give up one after the other, and get a permit later", 2)
            .acquire_each([0, 0])
            .timed(1, 10)
            .timed(2, 20)
            .timed(3, 30)
            .release(0)
            .timed(1, 30)
            .release(0)
            .timed(2, HOUR)
            .look(3)
            .release_each([1, 2])
            .counts(),
    ]
}

fn forgets() -> Vec<Case> {
    vec![
        visible::given_up("3 give up in a row, others before and behind", 1, 3, 2).counts(),
        visible::given_up("40 wait, one gives up behind them", 40, 1, 1).counts(),
    ]
}

fn wakeups() -> Vec<Case> {
    let label = "40 wait for 2 permits and wake up for nothing";
    vec![Scene::new(label, 2).acquire_each(0..42).nudge_each((2..42).rev()).release_each(0..42).counts()]
}
