//! Time limits: who gives up when, and what it leaves behind.

use judge::suite::Case;

use super::super::shared::{AGES, FOREVER};
use super::many;
use super::scene::{HOUR, MS, Scene};

pub(super) fn gives_up() -> Vec<Case> {
    vec![
        Scene::new("30 ms, and no permit comes", 1).acquire(0).timed(1, 30 * MS).release(0).look(1).counts(),
        Scene::new("30 ms, and there is no permit at all", 0).timed(0, 30 * MS).look(1).counts(),
        // Long enough that a limit that begins again is still seen to run.
        Scene::new("300 ms, and it wakes up for nothing meanwhile", 1)
            .acquire(0)
            .timed_and_woken(1, 300 * MS)
            .release(0)
            .look(1)
            .counts(),
        // Late enough that a limit that begins again is still seen to run.
        Scene::new("400 ms, and meanwhile the permit goes to one that came before", 1)
            .acquire_each(0..2)
            .timed(2, 400 * MS)
            .release(0)
            .within(280 * MS)
            .look(3)
            .within(340 * MS)
            .look(0)
            .release(1)
            .look(2)
            // Served in another order, it would end as a deadlock.
            .keeps_order(),
        Scene::new("400 ms, and the permit comes meanwhile", 1)
            .acquire(0)
            .timed(1, 400 * MS)
            .release(0)
            .within(80 * MS)
            .look(2)
            .within(160 * MS)
            .release(1)
            .look(0)
            .counts(),
        Scene::new("no time at all, and no permit is free", 1)
            .acquire(0)
            .timed(1, 0)
            .release(0)
            .look(1)
            .counts(),
        Scene::new("no time at all, and a permit is free", 1).timed(0, 0).look(1).release(0).look(1).counts(),
        Scene::new("an hour, and the permit comes", 1)
            .acquire(0)
            .timed(1, HOUR)
            .release(0)
            .look(0)
            .release(1)
            .counts(),
        Scene::new("`Duration::MAX`, and the permit comes", 1)
            .timed(0, FOREVER)
            .timed(1, FOREVER)
            .release(0)
            .look(0)
            .release(1)
            .counts(),
        // A part of a millisecond is a part of the time.
        Scene::new("30.9 ms, and no permit comes", 1)
            .acquire(0)
            .timed(1, 30 * MS + 900)
            .timed(1, 900)
            .release(0)
            .look(1)
            .counts(),
        // Too long for an `Instant`, and for 32 bits of milliseconds or microseconds.
        Scene::new("very long, and the permit comes", 1)
            .timed(0, AGES)
            .timed(1, AGES)
            .timed(2, (1 << 32) * MS + MS)
            .timed(3, (1 << 32) + MS)
            .release_each(0..4)
            .look(0)
            .counts(),
        Scene::new("3 give up one after the other, and get a permit later", 2)
            .acquire_each([0, 0])
            .timed(1, 10 * MS)
            .timed(2, 20 * MS)
            .timed(3, 30 * MS)
            .release(0)
            .timed(1, 30 * MS)
            .release(0)
            .timed(2, HOUR)
            .look(3)
            .release_each([1, 2])
            .counts(),
    ]
}

/// The permit is held, and so many give up in a row, behind others who wait, before more come.
fn given_up(label: &str, before: u16, gone: u16, behind: u16) -> Scene {
    let (first, last) = (1 + before, 1 + before + gone + behind);
    let held = Scene::new(label, 1).acquire_each(0..first);
    let left = (first..first + gone).fold(held, |scene, driver| scene.timed(driver, 30 * MS));
    let waiting = left.acquire_each(first + gone..last);
    let served = waiting.release_each((0..first).chain(first + gone..last));
    // All of it can be had, and no more.
    served.try_it(0).look(1).release(0)
}

/// The permit is held, and somebody gives up after others have come behind it.
pub(super) fn gives_up_before(before: u16, behind: u16) -> Scene {
    let label = format!("{before} wait, one with 300 ms, {behind} behind it, and it gives up");
    let (gone, last) = (1 + before, 1 + before + behind);
    let limited = Scene::new(&label, 1).acquire_each(0..gone).timed(gone, 300 * MS);
    let waiting = (gone + 1..=last).fold(limited, |scene, driver| scene.acquire(driver).within(0));
    let served = waiting.release_each((0..gone).chain(gone + 1..=last));
    served.try_it(0).look(1).release(0)
}

/// The permit is held, and somebody gives up where it no longer is the second in the line, as it was when it came.
fn gives_up_after_moving_up() -> Scene {
    let held = Scene::new("one waits, one with 300 ms and 2 behind it, and it moves up and gives up", 1);
    let waiting = held.acquire_each(0..2).timed(2, 300 * MS).acquire(3).within(0).acquire(4).within(0);
    let served = waiting.release(0).within(0).release_each([1, 3, 4]);
    served.try_it(0).look(1).release(0)
}

pub(super) fn forgets() -> Vec<Case> {
    vec![
        gives_up_before(0, 1).counts(),
        gives_up_before(1, 2).counts(),
        gives_up_after_moving_up().keeps_order(),
        given_up("the only one that waits gives up", 0, 1, 0).counts(),
        given_up("the first gives up, then another one comes", 0, 1, 1).counts(),
        given_up("the last gives up", 2, 1, 0).counts(),
        given_up("one gives up, then another one comes", 1, 1, 1).counts(),
        given_up("3 give up in a row, then others come", 1, 3, 2).counts(),
        many(given_up("40 wait, one gives up behind them, then another one comes", 40, 1, 1).counts()),
        Scene::new("2 permits, one gives up, then all are wanted", 2)
            .acquire_each(0..2)
            .timed(2, 30 * MS)
            .look(3)
            .release_each(0..2)
            .acquire_each(0..3)
            .look(3)
            .release_each(0..3)
            .counts(),
    ]
}
