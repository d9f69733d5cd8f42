//! Who is polled, when and where: only who was woken, each who was woken, in the tick of the wake, on the loop's own thread.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use judge::scenario::Ticks;
use judge::suite::Finding;
use judge::words::{count, tick};

use super::promise::Judged;
use super::story::{By, Event, Story, What};

/// No script is polled except for the first time, or after a wake since its last poll.
pub(super) fn only_what_was_woken(story: &Story) -> Judged {
    let mut line = Line::default();
    for (place, event) in story.events.iter().enumerate() {
        if let What::Polled(script, _) = event.what {
            if line.ended.contains(&script) {
                return Err(after_its_end(story, script, event.at));
            }
            if line.elsewhere.contains(&script) {
                return Err(of_another_loop(story, script, event.at));
            }
            if line.polled.contains(&script) && !line.open.contains_key(&script) {
                return Err(unwoken(story, script, place));
            }
        }
        line.hear(place, event);
    }
    Ok(())
}

fn after_its_end(story: &Story, script: u64, at: Ticks) -> Finding {
    Finding::fail(
        "a future that has ended is not polled any more",
        format!(
            "{} had ended, its waker was called once more, and it was polled again at tick {at}",
            story.name(script)
        ),
        "the future stays where it is when it is ready, and a late wake finds it there",
        "take a task out when its future is ready, and let a wake for one that is gone do nothing",
    )
}

fn of_another_loop(story: &Story, script: u64, at: Ticks) -> Finding {
    Finding::fail(
        "a loop polls its own tasks",
        format!("{} was spawned on another loop, and polled by this one at tick {at}", story.name(script)),
        "the queue is shared by all loops (`static`, `thread_local!`)",
        "give each loop a queue and timers of its own, which its clones and wakers share (`Arc`)",
    )
}

/// A poll that nobody asked for.
fn unwoken(story: &Story, script: u64, place: usize) -> Finding {
    let at = story.events[place].at;
    let polls = story.events.iter().filter(|event| matches!(event.what, What::Polled(of, _) if of == script));
    let wakes = story.events.iter().filter(|event| matches!(event.what, What::Woken(of, _) if of == script));
    let (polls, wakes) = (polls.count(), wakes.count());
    let others = others_unwoken(story, script);
    let (cause, hint) = if let Some(gone) = woken_too_late(story, place) {
        (
            format!(
                "a wake of {gone}, which had ended, is taken for one of this: a number, or a place, was given out again"
            ),
            "give everything a number that is never used again, the future of each `block_on` too (or a generation beside the place)",
        )
    } else if begins_again(story, script, place) {
        (
            "`block_on` begins with a poll of all tasks that are left from an earlier one".to_owned(),
            "begin with the queue as it is: nobody but the new future has to be polled",
        )
    } else if !story.tasks.contains(&script) && others == 0 {
        (
            "the future of `block_on` is polled in each round, whether it was woken or not".to_owned(),
            "give it a waker and a flag of its own, or a place in the queue, like any task",
        )
    } else if polls <= wakes + 1 && others == 0 {
        (
            "a task that is woken several times before its poll stands in the queue as often".to_owned(),
            "remember that it stands in the queue (a flag, or a set), and forget that right before its poll",
        )
    } else {
        (
            "each round polls everybody, or a wake does not say whose it is".to_owned(),
            "give each task a waker that knows its task, and poll those alone whose waker was called",
        )
    };
    Finding::fail(
        "a future is polled once at first, and from then on only after its waker was called",
        format!(
            "{} was polled at tick {at} without a wake since its last poll: {}, {} in all",
            story.name(script),
            count(polls, "poll"),
            count(wakes, "wake")
        ),
        cause,
        hint,
    )
}

/// Whose late wake was the last thing before this poll, if that is so.
fn woken_too_late(story: &Story, place: usize) -> Option<String> {
    let before = &story.events[..place];
    let (at, gone) = before.iter().enumerate().rev().find_map(|(at, event)| match event.what {
        What::Woken(script, _) => Some((at, script)),
        _ => None,
    })?;
    let ended =
        before[..at].iter().any(|event| matches!(event.what, What::Ended(script, _) if script == gone));
    ended.then(|| story.name(gone))
}

