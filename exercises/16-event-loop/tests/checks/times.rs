//! Sleeps: when they end, in which order, and until when the loop sleeps.

use std::collections::{BTreeMap, BTreeSet};

use judge::scenario::Ticks;
use judge::suite::Finding;
use judge::words::{count, thousands, tick};

use super::promise::Judged;
use super::story::{By, Event, Sleep, Story, What};

/// A sleep that somebody waits for.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    sleep: Sleep,
    /// When it has to be over: at its end, or, if it is polled only after that, in the tick of its first poll.
    due: Ticks,
    /// Who polled it last; nobody yet.
    by: Option<u64>,
    /// Whether it has woken somebody since.
    rung: bool,
}

/// The sleeps that there are, as the contract has it.
#[derive(Default)]
pub(super) struct Timers {
    all: BTreeMap<u64, Sleep>,
    live: BTreeMap<u64, Waiting>,
    /// How many loops there were.
    loops: usize,
}

impl Timers {
    fn of(story: &Story) -> Self {
        Self { all: story.sleeps(), ..Self::default() }
    }

    fn hear(&mut self, event: &Event) {
        match event.what {
            What::Made(sleep, _) => {
                let made = self.all[&sleep];
                self.live.insert(sleep, Waiting { sleep: made, due: made.due, by: None, rung: false });
            }
            What::Pending(sleep, by) => {
                if let Some(waiting) = self.live.get_mut(&sleep) {
                    if waiting.by.is_none() {
                        waiting.due = waiting.due.max(event.at);
                    }
                    (waiting.by, waiting.rung) = (Some(by), false);
                }
            }
            What::Woken(_, By::Sleep(sleep)) => {
                if let Some(waiting) = self.live.get_mut(&sleep) {
                    waiting.rung = true;
                }
            }
            What::Ready(sleep, _) | What::Gone(sleep) => {
                self.live.remove(&sleep);
            }
            // What belongs to other loops is for these to ring.
            What::AnotherLoop => {
                self.loops += 1;
                self.live.clear();
            }
            _ => {}
        }
    }

    /// Whether it was polled before, and had to be over by then.
    fn is_late(&self, sleep: u64, at: Ticks) -> bool {
        self.live.get(&sleep).is_some_and(|waiting| waiting.by.is_some() && at > waiting.due)
    }

    /// Those that still have to wake somebody.
    fn due(&self) -> impl Iterator<Item = &Waiting> {
        self.live.values().filter(|waiting| waiting.by.is_some() && !waiting.rung)
    }

    /// When the first of them does.
    fn next(&self) -> Option<Ticks> {
        self.due().map(|waiting| waiting.sleep.due).min()
    }

    /// Of a whole story: a sleep that has not woken anybody though its time has come, or will never be looked at.
    pub(super) fn left(story: &Story) -> Option<Sleep> {
        let mut timers = Self::of(story);
        story.events.iter().for_each(|event| timers.hear(event));
        timers.due().map(|waiting| waiting.sleep).min_by_key(|sleep| (sleep.due, sleep.number))
    }
}

/// A sleep ends at its tick, and wakes whoever polled it last, once; one that was dropped wakes nobody.
pub(super) fn keeps_time(story: &Story) -> Judged {
    let mut timers = Timers::of(story);
    for event in &story.events {
        match event.what {
            What::Woken(script, By::Sleep(number)) => {
                let sleep = timers.all[&number];
                // One that was dropped may have been polled by the waker that tells of another one.
                let gone = timers
                    .all
                    .iter()
                    .find(|(number, sleep)| sleep.due == event.at && !timers.live.contains_key(number));
                match timers.live.get(&number) {
                    None if timers.loops > 1 => return Err(of_another_loop(sleep, event.at)),
                    None => return Err(wakes_after_its_end(story, sleep, script, event.at)),
                    Some(_) if event.at < sleep.due => {
                        return Err(gone.map_or_else(
                            || early(story, sleep, event.at),
                            |(_, gone)| wakes_after_its_end(story, *gone, script, event.at),
                        ));
                    }
                    Some(waiting) if event.at > waiting.due => return Err(late(sleep, event.at)),
                    Some(waiting) if waiting.by != Some(script) => {
                        return Err(old_waker(story, *waiting, script));
                    }
                    Some(_) => {}
                }
            }
            What::Ready(number, _) => {
                let sleep = timers.all[&number];
                if event.at < sleep.due {
                    return Err(early(story, sleep, event.at));
                }
                if timers.is_late(number, event.at) {
                    return Err(late(sleep, event.at));
                }
            }
            What::Pending(number, _) if timers.is_late(number, event.at) => {
                return Err(late(timers.all[&number], event.at));
            }
            _ => {}
        }
        timers.hear(event);
    }
    Ok(())
}

