//! The judge's clock as the only one, with real subjects: this program starts itself again as each of them.

#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

use std::thread;
use std::time::Duration;

use judge::engine::launch::{Launch, Program, Sight, Subject};
use judge::engine::{self, stay_on_one_core};
use judge::run::{End, Run};
use judge::scenario::{Call, Plan, Scenario, Ticks, Timers};
use judge::subject::{self, Judge, one_clock};
use judge::wire::{Payload, Request, Work};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::time::{Instant, sleep};

const WORK: u16 = 0;
const WAIT: u16 = 1;
const NOTE: u16 = 2;

const DAY: Duration = Duration::from_hours(24);

fn work(kind: u16, key: u64) -> Work {
    Work { kind, key, input: Payload::default() }
}

/// What the subjects do, by the number of the entry.
fn adapter(judge: &Judge, request: &Request) -> Payload {
    let judge = judge.clone();
    match request.entry {
        0 => one_clock::run(&judge.clone(), || beside_threads(judge)),
        1 => one_clock::run(&judge.clone(), || async move {
            let begun = Instant::now();
            sleep(100 * DAY).await;
            Payload::of([u64::try_from(begun.elapsed().as_millis()).unwrap(), judge.now()])
        }),
        2 => one_clock::run(&judge, || async {
            loop {
                sleep(Duration::from_millis(7)).await;
            }
        }),
        3 => one_clock::run(&judge.clone(), || async move {
            let other = thread::spawn(move || judge.work(work(WORK, 0)));
            let _ = other.join();
            Payload::default()
        }),
        4 => one_clock::run(&judge, || async {
            std::future::pending::<()>().await;
            Payload::default()
        }),
        5 => one_clock::run(&judge.clone(), || async move {
            // Left behind at the end.
            let (awaited, computed) = (judge.clone(), judge);
            tokio::spawn(async move { awaited.ask(work(WAIT, 0)).await });
            tokio::task::spawn_blocking(move || computed.work(work(WORK, 0)));
            tokio::task::yield_now().await;
            Payload::default()
        }),
        6 => naps(&judge),
        7 => {
            let bed = judge.bed();
            loop {
                bed.nap(Some(judge.now() + 1));
            }
        }
        8 => computes_on_few_cores(&judge),
        _ => {
            judge.bed().nap(None);
            Payload::default()
        }
    }
}

/// Waits of tokio's, work that is awaited, and work of threads, of its own and of the runtime's.
async fn beside_threads(judge: Judge) -> Payload {
    let begun = Instant::now();
    let now = move || u64::try_from(begun.elapsed().as_millis()).unwrap();
    let safety_net = tokio::spawn(sleep(DAY));
    let own = judge.clone();
    let (told, tells) = tokio::sync::oneshot::channel();
    thread::spawn(move || told.send(own.work(work(WORK, 0)).numbers[0]));
    let of_the_runtime = judge.clone();
    let of_the_runtime = tokio::task::spawn_blocking(move || of_the_runtime.work(work(WORK, 1)).numbers[0]);
    sleep(Duration::from_millis(7)).await;
    let slept = now();
    judge.ask(work(WAIT, 0)).await;
    let waited = now();
    judge.note(work(NOTE, 0));
    let own = tells.await.unwrap();
    let came = now();
    let in_time = tokio::time::timeout(Duration::from_millis(3), judge.ask(work(WAIT, 1))).await.is_ok();
    let of_the_runtime = of_the_runtime.await.unwrap();
    safety_net.abort();
    Payload::of([slept, waited, came, u64::from(in_time), now(), judge.now(), own, of_the_runtime])
}

/// Sleeps to the end, and is woken early by another thread; what that one does beforehand counts, too.
fn naps(judge: &Judge) -> Payload {
    let bed = judge.bed();
    bed.nap(Some(5));
    let slept = judge.now();
    let (waker, early) = (bed.clone(), judge.clone());
    let other = thread::spawn(move || {
        let _ = early.work(work(WORK, 0));
        waker.wake();
    });
    bed.nap(Some(100));
    let woken = judge.now();
    other.join().unwrap();
    bed.wake();
    bed.nap(None);
    Payload::of([slept, woken, judge.now()])
}

