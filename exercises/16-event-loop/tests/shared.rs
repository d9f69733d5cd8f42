//! What adapter and checks agree on: the steps of a script, and what is told of a run.

/// The call of the student's code: a story, see [`Step`].
pub(crate) const STORY: u16 = 0;

/// Supplied work that a script awaits.
pub(crate) const ASK: u16 = 0;
/// Supplied work that keeps the thread of the loop busy: a poll that takes time.
pub(crate) const BUSY: u16 = 1;
/// A moment in which the loop stands still, inside of `now` or `park`, while another thread wakes somebody.
pub(crate) const MOMENT: u16 = 2;
/// What a thread waits for before it wakes somebody, or spawns.
pub(crate) const LATER: u16 = 3;
/// A script is polled (1: on the thread of `block_on`).
pub(crate) const POLL: u16 = 4;
/// A waker that a script was polled with is about to be called (where from: see [`origin`], and which).
pub(crate) const WAKE: u16 = 5;
/// `spawn` is about to be called with this script; from a thread of its own: 1.
pub(crate) const SPAWN: u16 = 6;
/// It has returned.
pub(crate) const SPAWNED: u16 = 7;
/// A script has ended (what it returns; nothing: it panics).
pub(crate) const END: u16 = 8;
/// A script was dropped.
pub(crate) const DROPPED: u16 = 9;
/// A sleep was made (how long).
pub(crate) const MADE: u16 = 10;
/// A sleep was polled, and is not ready (by whom).
pub(crate) const PENDING: u16 = 11;
/// A sleep was polled, and is ready (by whom).
pub(crate) const READY: u16 = 12;
/// A sleep that was not ready was dropped.
pub(crate) const GONE: u16 = 13;
/// A handle gave this script's result (to whom, and what; nothing more: it panicked).
pub(crate) const JOINED: u16 = 14;
/// The handle of this script was polled, and is not ready (by whom).
pub(crate) const AWAITED: u16 = 16;
/// A loop was made, which is used from here on.
pub(crate) const LOOPS: u16 = 17;
/// `block_on` of this script is about to be called by another thread than before.
pub(crate) const MOVED: u16 = 18;
/// `block_on` of this script has returned (what; nothing: it panicked).
pub(crate) const BACK: u16 = 15;

/// The names of the above.
pub(crate) const SUPPLIED: &[&str] = &[
    "ask", "busy", "moment", "later", "poll", "wake", "spawn", "spawned", "end", "dropped", "made",
    "pending", "ready", "gone", "joined", "back", "awaited", "loops", "moved",
];

/// Who calls a waker.
pub(crate) mod origin {
    /// A script, a thread or the judge: the kit.
    pub(crate) const KIT: u64 = 0;
    /// The student's sleep with this number.
    pub(crate) const SLEEP: u64 = 1;
    /// The student's handle of this script.
    pub(crate) const HANDLE: u64 = 2;
}

/// One step of a script. A step that waits ends the poll; the next poll goes on with it. Scripts, sleeps and calls of supplied work have
/// numbers. The first script of a story is what the calling thread does, outside of every poll; a script that has ended returns its
/// number, or what the last [`Step::Ask`] gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `block_on` with this script: outside alone.
    BlockOn(u64),
    /// `spawn` with this script.
    Spawn(u64),
    /// The same by another thread, which is joined.
    SpawnByThread(u64),
    /// The same by another thread, once its call of supplied work has been answered.
    SpawnLater(u64, u64),
    /// Waits for supplied work.
    Ask(u64),
    /// Supplied work that keeps the thread.
    Busy(u64),
    /// Wakes itself, and waits.
    WakeSelf,
    /// The same by another thread, which is joined.
    WakeSelfByThread,
    /// Waits; another thread wakes it inside of `now`, after so many other calls of it, or in `park` if that comes first.
    WokenInNow(u64),
    /// Waits; another thread wakes it inside of `park`, before the loop sleeps.
    WokenInPark,
    /// Waits until somebody wakes it.
    Wait,
    /// Calls the waker that this script was last polled with.
    Wake(u64),
    /// The same by another thread, which is joined.
    WakeByThread(u64),
    /// The same by another thread, once its call of supplied work has been answered.
    WakeLater(u64, u64),
    /// Calls the waker that this script was first polled with.
    WakeByOldest(u64),
    /// Makes a sleep of so many ms.
    Make(u64, u64),
    /// Polls a sleep once, and goes on.
    PollSleep(u64),
    /// Waits for a sleep.
    AwaitSleep(u64),
    /// Drops a sleep.
    DropSleep(u64),
    /// Polls the handle of a script once, and goes on.
    PollHandle(u64),
    /// Waits for the handle of a script.
    Join(u64),
    /// Drops the handle of a script.
    DropHandle(u64),
    /// Panics.
    Panic,
    /// A sleep is dropped with this script.
    Keep(u64),
    /// `block_on` by another thread, which waits for the call of supplied work behind this one before it ends. Meanwhile the calling
    /// thread waits for this one, and then wakes the script: outside alone.
    BlockOnByThread(u64, u64),
    /// Makes another loop, which is used from here on; the one before stays: outside alone.
    AnotherLoop,
    /// Drops all loops; what the kit has of their wakers, sleeps and handles stays: outside alone.
    DropLoops,
    /// Polls two sleeps once, both by the waker of the second one, and goes on.
    PollSleeps(u64, u64),
    /// As this script is dropped, the waker that another one was last polled with is called.
    WakeInDrop(u64),
    /// As this script is dropped, another one is spawned.
    SpawnInDrop(u64),
}

/// Numbers of a step.
pub(crate) const LENGTH: usize = 3;

impl Step {
    pub(crate) fn numbers(self) -> [u64; LENGTH] {
        use Step as S;
        match self {
            S::BlockOn(script) => [0, script, 0],
            S::Spawn(script) => [1, script, 0],
            S::SpawnByThread(script) => [2, script, 0],
            S::SpawnLater(key, script) => [3, key, script],
            S::Ask(key) => [4, key, 0],
            S::Busy(key) => [5, key, 0],
            S::WakeSelf => [6, 0, 0],
            S::WakeSelfByThread => [7, 0, 0],
            S::WokenInNow(after) => [8, after, 0],
            S::WokenInPark => [9, 0, 0],
            S::Wait => [10, 0, 0],
            S::Wake(script) => [11, script, 0],
            S::WakeByThread(script) => [12, script, 0],
            S::WakeLater(key, script) => [13, key, script],
            S::WakeByOldest(script) => [14, script, 0],
            S::Make(sleep, ms) => [15, sleep, ms],
            S::PollSleep(sleep) => [16, sleep, 0],
            S::AwaitSleep(sleep) => [17, sleep, 0],
            S::DropSleep(sleep) => [18, sleep, 0],
            S::PollHandle(script) => [19, script, 0],
            S::Join(script) => [20, script, 0],
            S::DropHandle(script) => [21, script, 0],
            S::Panic => [22, 0, 0],
            S::Keep(sleep) => [23, sleep, 0],
            S::BlockOnByThread(key, script) => [24, key, script],
            S::AnotherLoop => [25, 0, 0],
            S::DropLoops => [26, 0, 0],
            S::PollSleeps(first, second) => [27, first, second],
            S::WakeInDrop(script) => [28, script, 0],
            S::SpawnInDrop(script) => [29, script, 0],
        }
    }
}