fn length(sleep: Sleep) -> String {
    format!("a sleep of {} ms, made at {},", thousands(sleep.length), tick(sleep.due - sleep.length))
}

const ON_TIME: &str = "a sleep ends exactly when its time has passed since `sleep` was called";

fn early(story: &Story, sleep: Sleep, at: Ticks) -> Finding {
    let (cause, hint) = if story.events.iter().any(|event| event.what == What::Busy) {
        (
            "the time is counted from a moment at which the loop looked at the clock: polls take time",
            "call `now` in `sleep` itself",
        )
    } else if story.sleeps().len() == 1 && sleep.length > u64::from(u16::MAX) {
        (
            "the time is kept in a number that is too small for it, or a sleep takes any poll for its end",
            "keep times as `Duration`; in the poll of a sleep look at the clock",
        )
    } else {
        (
            "all timers ring when one is due, or a sleep takes any poll for its end",
            "ring those alone whose time is not later than `now`; in the poll of a sleep look at the clock",
        )
    };
    Finding::fail(ON_TIME, format!("{} was over at {}, too early", length(sleep), tick(at)), cause, hint)
}

fn late(sleep: Sleep, at: Ticks) -> Finding {
    Finding::fail(
        ON_TIME,
        format!("{} was not over before {}, too late", length(sleep), tick(at)),
        "the time is counted from the first poll, the loop sleeps until another timer than the first one, or a timer that is due now does not \
         ring yet (`<` for `<=`)",
        "compute the end in `sleep` itself, and let the loop sleep until the earliest of all ends",
    )
}

fn wakes_after_its_end(story: &Story, sleep: Sleep, script: u64, at: Ticks) -> Finding {
    Finding::fail(
        "a sleep that is over, or was dropped, wakes nobody any more",
        format!("{} was gone, and woke {} at tick {at}", length(sleep), story.name(script)),
        "its entry stays among the timers, or each poll has made another one",
        "one entry for each sleep: replace its waker in each poll, and take it out when the sleep is dropped",
    )
}

const SHARED: (&str, &str) = (
    "timers are shared by all loops (`static`, `thread_local!`)",
    "give each loop timers and a queue of its own, which its clones and its sleeps share (`Arc`)",
);

fn of_another_loop(sleep: Sleep, at: Ticks) -> Finding {
    let observed = format!("{} was another loop's, and this one rang it at tick {at}", length(sleep));
    Finding::fail("a loop rings its own sleeps", observed, SHARED.0, SHARED.1)
}

fn old_waker(story: &Story, waiting: Waiting, script: u64) -> Finding {
    let last = waiting.by.map_or_else(String::new, |by| story.name(by));
    Finding::fail(
        "a sleep wakes whoever polled it last",
        format!("{} was polled by {last} last, and woke {}", length(waiting.sleep), story.name(script)),
        "the waker of the first poll is kept",
        "store the waker in each poll that is not ready, in place of the one before",
    )
}

/// A sleep that has never woken anybody.
pub(super) fn never_rang(sleep: Sleep) -> Finding {
    Finding::fail(
        ON_TIME,
        format!("{} never ended: it was due at {}", length(sleep), tick(sleep.due)),
        "the loop sleeps without an end though somebody waits for a time, or the timer is not there any more: another one with the same time, \
         or the same waker, has taken its place, or took it along when it was dropped, or its waker was that of another poll",
        "`park(Some(earliest))` with the earliest end of all sleeps; keep timers by time *and* number; renew the waker in each poll",
    )
}

/// Sleeps that end at the same time wake in the order in which they were made. Those that nobody had polled before their end are left
/// out: they may be ready at once.
pub(super) fn in_the_order_of_their_making(story: &Story) -> Judged {
    let sleeps = story.sleeps();
    let mut in_time = BTreeSet::new();
    let rung = story.events.iter().filter_map(|event| match event.what {
        What::Pending(sleep, _) if event.at < sleeps[&sleep].due => {
            in_time.insert(sleep);
            None
        }
        What::Woken(_, By::Sleep(sleep)) if in_time.contains(&sleep) => Some(sleeps[&sleep]),
        _ => None,
    });
    let rung: Vec<Sleep> = rung.collect();
    let Some(pair) =
        rung.windows(2).find(|pair| (pair[0].due, pair[0].number) > (pair[1].due, pair[1].number))
    else {
        return Ok(());
    };
    Err(Finding::fail(
        "sleeps wake in the order of their ends; those that end at the same time in the order in which they were made",
        format!(
            "sleep number {} of the story, due at tick {}, rang before number {}, due at tick {}",
            pair[0].number, pair[0].due, pair[1].number, pair[1].due
        ),
        "timers are kept in no order, or ordered by their time alone, or by that and their length",
        "give each sleep a number when it is made, and order by time and number: `(when, number)`",
    ))
}

