//! Turns: whoever is ready has one, whatever somebody else does all the time.

use std::collections::BTreeMap;

use judge::scenario::Ticks;
use judge::suite::Finding;
use judge::words::{count, tick};

use super::polls::Line;
use super::promise::Judged;
use super::story::{Story, What};

/// Nobody is polled again and again while somebody else is ready and waits. Where the future of `block_on` stands among the tasks is
/// left open, and so is how many polls a loop makes before it looks around: so this is for stories with few scripts, one of which goes
/// on for much longer than that.
pub(super) fn everybody_has_a_turn(story: &Story) -> Judged {
    let mut line = Line::default();
    // How often somebody was polled while somebody else was ready, by both.
    let mut polls: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    for (place, event) in story.events.iter().enumerate() {
        if let What::Polled(script, _) = event.what {
            for waiting in line.waiting().filter(|waiting| *waiting != script) {
                let turns = polls.entry((waiting, script)).or_default();
                *turns += 1;
                if *turns > MANY {
                    return Err(kept_waiting(story, [waiting, script], *turns, event.at));
                }
            }
            polls.retain(|(waiting, _), _| *waiting != script);
        }
        line.hear(place, event);
    }
    Ok(())
}

fn kept_waiting(story: &Story, [waiting, script]: [u64; 2], turns: usize, at: Ticks) -> Finding {
    let (cause, hint) = if !story.tasks.contains(&waiting) {
        (
            "the future of `block_on` has its turn only when nobody else is ready",
            "give it a place in the queue like any task, or look whether it was woken after each poll or round of polls",
        )
    } else if !story.tasks.contains(&script) {
        (
            "the future of `block_on` is polled for as long as it is woken, and only then are tasks",
            "poll it once, and then those who are ready: it has its turn like anybody",
        )
    } else {
        (
            "a task that wakes itself goes on, and those who have waited for longer don't get their turn",
            "put it at the end of the queue, like anybody who is woken",
        )
    };
    Finding::fail(
        "whoever wakes itself all the time, a task or the future of `block_on`, keeps nobody waiting",
        format!(
            "by {} {} was polled {} while {} was ready and was not polled",
            tick(at),
            story.name(script),
            count(turns, "time"),
            story.name(waiting)
        ),
        cause,
        hint,
    )
}

/// No loop that gives turns polls one so often before it looks at the others: runtimes that work in batches take some 60.
const MANY: usize = 100;
