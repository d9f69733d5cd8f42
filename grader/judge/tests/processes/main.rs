//! Answers that start worker processes, judged from end to end: by the tree of processes, as this machine shows it, and by the
//! portable pair, which sees CPU time alone and speaks over connections.
//!
//! This program is its own subject, as a visible test target is.

mod answers;
#[cfg(target_os = "linux")]
mod attacks;
mod block;

use std::io::Write;
use std::process::ExitCode;

use judge::engine;
use judge::engine::launch::{Launch, Portable, Program};
use judge::processes::{Death, Status, read_back, told};
use judge::run::{End, Left, Process, Run};
use judge::scenario::{Call, Plan, Scenario, Then};
use judge::subject::{self, Judge, Tap};
use judge::wire::{Payload, Request, Work};
use libtest_mimic::{Arguments, Trial};

use answers::Answer;

const WORK: u16 = 0;
const START: u16 = 1;

/// What starting a worker takes.
const START_UP: u64 = 5;

const ANSWERS: [Answer; 6] = [
    answers::pool,
    answers::zombies,
    answers::orphans,
    answers::stdin_kept,
    answers::writes_first,
    answers::reads_all,
];
const POOL: u16 = 0;
const ZOMBIES: u16 = 1;
const ORPHANS: u16 = 2;
const STDIN_KEPT: u16 = 3;
const WRITES_FIRST: u16 = 4;
const CUT: u16 = 5;

/// The first number says how many workers, the others are the jobs.
fn call(judge: &Judge, request: &Request) -> Payload {
    if request.entry >= block::FIRST {
        return block::in_the_main_process(judge, request);
    }
    let (&workers, jobs) = request.input.numbers.split_first().expect("there are workers");
    let workers = usize::try_from(workers).expect("they are few");
    #[cfg(target_os = "linux")]
    if request.entry >= attacks::FIRST {
        return attacks::in_the_main_process(judge, request.entry);
    }
    let answer = ANSWERS[usize::from(request.entry)];
    Payload::of(answer(jobs, workers, &|| judge.worker(request.entry)).into_iter().flat_map(told))
}

fn worker(judge: &Judge, entry: u16) {
    if entry >= block::FIRST {
        return block::in_a_worker(judge, entry);
    }
    #[cfg(target_os = "linux")]
    if entry >= attacks::FIRST {
        attacks::in_a_worker(entry);
    }
    let ask = |kind, key| judge.work(Work { kind, key, input: Payload::default() });
    let tap = (entry == CUT).then(|| Tap::install().expect("there are pipes"));
    let _ = ask(START, 0);
    if let Some(tap) = tap {
        let mut out = std::io::stdout();
        out.write_all(&[b'a'; 10]).and_then(|()| out.flush()).expect("it is read");
        // All of that has gone on once everything rests.
        let _ = ask(WORK, 0);
        tap.end_after(5, Death::Kill);
        let _ = out.write_all(&[b'b'; 100]).and_then(|()| out.flush());
        // The end comes meanwhile.
        let _ = ask(WORK, 1);
    }
    let padding = if entry == WRITES_FIRST { 100_000 } else { 0 };
    answers::lines(|job| ask(WORK, job).numbers[0], padding);
}

/// Jobs that take so long, on so many workers, by this answer.
fn scenario(entry: u16, workers: u64, ticks: &[u64]) -> Scenario {
    let mut plan = Plan::default();
    plan.secret(START, 0, START_UP);
    for (key, ticks) in (0..).zip(ticks) {
        plan.secret(WORK, key, *ticks);
    }
    let numbers = std::iter::once(workers).chain(0..ticks.len() as u64);
    let request = Request { entry, input: Payload::of(numbers) };
    Scenario::new("", vec![Call { lane: 0, request }], plan).with_processes()
}

fn play(launcher: &dyn Launch, scenario: &Scenario) -> Run {
    let run = engine::run(launcher, scenario).expect("this machine runs it");
    assert!(!matches!(run.end, End::Inconclusive(_)), "{:?}", run.end);
    run
}

/// What each job gave: its secret where it was worked to its end.
fn results(run: &Run) -> Vec<Result<u64, Status>> {
    let returned = run.calls[0].returned().expect("it returned");
    returned
        .numbers
        .chunks_exact(2)
        .map(|pair| read_back([pair[0], pair[1]]).expect("it is a result"))
        .collect()
}

fn secret(run: &Run, job: u64) -> u64 {
    let worked: Vec<_> =
        run.works.iter().filter(|work| work.work.kind == WORK && work.work.key == job).collect();
    let [work] = worked[..] else { panic!("job {job} was worked {} times", worked.len()) };
    assert!(work.process > 0, "in a worker process");
    work.answer.as_ref().expect("it was answered").numbers[0]
}

