//! What scripts do in each case.

use judge::scenario::{Ticks, durations};
use judge::words::thousands;

use super::super::shared::Step::{
    self, Ask, AwaitSleep, BlockOn, Busy, DropHandle, DropSleep, Join, Keep, Make, Panic, PollHandle,
    PollSleep, PollSleeps, Spawn, SpawnByThread, SpawnInDrop, SpawnLater, Wait, Wake, WakeByOldest,
    WakeByThread, WakeInDrop, WakeLater, WakeSelf, WakeSelfByThread, WokenInNow, WokenInPark,
};
use super::plot::{MAIN, Plot, pause, sleep};

/// The tasks of a story with so many.
fn numbers(tasks: u64) -> impl DoubleEndedIterator<Item = u64> + Clone {
    2..2 + tasks
}

/// Spawns them, does something, and joins them.
pub(super) fn around(tasks: u64, steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let spawns = numbers(tasks).map(Spawn);
    spawns.chain(steps).chain(numbers(tasks).map(Join)).collect()
}

/// A plot of one task.
fn with_one(label: &str, before: &[Step], task: &[Step]) -> Plot {
    Plot::new(label, around(1, before.iter().copied())).task(task.iter().copied())
}

pub(crate) fn ready_at_once() -> Plot {
    Plot::new("a future that is ready at once", [])
}

pub(crate) fn ready_at_the_second_poll() -> Plot {
    Plot::new("a future that wakes itself once", [WakeSelf])
}

pub(crate) fn waits() -> Plot {
    Plot::new("a future that waits for something that takes 100 ms", [Ask(0)]).asks([100])
}

pub(crate) fn one_task() -> Plot {
    with_one("1 task", &[], &[Ask(0)]).asks([20])
}

pub(crate) fn awaited_early(tasks: u64) -> Plot {
    let ticks = durations::shuffled(usize::try_from(tasks).expect("few"), 5);
    Plot::new(format!("{tasks} tasks, awaited before they end"), around(tasks, []))
        .tasks(0..tasks, |task| [Ask(task)])
        .asks(ticks)
}

pub(crate) fn awaited_late(tasks: u64) -> Plot {
    Plot::new(format!("{tasks} tasks, awaited after they have ended"), around(tasks, [Ask(tasks)]))
        .tasks(0..tasks, |task| [Ask(task)])
        .asks((0..tasks).map(|task| 10 + task).chain([500]))
}

pub(crate) fn awaited_by_another() -> Plot {
    let main = [Spawn(2), PollHandle(2), Spawn(3), Join(3)];
    Plot::new("a task whose handle is polled here first, and then awaited by another task", main)
        .task([Ask(0)])
        .task([Join(2)])
        .asks([30])
}

pub(crate) fn spawned_in_a_task() -> Plot {
    Plot::new("a task that spawns another one and awaits it", [Spawn(2), Join(2)])
        .task([Spawn(3), Join(3)])
        .task([Ask(0)])
        .asks([30])
}

pub(crate) fn spawned_by_a_thread() -> Plot {
    Plot::new("a task that another thread spawns", [SpawnByThread(2), Join(2)]).task([Ask(0)]).asks([30])
}

pub(crate) fn very_many(tasks: u64) -> Plot {
    Plot::new(format!("{} tasks that are ready at once", thousands(tasks)), around(tasks, []))
        .tasks(0..tasks, |_| [])
}

pub(crate) fn one_of_many(tasks: u64, times: usize) -> Plot {
    let again = (1..=times).flat_map(|time| [Wake(2), pause(time as u64)]);
    let rest = numbers(tasks).skip(1).map(Wake);
    let steps = [pause(0)].into_iter().chain(again).chain(rest);
    Plot::new(format!("{tasks} tasks, and one of them is woken {times} times"), around(tasks, steps))
        .task(vec![Wait; times])
        .tasks(1..tasks, |_| [Wait])
}

pub(crate) fn woken_five_times() -> Plot {
    let twice = [pause(0), Wake(2), Wake(2), WakeByThread(2), WakeByThread(2), Wake(2)];
    with_one("a task that is woken five times before its poll", &twice, &[Wait, Ask(0)]).asks([30])
}

