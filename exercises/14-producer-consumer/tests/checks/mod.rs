//! The promises of `BoundedBuffer` and of the pipeline, and what puts them to the proof.
//!
//! [`suite`] holds the visible cases. [`Scene`] (the buffer) and [`Pipeline`] make further ones. A scene ends with a closed buffer: a right
//! answer ends.

mod flow;
mod pipeline;
pub(crate) mod queue;
mod random;
mod scene;

use judge::checks::PanicsNaming;
use judge::scenario::{Script, durations};
use judge::suite::{Case, Category, Check, Suite};

pub(crate) use pipeline::Pipeline;
pub(crate) use random::random;
pub(crate) use scene::Scene;

use super::shared::BUFFER;

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Ordering, Robustness, Speedup};
    Suite {
        id: "14",
        name: "producer-consumer",
        supplied: &["produce", "consume", "put", "get", "close"],
        checks: vec![
            Check::visible(
                "passes_an_item_on",
                Correctness,
                4,
                "an item that was put in comes out",
                vec![
                    Scene::new("put and get", 2).put(0).get(0).close(0).keeps_contract(),
                    Scene::new("put by one, got by another", 2)
                        .put(0)
                        .get(1)
                        .put(1)
                        .get(0)
                        .close(0)
                        .keeps_contract(),
                    Scene::new("got before it was put", 2).get(1).put(0).close(0).keeps_contract(),
                    // As many as fit into 16 bits, and one more.
                    Scene::new("a capacity of 65,536", 65_536).put(0).get(0).close(0).keeps_contract(),
                ],
            ),
            Check::visible("keeps_the_order", Ordering, 12, "first in, first out", orders()),
            Check::visible(
                "waits_while_full",
                Correctness,
                8,
                "`put` waits while the buffer is full, and no longer",
                vec![
                    full(1),
                    full(2),
                    full(3),
                    // Whoever waits at the first one came first, and is not meant.
                    Scene::new("one waits at each of 2 full buffers", 1)
                        .put_each([0, 0])
                        .other()
                        .put_each([1, 2])
                        .get_each([3, 3, 3])
                        .other()
                        .get(1)
                        .other()
                        .put(2)
                        .close(1)
                        .other()
                        .get(1)
                        .close(1)
                        .keeps_contract(),
                    Scene::new("items of type `()`, which take no memory", 2)
                        .of_units()
                        .put_in_a_row(0, 2)
                        .put(1)
                        .get(2)
                        .get_in_a_row(2, 2)
                        .close(0)
                        .keeps_contract(),
                    no_capacity(),
                ],
            ),
            Check::visible(
                "waits_while_empty",
                Correctness,
                8,
                "`get` waits while the buffer is empty, and no longer",
                vec![
                    empty(1),
                    empty(3),
                    Scene::new("one waits at each of 2 empty buffers", 1)
                        .get(1)
                        .other()
                        .get(2)
                        .put(0)
                        .other()
                        .put(0)
                        .close(0)
                        .other()
                        .close(0)
                        .keeps_contract(),
                ],
            ),
            Check::visible(
                "wakes_whoever_can_go_on",
                Robustness,
                10,
                "for each item that comes one waiting `get` goes on, for each place one waiting `put`",
                wakes(),
            ),
            Check::visible(
                "closes",
                Correctness,
                12,
                "after `close` no item goes in, and what is in still comes out",
                closes(),
            ),
            Check::visible(
                "close_wakes_everybody",
                Robustness,
                8,
                "`close` ends every wait",
                vec![closed_while_empty(3), closed_while_full(3)],
            ),
            Check::visible(
                "stands_spurious_wakeups",
                Robustness,
                6,
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
            Check::visible(
                "runs_a_pipeline",
                Correctness,
                4,
                "each item is consumed once, in the order of its source, on other threads",
                pipelines(),
            ),
            Check::visible(
                "holds_producers_back",
                Robustness,
                6,
                "sources are at most `capacity` items ahead, and one that each holds",
                vec![slow_consumers(1), slow_consumers(4)],
            ),
            Check::visible(
                "keeps_consumers_busy",
                Speedup,
                6,
                "a consumer is idle only while there is nothing to consume",
                busy(),
            ),
            Check::visible(
                "a_panic_hangs_nobody",
                Robustness,
                4,
                "a panic in `produce` or `consume` reaches the caller, and nobody waits forever",
                panics(),
            ),
        ],
    }
}

fn orders() -> Vec<Case> {
    let by_chance = |capacity: usize| {
        let label = format!("a random script, capacity {capacity}");
        random(&label, 0, capacity).keeps_contract()
    };
    let mut cases = vec![keeps_order(1), keeps_order(4), blocked_puts(1), blocked_puts(3)];
    cases.extend((1..=3).map(by_chance));
    cases
}