fn a_pool_takes_one_start_up_and_keeps_its_workers(launcher: &dyn Launch) {
    let run = play(launcher, &scenario(POOL, 4, &[10; 12]));
    assert_eq!(run.end, End::Finished, "{}", run.output);
    assert_eq!(run.calls[0].makespan(), Some(START_UP + 30));
    assert_eq!(run.calls[0].most_in_flight[&WORK], 4);
    assert_eq!((run.workers, &run.left[..]), (4, &[][..]));
    for (job, result) in (0..).zip(results(&run)) {
        assert_eq!(result, Ok(secret(&run, job)));
    }
}

fn workers_that_die_cost_their_jobs_alone(launcher: &dyn Launch) {
    let mut scenario = scenario(POOL, 2, &[10; 8]);
    let deaths = [(1, Death::Exit(7)), (2, Death::Abort), (4, Death::Kill), (5, Death::Exit(0))];
    for (job, death) in deaths {
        scenario.plan.end(WORK, job, Then::Die(death));
    }
    scenario.plan.end(WORK, 6, Then::Panic("the work panics".into()));
    let run = play(launcher, &scenario);
    assert_eq!(run.end, End::Finished, "{}", run.output);
    let results = results(&run);
    let result = |job: u64| results[usize::try_from(job).expect("there are few")];
    for (job, death) in deaths {
        assert!(matches!(result(job), Err(status) if status.is_of(death)), "{:?}", result(job));
        let work = run.works.iter().find(|work| work.work.kind == WORK && work.work.key == job);
        assert!(work.is_some_and(|work| work.died));
    }
    assert_eq!(result(6), Err(Status::Code(101)));
    for job in [0, 3, 7] {
        assert_eq!(result(job), Ok(secret(&run, job)));
    }
    assert_eq!(run.panics, []);
    assert!(run.left.is_empty());
}

fn what_is_left_is_told(launcher: &dyn Launch) {
    for (entry, zombie) in [(ZOMBIES, true), (ORPHANS, false)] {
        let run = play(launcher, &scenario(entry, 2, &[10; 4]));
        assert_eq!(run.end, End::Finished, "{}", run.output);
        let mut left = run.left.clone();
        left.sort_by_key(|left| left.worker);
        assert_eq!(left, [1, 2].map(|worker| Left { worker: Some(worker), zombie }));
    }
}

fn a_process_ends_in_the_middle_of_what_it_writes(launcher: &dyn Launch) {
    let run = play(launcher, &scenario(CUT, 1, &[10, 1_000]));
    assert_eq!(run.end, End::Finished, "{}", run.output);
    let results = results(&run);
    assert_eq!(results[0], Ok(15), "bytes that the parent has read");
    assert!(matches!(results[1], Err(status) if status.is_of(Death::Kill)), "{:?}", results[1]);
    assert_eq!(run.calls[0].makespan(), Some(START_UP + 10));
}

/// Who waits for what, where each process is told.
fn waits(run: &Run) -> Vec<String> {
    let End::Deadlock(stuck) = &run.end else { panic!("{:?}", run.end) };
    let mut waits: Vec<String> = stuck
        .iter()
        .filter(|stuck| stuck.wait != "waits to be woken")
        .map(|stuck| {
            format!("{} {}", stuck.process.map_or_else(|| "the parent".to_owned(), Process::name), stuck.wait)
        })
        .collect();
    waits.sort();
    waits
}

fn a_deadlock_of_several_processes_is_certain(launcher: &dyn Launch) {
    let run = play(launcher, &scenario(STDIN_KEPT, 2, &[10; 2]));
    let child = "the parent waits for a child process";
    assert_eq!(waits(&run), [child, child, "worker 1 waits for input", "worker 2 waits for input"]);
    let run = play(launcher, &scenario(WRITES_FIRST, 1, &[10; 8]));
    assert_eq!(waits(&run), ["the parent waits for room in a pipe", "worker 1 waits for room in a pipe"]);
}

fn main() -> ExitCode {
    if subject::asked_for() {
        subject::serve((call, Some(worker)));
    }
    engine::open_many_files();
    let seen = |name: &str, test: fn(&dyn Launch)| {
        Trial::test(name.to_owned(), move || {
            test(&Program::this()?);
            Ok(())
        })
    };
    let unseen = |name: &str, test: fn(&dyn Launch)| {
        Trial::test(format!("{name}_unseen"), move || {
            test(&Portable(Program::this()?));
            Ok(())
        })
    };
    let mut trials = vec![
        unseen("a_pool", a_pool_takes_one_start_up_and_keeps_its_workers),
        unseen("deaths", workers_that_die_cost_their_jobs_alone),
    ];
    if cfg!(target_os = "linux") {
        trials.push(seen("a_pool", a_pool_takes_one_start_up_and_keeps_its_workers));
        trials.push(seen("deaths", workers_that_die_cost_their_jobs_alone));
        trials.push(seen("what_is_left", what_is_left_is_told));
        trials.push(seen("cut", a_process_ends_in_the_middle_of_what_it_writes));
        trials.push(seen("deadlocks", a_deadlock_of_several_processes_is_certain));
    }
    trials.extend(block::trials());
    #[cfg(target_os = "linux")]
    trials.extend(attacks::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