/// Whether a `block_on` has ended since the last poll of this one.
fn begins_again(story: &Story, script: u64, place: usize) -> bool {
    let since = story.events[..place].iter().rev();
    let mut since =
        since.take_while(|event| !matches!(event.what, What::Polled(polled, _) if polled == script));
    since.any(|event| matches!(event.what, What::Back(..)))
}

/// How many other scripts were polled unwoken.
fn others_unwoken(story: &Story, script: u64) -> usize {
    let mut line = Line::default();
    let mut unwoken = BTreeSet::new();
    for (place, event) in story.events.iter().enumerate() {
        match event.what {
            What::Polled(of, _)
                if of != script && line.polled.contains(&of) && !line.open.contains_key(&of) =>
            {
                unwoken.insert(of);
            }
            _ => {}
        }
        line.hear(place, event);
    }
    unwoken.len()
}

/// A wake, or a spawn, that no poll has followed yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) script: u64,
    /// Its place among the events.
    place: usize,
    at: Ticks,
    /// `None`: it was spawned.
    by: Option<By>,
    /// Whether a `block_on` has ended since.
    kept: bool,
    /// Whether no `block_on` was in progress.
    between: bool,
    /// Whether it was woken once more.
    again: bool,
}

/// Those who wait for a poll, as the contract has it.
#[derive(Default)]
pub(super) struct Line {
    open: BTreeMap<u64, Open>,
    /// The scripts of those, by the place of the wake.
    order: BTreeMap<usize, u64>,
    polled: BTreeSet<u64>,
    ended: BTreeSet<u64>,
    /// What belongs to loops that are not used any more.
    elsewhere: BTreeSet<u64>,
    /// Whether `block_on` has returned, and no other one has begun: until then nobody is polled.
    pauses: bool,
}

impl Line {
    /// Gives the wake that a poll answers.
    pub(super) fn hear(&mut self, place: usize, event: &Event) -> Option<Open> {
        let begins = self.pauses && matches!(event.what, What::Polled(..) | What::Parks(_));
        if begins {
            self.pauses = false;
            self.open.values_mut().for_each(|open| (open.at, open.kept) = (event.at, true));
        }
        match event.what {
            What::Woken(script, by) => {
                self.join(script, place, event.at, Some(by));
            }
            What::Spawn(script, _) => self.join(script, place, event.at, None),
            What::Polled(script, _) => {
                self.polled.insert(script);
                return self.leave(script);
            }
            What::Ended(script, _) => {
                self.leave(script);
                self.ended.insert(script);
            }
            What::Back(..) => self.pauses = true,
            What::AnotherLoop => {
                self.elsewhere
                    .extend(mem::take(&mut self.open).into_keys().chain(mem::take(&mut self.polled)));
                self.order.clear();
            }
            _ => {}
        }
        None
    }

    fn join(&mut self, script: u64, place: usize, at: Ticks, by: Option<By>) {
        if let Some(open) = self.open.get_mut(&script) {
            open.again = true;
        } else if !self.ended.contains(&script) {
            let open = Open { script, place, at, by, kept: false, between: self.pauses, again: false };
            self.open.insert(script, open);
            self.order.insert(place, script);
        }
    }

    /// Whoever waits for a poll.
    pub(super) fn waiting(&self) -> impl Iterator<Item = u64> {
        self.open.keys().copied()
    }

    fn leave(&mut self, script: u64) -> Option<Open> {
        let open = self.open.remove(&script)?;
        self.order.remove(&open.place);
        Some(open)
    }

    /// Of a whole story: whoever waits for a poll at its end, though `block_on` has not returned.
    pub(super) fn left(story: &Story) -> Option<Open> {
        let mut line = Self::default();
        for (place, event) in story.events.iter().enumerate() {
            line.hear(place, event);
        }
        let first = line.order.values().next().filter(|_| !line.pauses)?;
        line.open.get(first).copied()
    }
}