/// In, partly out, more in, all out: a ring wraps round.
pub(crate) fn keeps_order(capacity: u16) -> Case {
    let fill = |scene: Scene| scene.put_each(vec![0; usize::from(capacity)]);
    let half = usize::from(capacity).div_ceil(2);
    let scene = fill(Scene::new(
        &format!("filled, half emptied and filled again, capacity {capacity}"),
        capacity.into(),
    ));
    let scene = scene.get_each(vec![1; half]).put_each(vec![0; half]);
    fill(scene.get_each(vec![1; capacity.into()]))
        .get_each(vec![0; capacity.into()])
        .close(1)
        .keeps_contract()
}

fn blocked_puts(capacity: u16) -> Case {
    Scene::new(&format!("3 wait with their items, capacity {capacity}"), capacity.into())
        .put_each(vec![0; capacity.into()])
        .put_each(1..4)
        .get_each(vec![0; usize::from(capacity) + 3])
        .close(0)
        .keeps_contract()
}

/// One item more than there is room for.
pub(crate) fn full(capacity: u64) -> Case {
    let items = usize::try_from(capacity).expect("it is small");
    Scene::new(&format!("one item more than a capacity of {capacity}"), items)
        .put_in_a_row(0, capacity)
        .put(1)
        .get(0)
        .put(2)
        .get(0)
        .get_in_a_row(0, items)
        .close(0)
        .keeps_contract()
}

fn no_capacity() -> Case {
    let scenario = Script::of(1).scenario("a capacity of 0", BUFFER, &[0]);
    Case::of(scenario).and(PanicsNaming { argument: "capacity" })
}

/// So many wait for items, which come one by one.
pub(crate) fn empty(waiting: u16) -> Case {
    Scene::new(&format!("{waiting} wait for an item"), 2)
        .get_each(1..=waiting)
        .put_each(vec![0; waiting.into()])
        .close(0)
        .keeps_contract()
}

fn wakes() -> Vec<Case> {
    vec![
        items_in_a_row(3, 4),
        Scene::new("3 wait with items, 3 places become free in a row", 3)
            .put_in_a_row(0, 3)
            .put_each(1..4)
            .get_in_a_row(0, 3)
            .get_in_a_row(0, 3)
            .close(0)
            .keeps_contract(),
        Scene::new("2 wait, 2 items come in a row, 20 times", 4)
            .times(20, |scene| scene.get_each(1..3).put_in_a_row(0, 2))
            .close(0)
            .keeps_contract(),
        Scene::new("a capacity of 1: 2 wait, 3 items come in a row, a third one gets, 20 times", 1)
            .times(20, |scene| scene.get_each(1..3).put_in_a_row(0, 3).get(3))
            .close(4)
            .keeps_contract(),
    ]
}

/// So many wait, and as many items come in a row.
pub(crate) fn items_in_a_row(waiting: u16, capacity: usize) -> Case {
    Scene::new(
        &format!("{waiting} wait, as many items come in a row, with a capacity of {capacity}"),
        capacity,
    )
    .get_each(1..=waiting)
    .put_in_a_row(0, waiting.into())
    .close(0)
    .keeps_contract()
}

fn closes() -> Vec<Case> {
    vec![
        Scene::new("closed with items in it", 3)
            .put_each([0, 0])
            .close(1)
            .get(0)
            .get(1)
            .get_each([0, 1])
            .keeps_contract(),
        // More often than there may be threads.
        Scene::new("closed, and `get` is called 1,100 times", 3)
            .put(0)
            .close(1)
            .get_in_a_row(0, 1_100)
            .keeps_contract(),
        Scene::new("closed with 2 items in it, which nobody takes", 3)
            .put_each([0, 0])
            .close(1)
            .put(0)
            .keeps_contract(),
        Scene::new("put after the close", 3).put(0).close(0).put(1).get(1).put(0).get(0).keeps_contract(),
        Scene::new("closed twice, full", 1).put(0).close(0).close(1).put(1).get(1).get(0).keeps_contract(),
        Scene::new("one of 2 buffers is closed", 2)
            .close(0)
            .put(0)
            .other()
            .put(0)
            .get(1)
            .get(2)
            .put(0)
            .close(0)
            .keeps_contract(),
    ]
}

/// So many wait for items when it is closed.
pub(crate) fn closed_while_empty(waiting: u16) -> Case {
    Scene::new(&format!("closed while {waiting} wait for items"), 2)
        .get_each(1..=waiting)
        .close(0)
        .get(0)
        .keeps_contract()
}

/// So many wait for room when it is closed.
pub(crate) fn closed_while_full(waiting: u16) -> Case {
    Scene::new(&format!("closed while {waiting} wait for room"), 1)
        .put(0)
        .put_each(1..=waiting)
        .close(0)
        .get(0)
        .get(0)
        .keeps_contract()
}

