//! Small objects that are made of this crate's locks, as answers are.

use judge::interleavings::ENTRY;

use super::*;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Condvar, Mutex, mpsc};
use crate::thread;
use crate::time::Instant;

const ADD: u64 = 0;
const WAIT: u64 = 1;

fn explored(seed: u64, program: fn(&Stage, &[u64])) -> Explored {
    let row = |driver| (driver, vec![vec![ADD]]);
    let moments = vec![vec![row(0), row(1)], vec![(2, vec![vec![WAIT]])], vec![row(0)]];
    let play = Play { seed, schedules: 60, setup: vec![7], moments };
    Explored::read(&explore(&Request { entry: ENTRY, input: play.payload() }, program)).unwrap()
}

/// A number to which 1 is added in two steps. Whoever waits for 10 has it after three additions.
fn in_two_steps(stage: &Stage, setup: &[u64]) {
    let (number, added) = (AtomicU64::new(setup[0]), (Mutex::new(()), Condvar::new()));
    stage.play(|_, op| {
        let mut guard = None;
        if op[0] == ADD {
            let seen = number.load(Ordering::SeqCst);
            number.store(seen + 1, Ordering::SeqCst);
            drop(added.0.lock());
            added.1.notify_all();
        } else {
            let enough = |(): &mut ()| number.load(Ordering::SeqCst) < 10;
            guard = Some(added.1.wait_while(added.0.lock().unwrap(), enough).unwrap());
        }
        drop(guard);
        vec![number.load(Ordering::SeqCst)]
    });
}

#[test]
fn a_lost_update_is_among_the_histories_and_whoever_waits_for_ever_ends_them() {
    let explored = explored(0, in_two_steps);
    assert_eq!(explored.stopped, None);
    let (schedule, last) = explored.histories.last().unwrap();
    assert_eq!(*schedule + 1, explored.schedules, "the one that can't end is the last");
    assert!(explored.schedules < 60, "{explored:?}");
    let back = last.iter().filter(|event| matches!(event, Event::Back(..))).count();
    assert_eq!((back, last.last()), (3, Some(&Event::Rest)), "{last:?}");
    for (_, events) in &explored.histories {
        assert_eq!(events.iter().filter(|event| **event == Event::Rest).count(), 3, "{events:?}");
    }
}

#[test]
fn the_seed_decides_everything() {
    let same = explored(3, in_two_steps);
    assert_eq!(explored(3, in_two_steps), same);
    assert_ne!(explored(4, in_two_steps), same);
}

#[test]
fn what_cant_be_played_faithfully_is_said_and_ends_it() {
    let sleeps: fn(&Stage, &[u64]) = |stage, _| {
        stage.play(|_, _| {
            thread::sleep(Duration::from_millis(1));
            vec![]
        });
    };
    let has_a_limit: fn(&Stage, &[u64]) = |stage, _| {
        stage.play(|_, _| {
            let (_sender, receiver) = mpsc::channel::<()>();
            let _ = receiver.recv_timeout(Duration::from_millis(30));
            vec![]
        });
    };
    let spins: fn(&Stage, &[u64]) = |stage, _| {
        stage.play(|_, _| {
            loop {
                thread::yield_now();
            }
        });
    };
    let panics: fn(&Stage, &[u64]) = |stage, _| stage.play(|_, _| panic!("on purpose"));
    let leaves_a_thread: fn(&Stage, &[u64]) = |stage, _| {
        stage.play(|_, _| vec![]);
        let _left = thread::spawn(|| {
            loop {
                thread::park();
            }
        });
    };
    let no_room: fn(&Stage, &[u64]) = |stage, _| {
        let _channel = mpsc::sync_channel::<()>(0);
        stage.play(|_, _| vec![]);
    };
    let why = [
        (sleeps, Stopped::Sleeps),
        (has_a_limit, Stopped::HasALimit),
        (spins, Stopped::TakesManySteps),
        (panics, Stopped::Panics),
        (leaves_a_thread, Stopped::LosesAThread),
        (no_room, Stopped::UsesAChannel),
    ];
    for (program, why) in why {
        let explored = explored(0, program);
        assert_eq!((explored.stopped, explored.histories.len()), (Some(why), 0));
    }
}

#[test]
fn a_limit_of_an_hour_never_runs_out() {
    let program: fn(&Stage, &[u64]) = |stage, _| {
        let (done, bell) = (Mutex::new(0), Condvar::new());
        stage.play(|_, op| {
            if op[0] == ADD {
                *done.lock().unwrap() += 1;
                bell.notify_all();
            } else {
                let hour = Duration::from_hours(1);
                let waited = bell.wait_timeout_while(done.lock().unwrap(), hour, |done| *done < 3);
                assert!(!waited.unwrap().1.timed_out());
            }
            vec![]
        });
    };
    let explored = explored(0, program);
    assert_eq!((explored.schedules, explored.stopped), (60, None));
}

/// Whoever waits for what nobody does comes back when the limit is over; and before, or after the others, as the schedule has it.
#[test]
fn a_short_limit_runs_out_at_any_moment_and_takes_its_time() {
    const LIMIT: Duration = Duration::from_millis(30);
    let program: fn(&Stage, &[u64]) = |stage, _| {
        let (done, bell) = (Mutex::new(0), Condvar::new());
        stage.play(|_, op| {
            let mut done = done.lock().unwrap();
            if op[0] == ADD {
                *done += 1;
                bell.notify_all();
                return vec![*done];
            }
            let begun = Instant::now();
            let (done, result) = bell.wait_timeout_while(done, LIMIT, |done| *done < 9).unwrap();
            assert!(result.timed_out() && begun.elapsed() == LIMIT);
            thread::park_timeout(LIMIT);
            assert!(begun.elapsed() == 2 * LIMIT);
            vec![*done]
        });
    };
    let moments = vec![vec![(0, vec![vec![ADD]; 2]), (1, vec![vec![WAIT]])]];
    let play = Play { seed: 0, schedules: 60, setup: vec![], moments };
    let explored =
        Explored::read(&explore(&Request { entry: ENTRY, input: play.payload() }, program)).unwrap();
    assert_eq!((explored.schedules, explored.stopped), (60, None));
    let seen = |added: u64| {
        let mut all = explored.histories.iter().flat_map(|(_, events)| events);
        all.any(|event| *event == Event::Back(1, vec![added]))
    };
    assert!(seen(0) && seen(1) && seen(2), "{explored:?}");
}
