//! The block of memory that all processes of a run share: what each of them sees, what the judge sees, and that nobody makes anything else
//! of it.

use std::sync::atomic::Ordering::SeqCst;

use judge::engine::launch::{Launch, Portable, Program};
use judge::processes::told;
use judge::run::{End, Excess, Run};
use judge::scenario::{Call, Plan, Scenario, Ticks};
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};
use libtest_mimic::Trial;

use crate::{START, START_UP, play};

/// Entries from here on are of this file.
pub(crate) const FIRST: u16 = 200;

/// Each worker adds so many ones, in one step or in two.
const ADDS: u16 = FIRST;
const LOADS_AND_STORES: u16 = FIRST + 1;
/// A worker looks for something else to do with the block.
const ABUSES: u16 = FIRST + 2;
/// A worker waits for a number that nobody writes.
const WAITS: u16 = FIRST + 3;
/// A worker cuts the file that the block is.
const CUTS: u16 = FIRST + 4;

const ONES: u64 = 3;
const SLOTS: usize = 5;
const ACCESS: u16 = Work::HELD + 1;

/// Starts the workers that are to do it, and waits for their end.
pub(crate) fn in_the_main_process(judge: &Judge, request: &Request) -> Payload {
    let workers = request.input.numbers[0];
    judge.block()[0].fetch_add(100, SeqCst);
    let mut children: Vec<_> =
        (0..workers).map(|_| judge.worker(request.entry).spawn().expect("a worker starts")).collect();
    Payload::of(children.iter_mut().flat_map(|child| told(Err(child.wait().expect("it is ours")))))
}

pub(crate) fn in_a_worker(judge: &Judge, entry: u16) {
    let ask = |kind, key| judge.work(Work { kind, key, input: Payload::default() });
    let _ = ask(START, 0);
    let block = judge.block();
    assert_eq!(block.len(), SLOTS);
    match entry {
        ADDS => (0..ONES).for_each(|_| {
            let _ = ask(ACCESS, 0);
            block[0].fetch_add(1, SeqCst);
        }),
        LOADS_AND_STORES => (0..ONES).for_each(|_| {
            let _ = ask(ACCESS, 0);
            let seen = block[0].load(SeqCst);
            let _ = ask(ACCESS, 0);
            block[0].store(seen + 1, SeqCst);
        }),
        WAITS => loop {
            let _ = ask(ACCESS, 1);
        },
        #[cfg(target_os = "linux")]
        CUTS => cut(),
        _ => {
            #[cfg(target_os = "linux")]
            abuse();
        }
    }
}

/// Whoever gets at the block as a file (which takes rights that no hand-in has) makes it no longer and no shorter, and runs nothing that is
/// in it.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "it is the attack: nothing may start")]
fn abuse() {
    use std::fs::{self, File};
    use std::process::Command;

    let held = fs::read_dir("/proc/self/fd").expect("it is there").flatten();
    let left = held.filter_map(|entry| fs::read_link(entry.path()).ok());
    assert_eq!(
        left.filter(|to| to.to_string_lossy().contains("memfd:block")).count(),
        0,
        "it is mapped, and closed"
    );
    let maps = fs::read_to_string("/proc/self/maps").expect("it is there");
    let own = maps.lines().find(|line| line.contains("memfd:block")).expect("it is mapped");
    let range = own.split(' ').next().expect("it has a range");
    let path = format!("/proc/self/map_files/{range}");
    if let Ok(file) = File::options().read(true).write(true).open(&path) {
        assert!(file.set_len(0).is_err() && file.set_len(1 << 20).is_err(), "it is sealed");
    }
    assert!(Command::new(path).spawn().is_err(), "it is no program");
}

#[cfg(target_os = "linux")]
fn cut() {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("it is there");
    let own = maps
        .lines()
        .find_map(|line| line.find('/').map(|at| &line[at..]).filter(|path| path.contains("judge-block-")));
    let file = std::fs::File::options().write(true).open(own.expect("it is mapped")).expect("it is our own");
    file.set_len(8).expect("it is a file");
}