pub(crate) fn woken_before_its_turn() -> Plot {
    Plot::new(
        "a task that is woken again while it waits for its turn",
        around(2, [pause(0), Wake(2), Wake(3)]),
    )
    .task([Wait, Wake(3)])
    .task([Wait, Ask(0)])
    .asks([30])
}

pub(crate) fn woken_in_turns() -> Plot {
    let steps = [pause(0), Wake(2), Wake(3), Wake(2)];
    Plot::new(
        "2 tasks that are woken in one poll, the first one before and after the second",
        around(2, steps),
    )
    .task([Wait, Ask(0)])
    .task([Wait, Ask(1)])
    .asks([30, 40])
}

pub(crate) fn woken_when_others_have_come() -> Plot {
    let late = [pause(0), Wake(2), WakeByOldest(2), WakeByThread(2), pause(1)];
    let main = [Spawn(2), Join(2), Spawn(3)].into_iter().chain(late).chain([Wake(3), Join(3)]);
    Plot::new("a task that is woken after its end, when another one has been spawned", main)
        .task([])
        .task([Wait])
}

pub(crate) fn main_woken_after_its_end() -> Plot {
    Plot::new(
        "a future of `block_on` that is woken after its end, in the next `block_on`",
        [Spawn(2), pause(0)],
    )
    .outside([BlockOn(MAIN), BlockOn(3)])
    .task([Ask(0), Wake(MAIN), WakeByThread(MAIN), Ask(1)])
    .task([Ask(2), Join(2)])
    .asks([20, 60, 40])
}

pub(crate) fn sleepers(tasks: u64) -> Plot {
    sleepers_by_chance(tasks, 9).called(&format!("{} tasks that sleep, shuffled", thousands(tasks)))
}

/// Of many several end together.
pub(crate) fn sleepers_by_chance(tasks: u64, seed: u64) -> Plot {
    let lengths = durations::shuffled(usize::try_from(tasks).expect("few"), seed).into_iter();
    Plot::new(format!("{tasks} tasks that sleep, by chance"), around(tasks, []))
        .tasks((0..tasks).zip(lengths), |(task, length)| sleep(task, 1 + length % 60))
}

/// The second half of them is made later, and is shorter.
pub(crate) fn equal_sleepers(tasks: u64) -> Plot {
    let (early, late) = numbers(tasks).partition::<Vec<u64>, _>(|task| *task < 2 + tasks / 2);
    let made = |task: &u64, ms| Make(task - 2, ms);
    let spawned = |tasks: &[u64]| tasks.iter().copied().map(Spawn).collect::<Vec<_>>();
    let first = early.iter().map(|task| made(task, 100)).chain(spawned(&early)).chain([Ask(0)]);
    let then = late.iter().map(|task| made(task, 10)).chain(spawned(&late));
    // Awaited neither in the order of their making nor in its reverse.
    let awaits =
        |of: &[u64]| (0..).zip(of).map(|(place, _)| of[place * 7 % of.len()] - 2).collect::<Vec<_>>();
    Plot::new(
        format!("{tasks} sleeps that end at the same time, half of them made later"),
        first.chain(then).chain(numbers(tasks).map(Join)),
    )
    .tasks([awaits(&early), awaits(&late)].concat(), |sleep| [AwaitSleep(sleep)])
    .asks([90])
}

pub(crate) fn equal_waits(tasks: u64) -> Plot {
    Plot::new(format!("{tasks} tasks that wait for 100 ms each"), around(tasks, []))
        .tasks(0..tasks, |task| [Ask(task)])
        .asks((0..tasks).map(|_| 100))
}

pub(crate) fn woken_again() -> Plot {
    let steps = [pause(0), Wake(2), pause(1), Wake(2), pause(2), Wake(2)];
    with_one("a task that is woken three times, one after the other", &steps, &[Wait, Wait, Wait])
}

pub(crate) fn woken_in_its_poll() -> Plot {
    with_one("a task that wakes itself in its poll, three times", &[], &[WakeSelf, WakeSelf, WakeSelf])
}

pub(crate) fn woken_in_its_poll_by_a_thread() -> Plot {
    let thrice = [WakeSelfByThread, WakeSelfByThread, WakeSelfByThread];
    with_one("a task that another thread wakes during its poll, three times", &[], &thrice)
}

pub(crate) fn main_woken_in_its_poll() -> Plot {
    let steps = [WakeSelf, WakeSelfByThread, WakeSelf, WakeSelfByThread];
    Plot::new("the future of `block_on` is woken during its poll, four times", steps)
}

