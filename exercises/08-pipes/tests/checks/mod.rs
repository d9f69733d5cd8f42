//! The promises of `exchange` and `child`, and the cases that put them to the proof.
//!
//! [`suite`] holds the visible cases. The builders in `cases.rs` make further ones with the same policies.

mod cases;
mod contents;
mod end;
mod talk;
mod times;

use judge::processes::Death;
use judge::suite::{Category, Check, Suite};

pub(crate) use super::shared::Look;
pub(crate) use cases::*;

/// Bytes in a kibibyte and a mebibyte.
pub(crate) const KIB: u64 = 1 << 10;
pub(crate) const MIB: u64 = 1 << 20;

/// The visible suite.
pub(crate) fn suite() -> Suite {
    let checks = [contents(), flow(), endings()].into_iter().flatten().collect();
    let supplied = &[
        "handle",
        "on_reply",
        "reply",
        "start of the child",
        "rest of handle",
        "end of the child",
        "return of the child",
        "panic of a reply",
    ];
    Suite { id: "08", name: "pipes", supplied, checks }
}

/// What arrives, and in which order.
fn contents() -> Vec<Check> {
    let looks = [
        ("zeros", Look::Zeros),
        ("newlines", Look::Newlines),
        ("each value of a byte", Look::EachValue),
        ("bytes that are no text", Look::NoText),
        ("what looks like lengths", Look::Lengths),
        ("digits", Look::Digits),
        ("bytes by chance", Look::Random),
    ];
    let looking = |(name, look): (&str, Look)| {
        let turns = vec![message(256, &[256]), message(3, &[1]), message(1_000, &[512, 300])];
        talk(&format!("3 messages of {name}"), turns).looking(look).seeded(1).arrives()
    };
    let edge = 64 * KIB;
    vec![
        Check::visible(
            "gets_a_reply_back",
            Category::Correctness,
            4,
            "a message is handled in the child, and its reply passed on by the caller",
            vec![talk("1 message, 1 reply", vec![message(5, &[7])]).single()],
        ),
        Check::visible(
            "carries_any_bytes",
            Category::Correctness,
            14,
            "whatever bytes a message or a reply holds, they arrive as they are",
            looks.map(looking).into(),
        ),
        Check::visible(
            "keeps_message_boundaries",
            Category::Correctness,
            14,
            "a message is what was sent as one: not half of it, and not two",
            vec![
                talk(
                    "5 messages, some of them empty",
                    vec![
                        message(0, &[]),
                        message(3, &[2]),
                        message(0, &[4]),
                        message(0, &[1]),
                        message(4, &[1]),
                    ],
                )
                .arrives(),
                talk("empty replies", vec![message(2, &[0]), message(3, &[0, 0, 0]), message(1, &[5, 0])])
                    .arrives(),
                talk(
                    "0, 1, 3 and 1,000 replies",
                    vec![message(9, &[]), message(9, &[1]), message(9, &[4, 5, 6]), message(9, &[3; 1_000])],
                )
                .arrives(),
                talk(
                    "64 KiB, one byte less and one more",
                    vec![
                        message(edge - 1, &[edge - 1]),
                        message(edge, &[edge]),
                        message(edge + 1, &[edge + 1, 0, edge]),
                    ],
                )
                .arrives(),
                alike("40 short messages at once, replies to the second half", 20, &message(7, &[]))
                    .then(&message(11, &[3]), 20)
                    .arrives(),
            ],
        ),
        Check::visible(
            "keeps_the_order",
            Category::Ordering,
            10,
            "messages are handled, and replies passed on, in the order in which they were sent",
            vec![
                talk(
                    "100 messages, 0 to 3 replies each",
                    (0_u64..100)
                        .zip([0, 1, 2, 3].into_iter().cycle())
                        .map(|(nth, replies)| message(4 + nth, &vec![5; replies]))
                        .collect(),
                )
                .arrives_in_order(),
                alike("3 messages, 20 replies each", 3, &message(10, &[20; 20])).arrives_in_order(),
                talk(
                    "40 messages, 3 replies each, some of all these empty",
                    (0..40).map(|nth| message(nth % 5, &[nth % 4, 3, nth % 3])).collect(),
                )
                .arrives_in_order(),
            ],
        ),
    ]
}

