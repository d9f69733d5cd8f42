//! Stories of more than one loop, or of one that more than one thread uses, or that is gone.

use super::super::shared::Step::{
    AnotherLoop, Ask, BlockOn, BlockOnByThread, DropHandle, DropLoops, DropSleep, Join, Make, PollSleep,
    Spawn, Wait, Wake, WakeByOldest, WakeByThread,
};
use super::plot::{MAIN, Plot, pause, sleep};
use super::stories::around;

pub(crate) fn woken_by_the_thread_of_new() -> Plot {
    Plot::new(
        "a second `block_on` in a thread of its own, with a task of the first one; the first thread wakes its future after 30 ms",
        [Wait, Join(2)],
    )
    .outside([BlockOn(3), BlockOnByThread(0, MAIN)])
    .task([Ask(0)])
    .task([Spawn(2), pause(0)])
    .later([30, 0])
    .asks([70])
}

pub(crate) fn sleeps_on_in_another_thread() -> Plot {
    Plot::new("a sleep of 60 ms that a second `block_on`, in a thread of its own, goes on with", [Join(2)])
        .outside([BlockOn(3), BlockOnByThread(0, MAIN)])
        .task(sleep(0, 60))
        .task([Spawn(2), pause(0)])
        .later([30, 0])
}

pub(crate) fn woken_after_its_end() -> Plot {
    let steps = [pause(0), Wake(2), WakeByOldest(2), WakeByThread(2), pause(1), Wake(3)];
    let left = [Spawn(4), Make(0, 500), PollSleep(0), pause(2)];
    // The sleep goes before anybody is woken: it may be what the loop lives on in.
    let gone = [DropLoops, DropSleep(0), DropHandle(4), Wake(2), WakeByThread(3), Wake(MAIN)];
    Plot::new(
        "a task that is woken after its end, and once more when the loop is gone",
        around(2, steps).into_iter().chain(left),
    )
    .outside([BlockOn(MAIN)].into_iter().chain(gone))
    .task([])
    .task([Wait])
    .task([])
}

pub(crate) fn beside_another() -> Plot {
    Plot::new("a loop beside another one, which has a task and a sleep of its own", [Ask(0)])
        .outside([BlockOn(2), AnotherLoop, BlockOn(MAIN)])
        .task([Spawn(3), Make(0, 20), PollSleep(0)])
        .task([])
        .asks([50])
}