pub(crate) fn woken_as_it_lies_down() -> Plot {
    with_one(
        "a task that another thread wakes as the loop goes to sleep",
        &[],
        &[WokenInPark, Ask(0), WokenInPark],
    )
    .asks([20])
}

pub(crate) fn main_woken_as_it_lies_down() -> Plot {
    Plot::new(
        "the future of `block_on` is woken by another thread as the loop goes to sleep",
        [WokenInPark, Ask(0), WokenInPark],
    )
    .asks([20])
}

pub(crate) fn woken_as_it_looks_at_the_clock(nows: u64) -> Plot {
    let which = ["first", "second", "third"][usize::from(nows > 0) + usize::from(nows > 1)];
    let label =
        format!("a task that another thread wakes inside of `now`, in the {which} call from there on");
    Plot::new(label, [Make(0, 500), PollSleep(0), Spawn(2), Join(2)])
        .task([WokenInNow(nows), Ask(0), WokenInNow(nows)])
        .asks([20])
}

pub(crate) fn woken_while_it_sleeps() -> Plot {
    Plot::new(
        "a task that another thread wakes after 30 ms, while the loop sleeps",
        [WakeLater(0, 2), Spawn(2), Spawn(3), Join(2), Join(3)],
    )
    .task([Wait])
    .task([Ask(0)])
    .later([30])
    .asks([70])
}

pub(crate) fn spawned_while_it_sleeps() -> Plot {
    Plot::new(
        "a task that another thread spawns after 30 ms, while the loop sleeps",
        [SpawnLater(0, 2), Ask(0), Join(2)],
    )
    .task([])
    .later([30])
    .asks([70])
}

pub(crate) fn woken_between_two_calls() -> Plot {
    Plot::new(
        "two tasks that are woken between two calls of `block_on`, and one that is spawned there",
        [Spawn(2), Spawn(3), pause(0)],
    )
    .outside([BlockOn(MAIN), WakeByThread(2), Wake(3), SpawnByThread(4), BlockOn(5)])
    .tasks(0..3, |task| [Ask(task)])
    .task([Join(2), Join(3), Join(4)])
    .asks([30, 40, 20])
}

pub(crate) fn woken_by_an_ended_one() -> Plot {
    Plot::new("a task that another one wakes in its last poll", around(2, []))
        .task([Wait])
        .task([Ask(0), Wake(2)])
        .asks([20])
}

pub(crate) fn woken_by_the_oldest_waker() -> Plot {
    let steps = [pause(0), WakeByOldest(2), pause(1), WakeByOldest(2), pause(2), WakeByOldest(2)];
    with_one("a task that is woken by the waker of its first poll, three times", &steps, &[Wait, Wait, Wait])
}

pub(crate) fn woken_together(tasks: u64) -> Plot {
    let mut order: Vec<u64> = numbers(tasks).collect();
    order.sort_by_key(|task| (task * 7919) % 1013);
    let steps = [pause(0)].into_iter().chain(order.into_iter().map(Wake));
    Plot::new(format!("{tasks} tasks that are woken in one poll, shuffled"), around(tasks, steps))
        .tasks(0..tasks, |_| [Wait])
}

pub(crate) fn woken_by_all() -> Plot {
    let steps = [pause(0), WakeByThread(3), Wake(5), WakeByThread(2), Wake(4)];
    Plot::new("4 tasks that are woken in one poll, by it and by other threads in turn", around(4, steps))
        .tasks(0..4, |_| [Wait])
}

pub(crate) fn one_sleep(ms: Ticks) -> Plot {
    Plot::new(format!("a sleep of {} ms", thousands(ms)), sleep(0, ms))
}

pub(crate) fn the_longer_sleep_last() -> Plot {
    Plot::new("sleeps of 30 and of 90 ms", around(2, [])).task(sleep(0, 30)).task(sleep(1, 90))
}

pub(crate) fn a_sleep_is_dropped() -> Plot {
    let main = [Make(0, 30), PollSleep(0), Make(1, 80), PollSleep(1), DropSleep(0), AwaitSleep(1)];
    Plot::new("sleeps of 30 and of 80 ms, and the first one is dropped", main)
}