/// Three threads that await and then compute; the main thread waits for them as no event loop may.
fn computes_on_few_cores(judge: &Judge) -> Payload {
    let of_thread = |key| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(judge.ask(work(WAIT, key)));
        judge.work(work(WORK, key)).numbers[0]
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|key| scope.spawn(move || of_thread(key))).collect();
        Payload::of(threads.into_iter().map(|thread| thread.join().unwrap()))
    })
}

/// As where threads can't be seen.
struct Portable(Program);

impl Launch for Portable {
    fn launch(&self) -> std::io::Result<Subject> {
        self.0.launch()
    }

    fn sight(&self) -> Sight {
        Sight::CpuTime
    }
}

fn scenario(entry: u16, timers: Timers, lengths: &[(u16, u64, Ticks)]) -> Scenario {
    let mut plan = Plan::default();
    for &(kind, key, ticks) in lengths {
        plan.secret(kind, key, ticks);
    }
    let call = Call { lane: 0, request: Request { entry, input: Payload::default() } };
    Scenario::new("", vec![call], plan).on_one_clock(timers)
}

fn play(entry: u16, timers: Timers, lengths: &[(u16, u64, Ticks)]) -> Run {
    let program = Program::this().unwrap();
    engine::run(&program, &scenario(entry, timers, lengths)).unwrap()
}

const BESIDE_THREADS: &[(u16, u64, Ticks)] = &[(WORK, 0, 40), (WORK, 1, 60), (WAIT, 0, 13), (WAIT, 1, 50)];

fn finished(run: &Run) -> &[u64] {
    assert_eq!(run.end, End::Finished, "{run:?}");
    assert!(run.waiting.blocking.is_empty() && run.panics.is_empty(), "{run:?}");
    &run.calls[0].returned().expect("it returned").numbers
}

fn timers_work_and_threads_go_by_one_clock() {
    let run = play(0, Timers::Held, BESIDE_THREADS);
    let returned = finished(&run);
    let answer = |kind, key| {
        run.works
            .iter()
            .find(|of| (of.work.kind, of.work.key) == (kind, key))
            .and_then(|of| of.answer.clone())
    };
    assert_eq!(returned[..6], [7, 20, 40, 0, 60, 60]);
    assert_eq!(returned[6..], [0, 1].map(|key| answer(WORK, key).unwrap().numbers[0]));
    let mut times: Vec<_> = run
        .works
        .iter()
        .map(|of| (of.work.kind, of.work.key, of.start, of.end, of.awaited, of.dropped))
        .collect();
    times.sort_unstable();
    let expected = [
        (WORK, 0, 0, Some(40), false, false),
        (WORK, 1, 0, Some(60), false, false),
        (WAIT, 0, 7, Some(20), true, false),
        (WAIT, 1, 40, Some(43), true, true),
        (NOTE, 0, 20, Some(20), true, false),
    ];
    assert_eq!(times, expected);
    assert_eq!(run.calls[0].makespan(), Some(60));
}

/// What is due on the judge's own clock is come to there, too; a timer in between fires with it.
fn where_threads_can_not_be_seen_the_clock_goes_by_the_work() {
    let portable = Portable(Program::this().unwrap());
    let run = engine::run(&portable, &scenario(0, Timers::Held, BESIDE_THREADS)).unwrap();
    let returned = finished(&run);
    assert!(returned[..3].is_sorted(), "{returned:?}");
    assert_eq!(returned[4], returned[5], "{returned:?}");
}

fn a_timer_far_away_costs_next_to_nothing() {
    let ms = u64::try_from((100 * DAY).as_millis()).unwrap();
    assert_eq!(finished(&play(1, Timers::Held, &[])), [ms, ms]);
}

fn whoever_polls_without_end_is_found_out() {
    for (entry, timers) in [(2, Timers::Held), (7, Timers::Napped)] {
        let End::PollsForever(stuck) = play(entry, timers, &[]).end else { panic!("it polls forever") };
        assert_eq!(stuck[0].thread, "main");
    }
}