fn scenario(entry: u16, workers: u64, accesses: usize) -> Scenario {
    let mut plan = Plan::default();
    plan.secret(START, 0, START_UP);
    plan.slow_memory(ACCESS, accesses);
    let request = Request { entry, input: Payload::of([workers]) };
    Scenario::new("", vec![Call { lane: 0, request }], plan).with_block(SLOTS)
}

/// What the first slot held once a worker had added to it, and when; each value once.
fn seen(run: &Run) -> Vec<(Ticks, u64)> {
    let looks = run.looks.iter().map(|look| (look.at, look.slots[0]));
    let mut seen: Vec<(Ticks, u64)> = looks.filter(|(_, value)| *value > 100).collect();
    seen.dedup_by_key(|look| look.1);
    seen
}

fn all_processes_see_the_same(launcher: &dyn Launch) {
    let run = play(launcher, &scenario(ADDS, 2, 100));
    assert_eq!(run.end, End::Finished, "{}", run.output);
    let last = run.looks.last().expect("somebody looked");
    assert_eq!(last.slots, [100 + 2 * ONES, 0, 0, 0, 0]);
}

fn the_judge_sees_each_step() {
    let run = play(&Program::this().expect("it has a path"), &scenario(ADDS, 2, 100));
    let at = START_UP;
    let steps = [(at + 1, 101), (at + 1, 102), (at + 2, 103), (at + 2, 104), (at + 3, 105), (at + 3, 106)];
    assert_eq!(seen(&run), steps);
}

fn two_steps_lose_updates_in_every_run() {
    let run = play(&Program::this().expect("it has a path"), &scenario(LOADS_AND_STORES, 2, 100));
    assert_eq!(run.looks.last().map(|look| look.slots[0]), Some(100 + ONES));
}

fn a_look_without_end_ends_the_run() {
    let run = play(&Program::this().expect("it has a path"), &scenario(WAITS, 1, 100));
    assert_eq!(run.end, End::RunsAway(Excess::Accesses(101)));
}

fn a_worker_can_be_killed_between_two_steps() {
    let mut scenario = scenario(ADDS, 2, 100);
    scenario.plan.kill_at_access(2);
    let run = play(&Program::this().expect("it has a path"), &scenario);
    assert_eq!(run.looks.last().map(|look| look.slots[0]), Some(100 + 1 + ONES));
    assert_eq!(run.works.iter().filter(|work| work.died).count(), 1);
}

fn nobody_makes_anything_else_of_it() {
    let run = play(&Program::this().expect("it has a path"), &scenario(ABUSES, 1, 0));
    assert_eq!(run.calls[0].returned().map(|end| &end.numbers[..]), Some(&[1, 0][..]), "{}", run.output);
}

fn a_block_that_was_cut_is_forged() {
    let run = play(&Portable(Program::this().expect("it has a path")), &scenario(CUTS, 1, 0));
    assert_eq!(run.end, End::Forged("a block of memory that was cut".into()));
}

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |name: &str, test: fn()| {
        Trial::test(format!("block::{name}"), move || {
            test();
            Ok(())
        })
    };
    let mut trials = Vec::new();
    if cfg!(unix) {
        trials.push(trial("all_processes_see_the_same_unseen", || {
            all_processes_see_the_same(&Portable(Program::this().expect("it has a path")));
        }));
    }
    if cfg!(target_os = "linux") {
        trials.push(trial("all_processes_see_the_same", || {
            all_processes_see_the_same(&Program::this().expect("it has a path"));
        }));
        trials.push(trial("the_judge_sees_each_step", the_judge_sees_each_step));
        trials.push(trial("two_steps_lose_updates_in_every_run", two_steps_lose_updates_in_every_run));
        trials.push(trial("a_look_without_end_ends_the_run", a_look_without_end_ends_the_run));
        trials.push(trial(
            "a_worker_can_be_killed_between_two_steps",
            a_worker_can_be_killed_between_two_steps,
        ));
        trials.push(trial("a_block_that_was_cut_is_forged", a_block_that_was_cut_is_forged));
        trials.push(trial("nobody_makes_anything_else_of_it", nobody_makes_anything_else_of_it));
    }
    trials
}