fn stands_wakeups() -> Vec<Case> {
    vec![
        Scene::new("3 wait for items and wake up for nothing", 2)
            .get_each(1..4)
            .nudge_each([1, 2, 3, 1])
            .put(0)
            .put(0)
            .put(0)
            .close(0)
            .keeps_contract(),
        Scene::new("2 wait for room and wake up for nothing", 1)
            .put(0)
            .put_each(1..3)
            .nudge_each([1, 2, 1])
            .get_each([0, 0, 0])
            .close(0)
            .keeps_contract(),
        Scene::new("2 wait for items again after another item and wake up for nothing", 2)
            .get_each(1..3)
            .put(0)
            .put(0)
            .get_each(1..3)
            .nudge_each([1, 2])
            .close(0)
            .keeps_contract(),
    ]
}

fn asleep() -> Vec<Case> {
    vec![
        Scene::new("3 wait for an item, which come later", 2)
            .get_each(1..4)
            .put_each([0, 0, 0])
            .close(0)
            .waits_asleep(),
        Scene::new("2 wait for room, which comes later", 1)
            .put(0)
            .put_each(1..3)
            .get_each([0, 0, 0])
            .close(0)
            .waits_asleep(),
        Pipeline::new("a pipeline with slow consumers", &[4, 4], 2, 1).taking(&[10], &[500]).waits_asleep(),
        Pipeline::new("a pipeline with slow sources", &[3, 3], 2, 1).taking(&[500], &[10]).waits_asleep(),
    ]
}

fn pipelines() -> Vec<Case> {
    vec![
        Pipeline::new("2 sources of 3 items, 2 consumers", &[3, 3], 2, 2).taking(&[10], &[20]).consumes_all(),
        Pipeline::new("1 source of 5 items, 1 consumer", &[5], 1, 1).taking(&[10], &[30]).consumes_all(),
        Pipeline::new("no sources", &[], 2, 2).consumes_all(),
        Pipeline::new("3 sources, one of them without items", &[2, 0, 4], 2, 1)
            .taking(&[10, 40], &[20])
            .consumes_all(),
        Pipeline::new("more consumers than items", &[1, 1], 6, 4).taking(&[10], &[20]).consumes_all(),
        Pipeline::new("8 sources, 3 consumers", &[4, 0, 7, 1, 3, 5, 2, 6], 3, 2)
            .taking(&durations::shuffled(9, 1), &durations::shuffled(7, 2))
            .consumes_all(),
        Pipeline::new("0 consumers", &[2], 0, 1).refuses("consumers"),
        Pipeline::new("0 consumers and no sources", &[], 0, 1).refuses("consumers"),
        Pipeline::new("0 capacity", &[2], 1, 0).refuses("capacity"),
        Pipeline::new("0 capacity and no sources", &[], 1, 0).refuses("capacity"),
    ]
}

/// Consumers that take long.
pub(crate) fn slow_consumers(capacity: usize) -> Case {
    let label = format!("2 sources, 2 consumers that take long, with a capacity of {capacity}");
    Pipeline::new(&label, &[12, 12], 2, capacity).taking(&[10], &[1_000]).holds_back()
}

fn busy() -> Vec<Case> {
    vec![
        Pipeline::new("1 source, 4 consumers that take four times as long", &[24], 4, 2)
            .taking(&[10], &[40])
            .keeps_going(),
        Pipeline::new("2 sources, 3 consumers, uneven items", &[12, 9], 3, 3)
            .taking(&[10, 30, 20], &[50, 10, 90, 20])
            .keeps_going(),
        Pipeline::new("4 sources, 5 consumers, all different", &[6, 9, 4, 8], 5, 3)
            .taking(&durations::shuffled(11, 1), &durations::shuffled(13, 2))
            .keeps_going(),
        Pipeline::new("2 slow sources, 2 consumers", &[6, 6], 2, 1).taking(&[100, 70], &[10]).keeps_going(),
        many_on_both_sides(70),
    ]
}

/// So many sources, and as many consumers: each has a thread of its own.
fn many_on_both_sides(threads: usize) -> Case {
    let label = format!("{threads} sources, {threads} consumers");
    Pipeline::new(&label, &vec![2; threads], threads, 2).taking(&[10], &[500]).keeps_going()
}

fn panics() -> Vec<Case> {
    vec![
        Pipeline::new("a source panics, consumers wait", &[3, 3], 2, 1)
            .taking(&[50], &[10])
            .bad_produce(0, 1)
            .panics(),
        Pipeline::new("the only consumer panics, sources wait for room", &[8, 8], 1, 1)
            .taking(&[10], &[200])
            .bad_consume(0, 0)
            .bad_consume(1, 0)
            .panics(),
        Pipeline::new("all consumers panic", &[8], 2, 1)
            .taking(&[10], &[100])
            .bad_consume(0, 0)
            .bad_consume(0, 1)
            .panics(),
        Pipeline::new("both sides panic", &[9, 9], 3, 2)
            .taking(&[10], &[30])
            .bad_produce(1, 3)
            .bad_consume(0, 2)
            .panics(),
        Pipeline::new("the last item panics, long after its source has ended", &[3], 2, 4)
            .taking(&[10], &[100])
            .bad_consume(0, 2)
            .panics(),
    ]
}
