//! Exercise 08, pipes: other lengths and times, by chance, and other ends.

use super::visible;

use crate::Exercise;
use judge::processes::Death;
use judge::suite::Suite;
use visible::{KIB, MIB, Turn, alike, message, talk};

/// What the grader is told of this exercise. There is nothing to measure with real work: one child handles one message at a time.
pub(crate) const EXERCISE: Exercise =
    Exercise { suite, visible: visible::suite, scaling: None, workload: None };

fn suite(seed: u64) -> Suite {
    let mut suite = visible::suite();
    let chance = Chance(seed);
    suite.extend(
        "carries_any_bytes",
        [talk("20 messages of bytes by chance, lengths as well", chance.turns(20, 3_000))
            .seeded(seed)
            .arrives()],
    );
    suite.extend(
        "keeps_message_boundaries",
        [
            talk("30 messages of up to 9 bytes, lengths by chance", chance.turns(30, 10))
                .seeded(seed)
                .arrives(),
            talk(
                "lengths of 255, 256 and 257",
                [255, 256, 257].map(|length| message(length, &[length])).into(),
            )
            .arrives(),
        ],
    );
    suite.extend(
        "keeps_the_order",
        [talk("50 messages by chance", chance.turns(50, 40)).seeded(seed).arrives_in_order()],
    );
    suite.extend(
        "survives_large_messages",
        [
            alike("3 messages of 2 MiB, no reply to them, one to the last", 3, &message(2 * MIB, &[]))
                .then(&message(1, &[1]), 1)
                .arrives(),
            alike("20 messages of 70 KiB, 2 replies of 70 KiB each", 20, &message(70 * KIB, &[70 * KIB; 2]))
                .arrives(),
        ],
    );
    suite.extend(
        "delivers_at_once",
        [alike("4 messages, 2 replies each, 30 ticks apart", 4, &message(9, &[4; 2]).paced(30))
            .passed_on_for(20)
            .arrives_at_once()],
    );
    suite.extend(
        "keeps_both_ends_busy",
        [alike("12 messages; handling takes 20 ticks, passing on 5", 12, &message(9, &[9]).handled_for(20))
            .passed_on_for(5)
            .keeps_busy()],
    );
    suite.extend("closes_its_end", [talk("1 empty message", vec![message(0, &[])]).comes_to_its_end()]);
    suite.extend("reports_a_child_that_dies", ends(chance));
    suite.extend("waits_asleep", [talk("no messages at all", vec![]).asleep()]);
    suite
}

/// Numbers that look like chance: the same for the same seed.
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn below(self, nth: u64, limit: u64) -> u64 {
        let mixed = (self.0 ^ nth.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 33) % limit
    }

    /// So many messages with up to 3 replies, all of fewer than `limit` bytes.
    fn turns(self, number: u64, limit: u64) -> Vec<Turn> {
        let turn = |nth: u64| {
            let replies: Vec<u64> =
                (0..self.below(4 * nth, 4)).map(|reply| self.below(4 * nth + reply + 1_000, limit)).collect();
            message(self.below(4 * nth + 1, limit), &replies)
        };
        (0..number).map(turn).collect()
    }
}

/// Children that end early.
fn ends(chance: Chance) -> Vec<judge::suite::Case> {
    let mut turns = chance.turns(12, 2_000);
    let place = usize::try_from(chance.below(7, 12)).unwrap_or(0);
    let code = 1 + i32::try_from(chance.below(8, 200)).unwrap_or(0);
    turns[place] = message(3, &[]).ends(Death::Exit(code));
    vec![
        talk("12 messages by chance; the child exits at one of them", turns).seeded(chance.0).ends_early(),
        talk("the child exits with 0 at the only message", vec![message(1, &[]).ends(Death::Exit(0))])
            .ends_early(),
    ]
}
