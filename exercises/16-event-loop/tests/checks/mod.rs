//! The promises of an event loop and the stories that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`Plot`] and [`stories`] make further ones, and [`judged_throughout`] looks at all of them for
//! what holds in each.

mod ends;
mod loops;
mod plot;
mod polls;
mod promise;
pub(crate) mod stories;
mod story;
mod stuck;
mod throughout;
mod times;
mod turns;

use judge::suite::{Category, Check, Suite};

use super::shared::SUPPLIED;
pub(crate) use throughout::judged_throughout;

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    judged_throughout(Suite {
        id: "16",
        name: "event-loop",
        supplied: SUPPLIED,
        checks: vec![
            Check::visible(
                "blocks_on_a_future",
                Category::Correctness,
                4,
                "`block_on` runs a future to its end and gives its output",
                vec![
                    stories::ready_at_once().runs(),
                    stories::ready_at_the_second_poll().runs(),
                    stories::waits().runs(),
                ],
            ),
            Check::visible(
                "runs_tasks",
                Category::Correctness,
                12,
                "each task runs to its end on the thread of `block_on`, and its handle gives the result",
                vec![
                    stories::one_task().runs(),
                    stories::awaited_early(3).runs(),
                    stories::awaited_late(3).runs(),
                    stories::awaited_by_another().runs(),
                    stories::spawned_in_a_task().runs(),
                    stories::spawned_by_a_thread().runs(),
                    stories::awaited_early(100).runs(),
                    stories::very_many(10_000).runs(),
                ],
            ),
            Check::visible(
                "polls_only_what_was_woken",
                Category::Robustness,
                14,
                "a future is polled once at first, and from then on once after its waker was called",
                vec![
                    stories::one_of_many(50, 20).polls_the_woken(),
                    stories::woken_five_times().polls_the_woken(),
                    stories::woken_before_its_turn().polls_the_woken(),
                    stories::woken_in_turns().polls_the_woken(),
                    loops::woken_after_its_end().polls_the_woken(),
                    stories::woken_when_others_have_come().polls_the_woken(),
                    stories::main_woken_after_its_end().polls_the_woken(),
                    stories::awaited_late(10).polls_the_woken(),
                    stories::sleepers(10).polls_the_woken(),
                ],
            ),
            Check::visible(
                "loses_no_wake",
                Category::Correctness,
                14,
                "whoever is woken or spawned is polled, at whatever moment it comes",
                vec![
                    stories::woken_again().loses_no_wake(),
                    stories::woken_in_its_poll().loses_no_wake(),
                    stories::woken_in_its_poll_by_a_thread().loses_no_wake(),
                    stories::main_woken_in_its_poll().loses_no_wake(),
                    stories::woken_as_it_lies_down().loses_no_wake(),
                    stories::main_woken_as_it_lies_down().loses_no_wake(),
                    stories::woken_as_it_looks_at_the_clock(0).loses_no_wake(),
                    stories::woken_as_it_looks_at_the_clock(1).loses_no_wake(),
                    stories::woken_while_it_sleeps().loses_no_wake(),
                    stories::spawned_while_it_sleeps().loses_no_wake(),
                    stories::woken_between_two_calls().loses_no_wake(),
                    loops::woken_by_the_thread_of_new().loses_no_wake(),
                    stories::woken_by_an_ended_one().loses_no_wake(),
                    stories::woken_by_the_oldest_waker().loses_no_wake(),
                    stories::woken_together(300).loses_no_wake(),
                ],
            ),
            Check::visible(
                "sleeps_when_idle",
                Category::Robustness,
                10,
                "with nothing to poll the loop sleeps in `park`, until the earliest time that anybody waits for",
                vec![
                    stories::waits().sleeps_when_idle(),
                    stories::one_sleep(50).sleeps_when_idle(),
                    stories::the_longer_sleep_last().sleeps_when_idle(),
                    stories::a_sleep_is_dropped().sleeps_when_idle(),
                    stories::the_only_sleep_is_dropped().sleeps_when_idle(),
                    stories::polled_again_and_dropped().sleeps_when_idle(),
                    stories::sleepers(10).sleeps_when_idle(),
                    stories::equal_sleepers(5).sleeps_when_idle(),
                    loops::beside_another().sleeps_when_idle(),
                ],
            ),
            Check::visible(
                "keeps_time",
                Category::Correctness,
                12,
                "a sleep ends when its time has passed since the call, neither before nor after, and wakes whoever polled it last",
                vec![
                    stories::one_sleep(50).keeps_time(),
                    stories::one_sleep(0).keeps_time(),
                    stories::one_sleep(60 * DAY).keeps_time(),
                    stories::sleepers(3).keeps_time(),
                    stories::equal_sleepers(5).keeps_time(),
                    stories::made_before_it_is_awaited().keeps_time(),
                    stories::over_before_it_is_awaited().keeps_time(),
                    stories::made_late_in_a_poll().keeps_time(),
                    stories::woken_while_somebody_sleeps().keeps_time(),
                    stories::handed_on().keeps_time(),
                    stories::a_sleep_is_dropped().keeps_time(),
                    stories::one_of_equal_sleeps_is_dropped().keeps_time(),
                    stories::polled_again_and_dropped().keeps_time(),
                    loops::sleeps_on_in_another_thread().keeps_time(),
                    stories::sleepers(1000).keeps_time(),
                ],
            ),
            Check::visible(
                "fires_timers_in_order",
                Category::Ordering,
                6,
                "sleeps wake in the order of their ends; of those that end together the one that was made first",
                vec![
                    stories::sleepers(10).rings_in_order(),
                    stories::equal_sleepers(10).rings_in_order(),
                    stories::due_while_busy().rings_in_order(),
                ],
            ),
            Check::visible(
                "runs_in_the_order_of_wakes",
                Category::Ordering,
                8,
                "tasks run in the order in which they were spawned or woken",
                vec![
                    stories::awaited_early(20).runs_in_order(),
                    stories::woken_together(20).runs_in_order(),
                    stories::woken_by_all().runs_in_order(),
                    stories::self_wakers(5, 20).runs_in_order(),
                    stories::equal_sleepers(10).runs_in_order(),
                ],
            ),
            Check::visible(
                "overlaps_waiting",
                Category::Speedup,
                6,
                "waiting overlaps: all tasks together take as long as the longest",
                vec![stories::equal_waits(100).ends_at(100), stories::equal_sleepers(100).ends_at(100)],
            ),
            Check::visible(
                "is_fair",
                Category::Robustness,
                4,
                "whoever wakes itself all the time keeps nobody waiting: no task, no timer, and not the future of `block_on`",
                vec![
                    stories::one_that_goes_on(1000).runs_in_order(),
                    stories::busy_beside_a_sleep(60, 20).rings_in_between(),
                    stories::main_beside_one_that_goes_on(300).gives_turns(),
                    stories::main_that_goes_on(300).gives_turns(),
                ],
            ),
            Check::visible(
                "survives_a_panic",
                Category::Robustness,
                5,
                "a panic in a task is told to its handle, a panic of the future of `block_on` to its caller; all others go on",
                vec![
                    stories::panics_at_first().survives(),
                    stories::panics_later().survives(),
                    stories::panics_unawaited().survives(),
                    stories::main_panics().survives(),
                    stories::main_panics_while_others_are_ready().survives(),
                ],
            ),
            Check::visible(
                "lets_go",
                Category::Robustness,
                5,
                "what has ended is dropped, what has not goes on: without its handle, and in the next `block_on`",
                vec![
                    stories::handles_are_dropped().lets_go(),
                    stories::dropped_at_its_end().lets_go(),
                    stories::ends_with_a_sleep().lets_go(),
                    stories::wakes_in_its_drop().lets_go(),
                    stories::spawns_in_its_drop().lets_go(),
                    stories::main_ends_first().lets_go(),
                    stories::main_ends_before_the_others_begin().lets_go(),
                    stories::main_ends_while_others_are_ready().lets_go(),
                ],
            ),
        ],
    })
}

/// In ms.
const DAY: u64 = 24 * 3_600_000;