pub(crate) fn the_only_sleep_is_dropped() -> Plot {
    let main = [Make(0, 30), PollSleep(0), DropSleep(0), Ask(0)];
    Plot::new("a sleep of 30 ms that is dropped, and something else that takes 100 ms", main).asks([100])
}

pub(crate) fn one_of_equal_sleeps_is_dropped() -> Plot {
    let made = [Make(0, 50), Make(1, 50), Make(2, 50), PollSleep(1)];
    let main = made.into_iter().chain(around(2, [pause(0), DropSleep(1)]));
    Plot::new("3 sleeps that end at the same time, and the second one is dropped", main)
        .task([AwaitSleep(0)])
        .task([AwaitSleep(2)])
}

pub(crate) fn polled_again_and_dropped() -> Plot {
    let first = [Make(0, 30), PollSleep(0), WakeSelf, PollSleep(0), WakeSelf];
    let main = first.into_iter().chain([Make(1, 80), PollSleeps(0, 1), DropSleep(0), Wait, AwaitSleep(1)]);
    Plot::new("a sleep of 30 ms that is polled three times and dropped, beside one with the same waker", main)
}

pub(crate) fn made_before_it_is_awaited() -> Plot {
    Plot::new("a sleep of 50 ms that is awaited 30 ms later", [Make(0, 50), Ask(0), AwaitSleep(0)]).asks([30])
}

pub(crate) fn over_before_it_is_awaited() -> Plot {
    Plot::new("a sleep of 20 ms that is awaited 30 ms later", [Make(0, 20), Ask(0), AwaitSleep(0)]).asks([30])
}

pub(crate) fn made_late_in_a_poll() -> Plot {
    let main = [Busy(0), Make(0, 10), AwaitSleep(0)];
    Plot::new("a sleep of 10 ms that is made in a poll that has taken 30 ms by then", main).busy([30])
}

pub(crate) fn woken_while_somebody_sleeps() -> Plot {
    let main = [Spawn(2), Ask(0), Wake(2), pause(0), Wake(2), Join(2)];
    Plot::new("a sleep of 50 ms whose task is woken after 20 ms by somebody else", main)
        .task(sleep(0, 50))
        .asks([20])
}

pub(crate) fn handed_on() -> Plot {
    Plot::new(
        "a sleep that is polled here first, and then awaited by another task",
        [Make(0, 50), PollSleep(0), Spawn(2), Join(2)],
    )
    .task([AwaitSleep(0)])
}

pub(crate) fn due_while_busy() -> Plot {
    let main = around(4, []);
    Plot::new("sleeps of 30, 10 and 20 ms that end while a poll takes 50 ms", main)
        .task(sleep(0, 30))
        .task(sleep(1, 10))
        .task(sleep(2, 20))
        .task([WakeSelf, Busy(0)])
        .busy([50])
}

pub(crate) fn self_wakers(tasks: u64, times: usize) -> Plot {
    Plot::new(format!("{tasks} tasks that wake themselves {times} times"), around(tasks, []))
        .tasks(0..tasks, |_| vec![WakeSelf; times])
}

pub(crate) fn one_that_goes_on(times: usize) -> Plot {
    Plot::new(format!("a task that wakes itself {times} times, beside three others"), around(4, []))
        .task(vec![WakeSelf; times])
        .tasks(0..3, |_| [WakeSelf; 20])
}

pub(crate) fn main_beside_one_that_goes_on(times: usize) -> Plot {
    let label = format!("a future of `block_on` that wakes itself, beside a task that does so {times} times");
    Plot::new(label, [Spawn(2), WakeSelf, WakeSelf, Join(2)]).task(vec![WakeSelf; times])
}

pub(crate) fn main_that_goes_on(times: usize) -> Plot {
    let main = [Spawn(2)].into_iter().chain(vec![WakeSelf; times]).chain([Join(2)]);
    Plot::new(format!("a future of `block_on` that wakes itself {times} times, beside a task"), main)
        .task([WakeSelf, WakeSelf])
}

pub(crate) fn busy_beside_a_sleep(polls: u64, ms: Ticks) -> Plot {
    let busy = (0..polls).flat_map(|poll| [Busy(poll), WakeSelf]);
    Plot::new(
        format!("a task that wakes itself {polls} times, in polls of 1 ms, beside a sleep of {ms} ms"),
        around(2, []),
    )
    .task(sleep(0, ms))
    .task(busy)
    .busy((0..polls).map(|_| 1))
}