/// How the two ends go on.
fn flow() -> Vec<Check> {
    vec![
        Check::visible(
            "survives_large_messages",
            Category::Robustness,
            20,
            "however long messages and replies are, both sides go on",
            vec![
                alike("4 messages of 1 MiB, replies of 1 MiB", 4, &message(MIB, &[MIB])).arrives(),
                talk("1 message, 40 replies of 256 KiB", vec![message(9, &[256 * KIB; 40])]).arrives(),
                alike("40 messages of 256 KiB, a reply to the last one", 39, &message(256 * KIB, &[]))
                    .then(&message(9, &[3]), 1)
                    .arrives(),
                alike("16 messages of 128 KiB, replies of 128 KiB", 16, &message(128 * KIB, &[128 * KIB]))
                    .arrives(),
                alike(
                    "12 messages of 100 KiB, 3 replies of 100 KiB each",
                    12,
                    &message(100 * KIB, &[100 * KIB; 3]),
                )
                .arrives(),
                talk("8 MiB each way", vec![message(8 * MIB, &[8 * MIB])]).arrives(),
            ],
        ),
        Check::visible(
            "delivers_at_once",
            Category::Ordering,
            10,
            "a reply is passed on as soon as it is given",
            vec![
                talk("3 replies, 100 ticks apart", vec![message(9, &[4; 3]).paced(100)]).arrives_at_once(),
                talk(
                    "a reply, and then 500 ticks more of its message",
                    vec![message(9, &[4]).rests(500), message(9, &[4])],
                )
                .arrives_at_once(),
                alike("4 messages of 100 ticks, a reply to each", 4, &message(9, &[4]).handled_for(100))
                    .passed_on_for(10)
                    .arrives_at_once(),
                alike(
                    "4 messages of 256 KiB, 100 ticks each, a short reply to each",
                    4,
                    &message(256 * KIB, &[4]).handled_for(100),
                )
                .passed_on_for(10)
                .arrives_at_once(),
            ],
        ),
        Check::visible(
            "keeps_both_ends_busy",
            Category::Speedup,
            12,
            "the child never waits for a message while there are more",
            vec![
                alike(
                    "20 messages; handling and passing on take 10 ticks each",
                    20,
                    &message(9, &[9]).handled_for(10),
                )
                .passed_on_for(10)
                .keeps_busy(),
                alike(
                    "16 messages, handled in 1 tick; passing on takes 50",
                    16,
                    &message(9, &[1_000]).handled_for(1),
                )
                .passed_on_for(50)
                .keeps_busy(),
                talk(
                    "a reply is passed on for 500 ticks; then 100 messages of 1 tick, without replies",
                    vec![message(9, &[9])],
                )
                .then(&message(9, &[]).handled_for(1), 100)
                .passed_on_for(500)
                .keeps_busy(),
                alike(
                    "16 messages of 256 KiB, handled in 1 tick; passing on takes 50",
                    16,
                    &message(256 * KIB, &[9]).handled_for(1),
                )
                .passed_on_for(50)
                .keeps_busy(),
            ],
        ),
    ]
}