/// With nothing to do the loop sleeps, in `park`, until the earliest time that anybody waits for.
pub(super) fn sleeps_when_idle(story: &Story) -> Judged {
    let mut timers = Timers::of(story);
    let mut nothing_since = None;
    for event in &story.events {
        match event.what {
            What::Parks(until) => {
                if let Some(until) = nothing_since {
                    return Err(for_nothing(until));
                }
                let next = timers.next();
                if until != next {
                    return Err(wrong_time(&timers, until, next, event.at));
                }
                if let Some(until) = until.filter(|until| *until <= event.at) {
                    return Err(already(until, event.at));
                }
            }
            What::Unparks(false) => nothing_since = Some(event.at),
            What::Polled(..) => nothing_since = None,
            _ => {}
        }
        timers.hear(event);
    }
    Ok(())
}

const UNTIL: &str =
    "with nothing to poll the loop sleeps in `park`, until the earliest time that anybody still waits for";

fn wrong_time(timers: &Timers, until: Option<Ticks>, next: Option<Ticks>, at: Ticks) -> Finding {
    let told = |time: Option<Ticks>| time.map_or_else(|| "no time".to_owned(), tick);
    let waiting = timers.due().count();
    let (cause, hint) = match (until, next) {
        (Some(_), None) if timers.loops > 1 => SHARED,
        (Some(until), next)
            if until <= at
                || next.is_some_and(|next| next != until && until - at == next.saturating_sub(until)) =>
        {
            (
                "`park` got a length of time: it takes the time at which to wake up",
                "`park(Some(when))`, where `when` is the end of the first sleep, as `now` counts",
            )
        }
        (Some(until), Some(next)) if until > next => (
            "the loop sleeps until another timer than the first one",
            "the earliest end of all sleeps decides",
        ),
        (None, Some(_)) => (
            "the loop sleeps until it is woken, though somebody waits for a time",
            "`park(Some(earliest))` as long as there is a sleep",
        ),
        _ => (
            "the loop wakes up to look (a poll of the queue by the clock), or a sleep that was dropped is still among the timers",
            "take a sleep out of the timers when it is dropped, and trust `unpark`: nothing has to be looked for",
        ),
    };
    let then = if waiting == 0 {
        "nobody waited for a time".to_owned()
    } else {
        format!("{} waited, the first until {}", count(waiting, "sleep"), told(next))
    };
    Finding::fail(UNTIL, format!("at tick {at} it parked until {}; {then}", told(until)), cause, hint)
}

fn already(until: Ticks, at: Ticks) -> Finding {
    Finding::fail(
        UNTIL,
        format!("at tick {at} it parked until tick {until}, which had come"),
        "a timer that is due right now does not ring: it is compared with `<` instead of `<=`",
        "a timer is due if its time is not later than `now`",
    )
}

fn for_nothing(until: Ticks) -> Finding {
    Finding::fail(
        UNTIL,
        format!("it slept until tick {until}, found nothing to poll, and slept on"),
        "a timer rings for somebody who does not wait any more, or does not ring in its own tick",
        "take a sleep out of the timers when it is dropped; ring all timers that are not later than `now`",
    )
}

/// A timer that is due while tasks are ready rings as soon as those who are ready have had their turn.
pub(super) fn timers_are_not_kept_waiting(story: &Story) -> Judged {
    let mut timers = Timers::of(story);
    // How often each script was polled since this sleep was due.
    let mut polls: BTreeMap<u64, BTreeMap<u64, usize>> = BTreeMap::new();
    for event in &story.events {
        if let What::Polled(script, _) = event.what {
            let due = timers.live.iter().filter(|(_, waiting)| waiting.sleep.due <= event.at);
            for (&number, waiting) in due.filter(|(_, waiting)| waiting.by.is_some_and(|by| by != script)) {
                let turns = polls.entry(number).or_default().entry(script).or_default();
                *turns += 1;
                if *turns > TURNS {
                    return Err(Finding::fail(
                        "a task that wakes itself all the time keeps no timer waiting",
                        format!(
                            "{} was due at tick {}; by tick {} {} was polled {} times since, and whoever waits for the sleep was not",
                            length(waiting.sleep),
                            waiting.sleep.due,
                            event.at,
                            story.name(script),
                            turns
                        ),
                        "timers are looked at only when nobody is ready, or too seldom",
                        "look at the clock before each poll, or after each round of polls",
                    ));
                }
            }
        }
        timers.hear(event);
    }
    Ok(())
}

/// One poll may have been under way, and one may have been before in the queue.
const TURNS: usize = 2;