/// Each wake and each spawn is followed by a poll in the same tick, unless `block_on` has ended.
pub(super) fn loses_no_wake(story: &Story) -> Judged {
    let mut line = Line::default();
    for (place, event) in story.events.iter().enumerate() {
        if let Some(woken) = line.hear(place, event).filter(|woken| woken.at < event.at) {
            let observed = format!("{}, and was polled only at tick {}", how(story, woken), event.at);
            return Err(lost(story, woken, observed));
        }
    }
    Line::left(story).map_or(Ok(()), |left| Err(never_polled(story, left)))
}

/// Of a wake that no poll has followed.
pub(super) fn never_polled(story: &Story, left: Open) -> Finding {
    lost(story, left, format!("{}, and never polled after that", how(story, left)))
}

/// What happened while a script's waker was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    InItsOwnPoll,
    GoingToSleep,
    Asleep,
    Awake,
}

fn moment(story: &Story, open: Open) -> Moment {
    let before = &story.events[..open.place];
    let last = before.iter().rev().find_map(|event| match event.what {
        What::Moment => Some(Moment::GoingToSleep),
        What::Parks(_) => Some(Moment::Asleep),
        What::Polled(script, _) if script == open.script => Some(Moment::InItsOwnPoll),
        What::Polled(..) | What::Unparks(_) => Some(Moment::Awake),
        _ => None,
    });
    // The wake may be told before or after the moment is.
    let next = story.events.get(open.place + 1).map(|event: &Event| event.what);
    if next == Some(What::Moment) { Moment::GoingToSleep } else { last.unwrap_or(Moment::Awake) }
}

/// `task 2 was woken at tick 3, just before the loop went to sleep`.
fn how(story: &Story, open: Open) -> String {
    let name = story.name(open.script);
    let when = match moment(story, open) {
        _ if open.between => ", between two calls of `block_on`",
        _ if open.kept => ", before an earlier `block_on` ended",
        Moment::InItsOwnPoll => ", while it was being polled",
        Moment::GoingToSleep => ", just before the loop went to sleep",
        Moment::Asleep => ", while the loop slept",
        Moment::Awake => "",
    };
    let what = match open.by {
        None => "spawned",
        Some(By::Kit) => "woken",
        Some(By::Sleep(_)) => "woken by a sleep",
        Some(By::Handle(_)) => "woken by a handle",
    };
    format!("{name} was {what} at {}{when}", tick(story.events[open.place].at))
}

fn lost(story: &Story, open: Open, observed: String) -> Finding {
    let (cause, hint) = match (moment(story, open), open.by) {
        _ if open.between => (
            "a wake or a spawn counts only while a `block_on` is in progress, or the next one begins with an empty queue",
            "put whoever is woken into the queue at any moment: the next `block_on` finds it there",
        ),
        _ if open.kept => (
            "the task was ready when an earlier `block_on` ended, and is forgotten: with the rest of a round, or by a queue that was cleared",
            "leave in the queue what is there when `block_on` ends, also by a panic: the next one goes on with it",
        ),
        (Moment::InItsOwnPoll, Some(_)) => (
            "a wake that comes during the poll is lost: the task still counts as queued (a flag that is cleared after the poll, or never), or \
             its future is out of its place meanwhile and the wake does not find it",
            "clear the flag right before the poll, and let a wake look at nothing but the flag and the queue",
        ),
        (Moment::GoingToSleep, _) => (
            "between the look at the queue and the sleep nobody is told of a wake: `unpark` is called only if a flag says \"asleep\", or \
             something that the wake has set is cleared again",
            "call `unpark` with each wake, after the task is in the queue: `park` returns at once then, so nothing can come in between",
        ),
        (Moment::Asleep, _) => (
            "the loop sleeps, and the wake or the spawn does not `unpark` it, or puts nothing into the queue (a flag that is never cleared)",
            "put the task into the queue unless it is there, and then call `Machine::unpark`, on whichever thread",
        ),
        (_, None) => (
            "a task that was spawned is not in the queue of this loop (is a clone a loop of its own?), or the loop sleeps though it is",
            "put a new task at the end of the queue and `unpark` the loop, whoever spawns it",
        ),
        (_, Some(_)) => (
            "a wake is lost: the task counts as queued and is not (a flag that is never cleared), or the queue forgets it",
            "a wake puts the task into the queue unless it is there; being taken out for its poll clears the flag",
        ),
    };
    Finding::fail("whoever is woken is polled, in the same tick", observed, cause, hint)
}