fn a_blocked_loop_is_named() {
    let run = play(3, Timers::Held, &[(WORK, 0, 40)]);
    assert_eq!(run.end, End::Finished);
    assert_eq!(run.waiting.blocking.len(), 1, "{run:?}");
    assert_eq!(
        (&*run.waiting.blocking[0].thread, &*run.waiting.blocking[0].wait),
        ("main", "waits to be woken")
    );
}

/// The kit's own threads have no part in it.
fn a_deadlock_names_the_loop_alone() {
    for (entry, timers, wait) in
        [(4, Timers::Held, "waits in its event loop"), (9, Timers::Napped, "waits to be woken")]
    {
        let run = play(entry, timers, &[]);
        let End::Deadlock(stuck) = &run.end else { panic!("nothing can come: {run:?}") };
        let named: Vec<_> = stuck.iter().map(|stuck| (&*stuck.thread, &*stuck.wait)).collect();
        assert_eq!(named, [("main", wait)]);
        assert!(run.waiting.blocking.is_empty(), "{run:?}");
    }
}

fn what_a_call_leaves_behind_is_waited_for() {
    let run = play(5, Timers::Held, &[(WORK, 0, 40), (WAIT, 0, 90)]);
    finished(&run);
    let mut ends: Vec<_> = run.works.iter().map(|work| work.end).collect();
    ends.sort_unstable();
    assert_eq!(ends, [Some(40), Some(90)]);
    assert_eq!(run.calls[0].makespan(), Some(0));
}

fn a_nap_ends_by_itself_or_by_another_thread() {
    let run = play(6, Timers::Napped, &[(WORK, 0, 30)]);
    assert_eq!(finished(&run), [5, 35, 35]);
    let naps: Vec<_> = run
        .works
        .iter()
        .filter(|of| of.work.kind == Work::NAP)
        .map(|nap| (nap.start, nap.end, nap.dropped))
        .collect();
    assert_eq!(naps, [(0, Some(5), false), (5, Some(35), true)]);
}

fn threads_may_await_and_cores_are_shared() {
    let lengths = [(WORK, 0, 40), (WORK, 1, 40), (WORK, 2, 40), (WAIT, 0, 10), (WAIT, 1, 10), (WAIT, 2, 15)];
    let mut scenario = scenario(8, Timers::Real, &lengths);
    scenario.plan.cores(WORK, 2);
    let run = engine::run(&Program::this().unwrap(), &scenario).unwrap();
    finished(&run);
    let computed = run.works.iter().filter(|of| of.work.kind == WORK);
    let computed: Vec<_> = computed.map(|of| (of.work.key, of.start, of.began, of.end)).collect();
    assert_eq!(computed[2], (2, 15, 50, Some(90)), "{computed:?}");
    assert!(computed[..2].iter().all(|of| of.1 == 10 && of.2 == 10 && of.3 == Some(50)), "{computed:?}");
}

/// That no verdict hangs on chance is shown by the exercises, with many runs; here each is played once.
fn main() {
    if subject::asked_for() {
        subject::serve((adapter, None));
    }
    engine::open_many_files();
    stay_on_one_core();
    let tests: [(&str, fn()); 9] = [
        ("timers_work_and_threads_go_by_one_clock", timers_work_and_threads_go_by_one_clock),
        (
            "where_threads_can_not_be_seen_the_clock_goes_by_the_work",
            where_threads_can_not_be_seen_the_clock_goes_by_the_work,
        ),
        ("a_timer_far_away_costs_next_to_nothing", a_timer_far_away_costs_next_to_nothing),
        ("whoever_polls_without_end_is_found_out", whoever_polls_without_end_is_found_out),
        ("a_blocked_loop_is_named", a_blocked_loop_is_named),
        ("a_deadlock_names_the_loop_alone", a_deadlock_names_the_loop_alone),
        ("what_a_call_leaves_behind_is_waited_for", what_a_call_leaves_behind_is_waited_for),
        ("threads_may_await_and_cores_are_shared", threads_may_await_and_cores_are_shared),
        ("a_nap_ends_by_itself_or_by_another_thread", a_nap_ends_by_itself_or_by_another_thread),
    ];
    let trials = tests.map(|(name, test)| {
        Trial::test(name, move || std::panic::catch_unwind(test).map_err(|_| Failed::without_message()))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit();
}
