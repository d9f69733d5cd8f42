//! The promises of `download_all` and `download_at_most` and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders in `cases.rs` make further ones with the same policies.

mod cases;
mod failures;
mod promises;

use judge::scenario::{Scenario, Ticks, durations};
use judge::suite::{Category, Check, Suite};

pub(crate) use cases::Which::{All, AtMost};
pub(crate) use cases::*;

/// An hour in ticks: longer than any time limit that an answer may have of its own.
pub(crate) const HOUR: Ticks = 3_600_000;

/// The visible suite.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
pub(crate) fn suite() -> Suite {
    let three = "3 downloads of 2,000, 1,500 and 1,800 ticks";
    let three_of = [2000, 1500, 1800];
    Suite {
        id: "04",
        name: "async-downloads",
        supplied: &["download"],
        checks: vec![
            Check::visible(
                "downloads_two",
                Category::Correctness,
                2,
                "each URL gives one result",
                vec![all_results(downloads("2 downloads", All, &[100, 100]))],
            ),
            Check::visible(
                "limits_two",
                Category::Correctness,
                2,
                "each URL gives one result, with a limit too",
                vec![all_results(downloads("2 downloads, limit 2", AtMost(2), &[100, 100]))],
            ),
            Check::visible(
                "downloads_each_url_once",
                Category::Correctness,
                12,
                "each URL is downloaded once, whatever the length",
                vec![
                    all_results(downloads("no downloads", All, &[])),
                    all_results(downloads("1 download", All, &[100])),
                    all_results(equal_urls(downloads("4 downloads of 2 URLs", All, &[100, 200, 150, 50]))),
                    all_results(downloads("1,100 downloads", All, &[100; 1100])),
                    all_results(downloads("1 download, limit 1", AtMost(1), &[100])),
                    all_results(downloads("3 downloads that take hours", All, &[HOUR, 2 * HOUR, HOUR + 7])),
                    all_results(downloads(
                        "3 downloads that take hours, limit 2",
                        AtMost(2),
                        &[HOUR, 2 * HOUR, HOUR + 7],
                    )),
                    all_results(eight_of_four()),
                    odd("4 downloads of odd URLs", All),
                    odd("4 downloads of odd URLs, limit 2", AtMost(2)),
                ],
            ),
            Check::visible(
                "downloads_at_the_same_time",
                Category::Speedup,
                20,
                "all downloads overlap: they take as long as the slowest",
                vec![
                    together(downloads("2 downloads", All, &[100, 100])),
                    together(downloads(three, All, &three_of)),
                    together(downloads("1,100 downloads", All, &[100; 1100])),
                    together(downloads("8 downloads, limit 20", AtMost(20), &durations::reversed(8))),
                    together_if_once(equal_urls(downloads(
                        "4 downloads of 2 URLs",
                        All,
                        &[100, 200, 150, 50],
                    ))),
                    together_if_once(five_of_which_two_fail()),
                ],
            ),
            Check::visible(
                "keeps_the_order_of_the_urls",
                Category::Ordering,
                14,
                "result i belongs to URL i, whatever ends first",
                vec![
                    in_order(downloads("10 downloads, the first ends last", All, &durations::reversed(10))),
                    in_order(downloads(
                        "10 downloads, limit 10, the first ends last",
                        AtMost(10),
                        &durations::reversed(10),
                    )),
                    in_order(downloads(
                        "100 downloads, limit 7, shuffled",
                        AtMost(7),
                        &durations::shuffled(100, 3),
                    )),
                    in_order(several(
                        "two calls, 6 and 4 URLs",
                        &[(All, &[100; 6]), (All, &[70, 80, 60, 50])],
                    )),
                ],
            ),
            Check::visible(
                "keeps_a_failure_in_its_place",
                Category::Correctness,
                10,
                "one failure stays in its own place and stops nothing else",
                vec![
                    failing(five_of_which_two_fail(), &[1, 3]),
                    failing(six_of_which_one_fails(), &[1]),
                    failing(twelve_of_which_eight_fail(), &[0, 1, 2, 3, 4, 5, 6, 7]),
                    all_results(four_of_two_of_which_one_fails()),
                    failing(
                        with_failure(downloads("3 downloads, limit 1, URL 0 fails", AtMost(1), &[100; 3]), 0),
                        &[0],
                    ),
                ],
            ),
            Check::visible(
                "never_exceeds_the_limit",
                Category::Robustness,
                10,
                "at most `limit` downloads are in flight",
                vec![
                    within_limit(downloads("12 downloads, limit 3", AtMost(3), &[100; 12]), 3),
                    within_limit(six_of_which_one_fails(), 2),
                    within_limit_in_a_panic(
                        downloads("6 downloads, limit 2, URL 0 panics", AtMost(2), &[100; 6]),
                        2,
                        0,
                    ),
                ],
            ),
            Check::visible(
                "always_uses_the_limit",
                Category::Speedup,
                12,
                "a URL starts whenever a place is free",
                vec![
                    busy(downloads("12 downloads, limit 3", AtMost(3), &[100; 12]), 3),
                    busy(
                        downloads(
                            "12 downloads, limit 3, one in three much longer",
                            AtMost(3),
                            &durations::one_per_round(12, 3),
                        ),
                        3,
                    ),
                    busy(downloads("2 downloads, limit 2", AtMost(2), &[100, 100]), 2),
                    busy(downloads("1,100 downloads, limit 1024", AtMost(1024), &[100; 1100]), 1024),
                    busy_if_once(six_of_which_one_fails(), 2),
                    busy_if_once(twelve_of_which_eight_fail(), 3),
                    busy_if_once(eight_of_four(), 2),
                    busy(
                        downloads(
                            "12 downloads, limit 3, every third heavy",
                            AtMost(3),
                            &durations::strided(12, 3),
                        ),
                        3,
                    ),
                    busy(downloads("10 downloads, limit 1", AtMost(1), &[100; 10]), 1),
                    busy_each(
                        several(
                            "calls with limits 1, 8 and 3",
                            &[(AtMost(1), &[9; 3]), (AtMost(8), &[100; 20]), (AtMost(3), &[50; 9])],
                        ),
                        &[1, 8, 3],
                    ),
                    side_by_side("two calls at the same time, limit 2 and 4 URLs each", 2, &[100; 8]),
                ],
            ),
            Check::visible(
                "refuses_limit_zero",
                Category::Robustness,
                3,
                "a limit of 0 panics with `limit` in the message",
                vec![
                    refuses(downloads("3 downloads, limit 0", AtMost(0), &[100; 3])),
                    refuses(downloads("no downloads, limit 0", AtMost(0), &[])),
                ],
            ),
            Check::visible(
                "never_blocks_the_event_loop",
                Category::Robustness,
                5,
                "nothing but `.await` waits on the runtime's thread",
                vec![
                    free(downloads(three, All, &three_of)),
                    free(downloads("12 downloads, limit 3", AtMost(3), &[100; 12])),
                    free(five_of_which_two_fail()),
                    free(six_of_which_one_fails()),
                    free(downloads("1 download", All, &[100])),
                    free(downloads("1,100 downloads", All, &[100; 1100])),
                    free(downloads("10 downloads, limit 1", AtMost(1), &[100; 10])),
                    free(downloads("8 downloads, limit 20", AtMost(20), &durations::reversed(8))),
                ],
            ),
            Check::visible(
                "stops_when_dropped",
                Category::Robustness,
                5,
                "dropping the future stops its downloads",
                vec![
                    dropped(
                        downloads("5 downloads, dropped after 150 ticks", All, &[100, 200, 300, 400, 500]),
                        150,
                    ),
                    dropped(
                        downloads(
                            "8 downloads, limit 3, dropped after 250 ticks",
                            AtMost(3),
                            &[100, 200, 300, 400, 500, 600, 700, 800],
                        ),
                        250,
                    ),
                    dropped_then_again(
                        several(
                            "two calls, limit 2, the first one dropped after 150 ticks",
                            &[(AtMost(2), &[100, 200, 300, 400]), (AtMost(2), &[100; 6])],
                        ),
                        150,
                    ),
                ],
            ),
            Check::visible(
                "survives_a_panic",
                Category::Robustness,
                5,
                "a download that panics makes the call panic, or reads `Err` and harms no other",
                vec![
                    panicking(downloads("5 downloads, URL 2 panics", All, &[300, 100, 200, 200, 300]), &[2]),
                    panicking(downloads("6 downloads, limit 2, URL 5 panics", AtMost(2), &[100; 6]), &[5]),
                    panicking(
                        downloads(
                            "5 downloads, URL 0 panics long before the others end",
                            All,
                            &[50, 300, 400, 500, 600],
                        ),
                        &[0],
                    ),
                    panicking(downloads("6 downloads, limit 2, URL 0 panics", AtMost(2), &[100; 6]), &[0]),
                    panicking(downloads("3 downloads, limit 1, URL 1 panics", AtMost(1), &[100; 3]), &[1]),
                    panicking(
                        downloads("5 downloads, URLs 1 and 3 panic", All, &[300, 100, 200, 100, 300]),
                        &[1, 3],
                    ),
                    panicking(
                        with_failure(
                            downloads(
                                "5 downloads, URL 1 fails, URL 3 panics",
                                All,
                                &[300, 100, 200, 200, 300],
                            ),
                            1,
                        ),
                        &[3],
                    ),
                ],
            ),
        ],
    }
}

fn five_of_which_two_fail() -> Scenario {
    let five = downloads("5 downloads, URL 3 fails first, then URL 1", All, &[300, 200, 300, 100, 300]);
    with_failure(with_failure(five, 1), 3)
}

pub(crate) fn six_of_which_one_fails() -> Scenario {
    with_failure(downloads("6 downloads, limit 2, URL 1 fails", AtMost(2), &[100; 6]), 1)
}

fn twelve_of_which_eight_fail() -> Scenario {
    let twelve = downloads("12 downloads, limit 3, the first eight fail", AtMost(3), &[100; 12]);
    (0..8).fold(twelve, with_failure)
}

fn eight_of_four() -> Scenario {
    let eight = &[100, 20, 30, 40, 50, 60, 70, 80];
    equal_urls(downloads("8 downloads of 4 URLs, limit 2", AtMost(2), eight))
}

/// One of two equal ones fails.
fn four_of_two_of_which_one_fails() -> Scenario {
    let four = downloads("4 downloads of 2 URLs, limit 1, one fails", AtMost(1), &[100, 200, 150, 50]);
    with_failure(equal_urls(four), 1)
}