/// Tasks are polled in the order of their wakes and spawns. Where one that is woken twice before its poll stands is left open.
pub(super) fn in_the_order_of_wakes(story: &Story) -> Judged {
    let mut line = Line::default();
    for (place, event) in story.events.iter().enumerate() {
        if let What::Polled(script, _) = event.what
            && story.tasks.contains(&script)
        {
            let mut tasks = line.order.values().filter(|queued| story.tasks.contains(queued));
            let first = tasks.next().copied();
            let once = |task: &u64| line.open.get(task).is_some_and(|open| !open.again);
            if let Some(first) = first.filter(|first| *first != script && once(first) && once(&script)) {
                let newest = tasks.next_back() == Some(&script);
                let new = |task| line.open.get(task).is_some_and(|open| open.by.is_none());
                let other_line = new(&first) != new(&script);
                return Err(out_of_turn(story, [first, script], newest, other_line, event.at));
            }
        }
        line.hear(place, event);
        // Whoever is gone before its end stands in nobody's way: that is for `lets_go` to tell.
        if let What::Dropped(script) = event.what {
            line.leave(script);
        }
    }
    Ok(())
}

fn out_of_turn(
    story: &Story,
    [first, script]: [u64; 2],
    newest: bool,
    other_line: bool,
    at: Ticks,
) -> Finding {
    let again = last_polled(story, script, at);
    let (cause, hint) = if other_line && !(again && newest) {
        (
            if newest {
                "the newest goes first: the queue is a stack, or tasks that are new have another queue than those that are woken"
            } else {
                "tasks that are new have another queue than those that are woken, and one of the two goes first"
            },
            "one queue (`VecDeque`) for all who are to be polled, the new ones and the woken ones: put in at the end, take out at the front",
        )
    } else if again && newest {
        (
            "a task that wakes itself in its poll goes on at once, or to the front of the queue, before those that have waited for longer",
            "put it at the end of the queue, like anybody who is woken",
        )
    } else if newest {
        (
            "the newest goes first: the queue is a stack",
            "take from one end and put in at the other (`VecDeque`)",
        )
    } else {
        (
            "the tasks that are ready are kept in no order, or in that of their numbers",
            "a queue (`VecDeque`): put in at the end, take out at the front",
        )
    };
    Finding::fail(
        "tasks run in the order in which they were spawned or woken",
        format!(
            "at tick {at} {} was polled, though {} had been spawned or woken before it",
            story.name(script),
            story.name(first)
        ),
        cause,
        hint,
    )
}

/// Whether this one was polled before in the same tick, and woke itself then.
fn last_polled(story: &Story, script: u64, at: Ticks) -> bool {
    let polls =
        story.events.iter().filter(|event| event.what == What::Polled(script, true) && event.at <= at);
    polls.count() > 1
}

/// Everything is polled on the thread of `block_on`, and nothing of a task runs in `spawn`.
pub(super) fn where_it_belongs(story: &Story) -> Judged {
    let mut in_spawn = None;
    for event in &story.events {
        match event.what {
            What::Polled(script, _) if in_spawn == Some(script) => {
                return Err(Finding::fail(
                    "nothing of a task runs in `spawn`",
                    format!("{} was polled before its `spawn` had returned", story.name(script)),
                    "`spawn` polls the new task itself",
                    "put the task into the queue and return: the loop polls it when it is its turn",
                ));
            }
            What::Polled(script, false) => {
                return Err(Finding::fail(
                    "everything is polled on the thread of `block_on`",
                    format!("{} was polled on another thread", story.name(script)),
                    "a thread is started for a task, or a task is polled by whoever spawns or wakes it",
                    "`spawn` and wakers put the task into the queue; nobody but `block_on` polls",
                ));
            }
            What::Spawn(script, false) => in_spawn = Some(script),
            What::Spawned(script) if in_spawn == Some(script) => in_spawn = None,
            _ => {}
        }
    }
    Ok(())
}