/// How it ends.
#[expect(clippy::too_many_lines, reason = "a table: one row for each check")]
fn endings() -> Vec<Check> {
    let five = || vec![message(20, &[3, 4]); 5];
    let ending = |label: &str, nth: usize, death: Death| {
        let mut turns = five();
        turns[nth] = turns[nth].clone().ends(death);
        talk(label, turns)
    };
    let cut = || {
        let small = message(9, &[4]);
        talk(
            "the child is killed in the middle of its second reply",
            vec![small, message(9, &[MIB]).cut_after(50)],
        )
        .passed_on_for(100)
    };
    let many_large = || {
        alike("`on_reply` panics at reply 1 of 100 large ones", 5, &message(256 * KIB, &[256 * KIB; 20]))
            .panics_at(1)
    };
    vec![
        Check::visible(
            "closes_its_end",
            Category::Robustness,
            6,
            "after the last message the child's input ends, and it returns",
            vec![
                talk("no messages", vec![]).comes_to_its_end(),
                talk(
                    "3 messages, no reply to the last one",
                    vec![message(5, &[3]), message(5, &[3]), message(5, &[])],
                )
                .comes_to_its_end(),
            ],
        ),
        Check::visible(
            "reports_a_child_that_dies",
            Category::Robustness,
            6,
            "a child that ends early ends the call with its status; what it had given is passed on",
            vec![
                ending("the child exits with 3 at the first of 5 messages", 0, Death::Exit(3)).ends_early(),
                ending("the child aborts at the second of 5 messages", 1, Death::Abort).ends_early(),
                ending("the child is killed at the last of 5 messages", 4, Death::Kill).ends_early(),
                ending("the child exits with 0 at the third of 5 messages", 2, Death::Exit(0)).ends_early(),
                talk(
                    "`handle` panics at the second of 3 messages",
                    vec![message(5, &[3]), message(5, &[]).panics(), message(5, &[3])],
                )
                .ends_early(),
                talk(
                    "5 replies, then the child exits with 3 while 1 MiB is on its way to it",
                    vec![message(5, &[3; 5]), message(5, &[]).ends(Death::Exit(3)), message(MIB, &[])],
                )
                .passed_on_for(50)
                .ends_early(),
                talk(
                    "large replies, then the child exits with 3",
                    vec![message(9, &[200 * KIB; 3]), message(9, &[]).ends(Death::Exit(3))],
                )
                .passed_on_for(50)
                .ends_early(),
                cut().ends_early(),
                talk("3 replies, and the fourth is cut", vec![message(9, &[4, 0, 9, 2 * MIB]).cut_after(30)])
                    .looking(Look::Zeros)
                    .passed_on_for(40)
                    .ends_early(),
                alike("large messages; the child is killed at the third", 2, &message(MIB, &[MIB]))
                    .then(&message(MIB, &[]).ends(Death::Kill), 1)
                    .then(&message(MIB, &[MIB]), 2)
                    .ends_early(),
                alike(
                    "12 messages, 0 to 2 replies; the child exits with 77 at the tenth",
                    3,
                    &message(700, &[]),
                )
                .then(&message(40, &[900]), 3)
                .then(&message(1_500, &[8, 1_200]), 3)
                .then(&message(3, &[]).ends(Death::Exit(77)), 1)
                .then(&message(300, &[20]), 2)
                .ends_early(),
            ],
        ),
        Check::visible(
            "leaves_nothing_running",
            Category::Robustness,
            2,
            "when the call is over, the child has ended and been waited for",
            vec![
                talk("1 message, 1 reply", vec![message(5, &[7])]).leaves_nothing(),
                ending("the child is killed at the last of 5 messages", 4, Death::Kill).leaves_nothing(),
                many_large().leaves_nothing(),
            ],
        ),
        Check::visible(
            "passes_a_panic_on",
            Category::Robustness,
            1,
            "a panic in `on_reply` makes the call panic, and never hangs it; so does a child that can't be started",
            vec![
                many_large().passes_the_panic_on(),
                talk("`on_reply` panics at the only reply, 20 messages of 128 KiB", vec![message(9, &[4])])
                    .then(&message(128 * KIB, &[]), 20)
                    .panics_at(0)
                    .passes_the_panic_on(),
                talk("the child's program does not exist, 2 messages", vec![message(9, &[4]); 2])
                    .cannot_start(),
            ],
        ),
        Check::visible(
            "waits_asleep",
            Category::Robustness,
            1,
            "waiting sleeps until the event, in both processes",
            vec![
                alike("4 messages of 100 ticks, a reply to each", 4, &message(9, &[4]).handled_for(100))
                    .passed_on_for(10)
                    .asleep(),
                ending("the child is killed at the last of 5 messages", 4, Death::Kill).asleep(),
            ],
        ),
    ]
}
