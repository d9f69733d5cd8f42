//! The judge's cost for each call of the supplied work, and whether it stays the same as runs get longer.

use anyhow::{Result, ensure};
use judge::engine::{self, launch::Program};
use judge::run::End;
use judge::scenario::{Call, Plan, Scenario, Ticks};
use judge::wire::{Payload, Request};

use crate::kit::Kit;
use crate::measure::{cpu, in_turns, median, wall};

const ROUNDS: usize = 5;

/// How long each item takes.
const TICKS: Ticks = 10;

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let folder = kit.compile_and_link()?;
    let subject = Program::new(folder.path().join("subject"));
    let play = |items: u32, workers: u32| -> Result<()> {
        let scenario = map(items, workers);
        let run = engine::run(&subject, &scenario)?;
        ensure!(run.end == End::Finished, "{} ended otherwise: {:?}", scenario.label, run.end);
        ensure!(run.works.len() == items as usize, "{}: {} calls were seen", scenario.label, run.works.len());
        Ok(())
    };
    println!("judging the reference answer; medians of {ROUNDS}, in turns");
    println!(
        "{:>7} {:>8} {:>8} {:>8} {:>14} {:>14}",
        "items", "workers", "CPU s", "wall s", "CPU us/call", "wall us/call"
    );
    let row = |items: u32, workers: u32, cpu: f64, wall: f64| {
        let each = |seconds: f64| seconds * 1e6 / f64::from(items.max(1));
        println!("{items:>7} {workers:>8} {cpu:>8.3} {wall:>8.3} {:>14.1} {:>14.1}", each(cpu), each(wall));
    };
    let sizes = [(0, 4), (4, 4), (16, 16), (64, 64), (1_000, 4), (1_000, 16), (1_000, 64), (1_000, 256)];
    let plays = sizes.map(|(items, workers)| move || play(items, workers));
    let costs = in_turns(ROUNDS, plays.each_ref().map(|play| play as &dyn Fn() -> Result<()>))?;
    for ((items, workers), costs) in sizes.into_iter().zip(costs) {
        row(items, workers, median(cpu(&costs)), median(wall(&costs)));
    }
    let [largest] = in_turns(1, [&|| play(10_000, 256)])?;
    row(10_000, 256, median(cpu(&largest)), median(wall(&largest)));
    println!("10,000 items on 256 workers, played once, must end within 10 s on 2 idle cores\n");
    Ok(())
}

/// One call of `parallel_map` with items that all take the same.
pub(crate) fn map(items: u32, workers: u32) -> Scenario {
    let items = u64::from(items);
    let mut plan = Plan::default();
    (0..items).for_each(|item| plan.secret(0, item, TICKS));
    let numbers = std::iter::once(u64::from(workers)).chain(0..items);
    let call = Call { lane: 0, request: Request { entry: 0, input: Payload::of(numbers) } };
    Scenario::new(&format!("{items} items on {workers} workers"), vec![call], plan)
}