pub(crate) fn panics_at_first() -> Plot {
    Plot::new("3 tasks, and the second one panics in its first poll", around(3, []))
        .task([Ask(0)])
        .task([Panic])
        .task([Ask(1)])
        .asks([20, 30])
}

pub(crate) fn panics_later() -> Plot {
    Plot::new("3 tasks, and the second one panics after 25 ms", around(3, []))
        .task([Ask(0)])
        .task([Ask(2), Panic])
        .task([Ask(1)])
        .asks([20, 30, 25])
}

pub(crate) fn panics_unawaited() -> Plot {
    Plot::new("2 tasks; one panics before its handle is polled", around(2, [Ask(1)]))
        .task([Panic])
        .task([Ask(0)])
        .asks([20, 50])
}

pub(crate) fn main_panics() -> Plot {
    Plot::new(
        "the future of `block_on` panics after 10 ms, and the loop is used again",
        [Spawn(2), Ask(0), Panic],
    )
    .outside([BlockOn(MAIN), BlockOn(3)])
    .task([Ask(1)])
    .task([Join(2)])
    .asks([10, 30])
}

pub(crate) fn main_panics_while_others_are_ready() -> Plot {
    Plot::new(
        "the future of `block_on` panics while two tasks are ready, and a second one awaits them",
        [Spawn(2), Spawn(3), Wait, Wake(2), Panic],
    )
    .outside([BlockOn(MAIN), BlockOn(4)])
    .task([Wait])
    .task([pause(0), Wake(MAIN), WakeSelf])
    .task([Join(2), Join(3)])
}

pub(crate) fn handles_are_dropped() -> Plot {
    let steps = [Spawn(2), DropHandle(2), Spawn(3), Ask(0), DropHandle(3), Ask(1)];
    Plot::new("2 tasks whose handles are dropped, at once and later", steps)
        .task([Ask(2)])
        .task([Ask(3)])
        .asks([10, 50, 30, 30])
}

pub(crate) fn dropped_at_its_end() -> Plot {
    Plot::new("a task that ends after 10 ms, and whose handle is awaited later", around(1, [Ask(1)]))
        .task([Ask(0)])
        .asks([10, 50])
}

pub(crate) fn ends_with_a_sleep() -> Plot {
    Plot::new("a task that ends with a sleep of its own, which is not over", [Spawn(2), Ask(0), Join(2)])
        .task([Make(0, 100), PollSleep(0), Keep(0), WakeSelf])
        .asks([30])
}

pub(crate) fn wakes_in_its_drop() -> Plot {
    Plot::new("a task that wakes another one as it is dropped", around(2, []))
        .task([Wait])
        .task([Ask(0), WakeInDrop(2)])
        .asks([20])
}

pub(crate) fn spawns_in_its_drop() -> Plot {
    let main = [Spawn(2), Join(2), pause(0), Join(3)];
    Plot::new("a task that spawns another one as it is dropped", main)
        .task([Ask(0), SpawnInDrop(3)])
        .task([Ask(1)])
        .asks([20, 30])
}

pub(crate) fn main_ends_first() -> Plot {
    Plot::new(
        "the future of `block_on` ends before its tasks do, and a second one awaits them",
        [Spawn(2), Spawn(3), Ask(0)],
    )
    .outside([BlockOn(MAIN), BlockOn(4)])
    .task([Ask(1)])
    .task([WakeSelf, Ask(2)])
    .task([Join(2), Join(3)])
    .asks([10, 30, 50])
}

pub(crate) fn main_ends_before_the_others_begin() -> Plot {
    Plot::new(
        "a future that spawns two tasks and is ready, and a second one that awaits them",
        [Spawn(2), Spawn(3)],
    )
    .outside([BlockOn(MAIN), BlockOn(4)])
    .task([Ask(0)])
    .task([Ask(1)])
    .task([Join(2), Join(3)])
    .asks([10, 30])
}

pub(crate) fn main_ends_while_others_are_ready() -> Plot {
    Plot::new(
        "a future that a task wakes before it wakes itself, and that is ready then; a second one awaits the task",
        [Spawn(2), Wait],
    )
    .outside([BlockOn(MAIN), BlockOn(3)])
    .task([pause(0), Wake(MAIN), WakeSelf])
    .task([Join(2)])
}
