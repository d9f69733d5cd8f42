//! CPU and wall time of what a closure does, its children included; medians of runs taken in turns.

use std::time::{Duration, Instant};

use anyhow::Result;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// What something took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// User and system time of this process and of its children that have ended.
    pub(crate) cpu: Duration,
}

/// Measures.
pub(crate) fn cost(of: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let (cpu, wall) = (cpu_time()?, Instant::now());
    of()?;
    Ok(Cost { wall: wall.elapsed(), cpu: cpu_time()?.saturating_sub(cpu) })
}

fn cpu_time() -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        sum += duration(usage.user_time()) + duration(usage.system_time());
    }
    Ok(sum)
}

fn duration(time: TimeVal) -> Duration {
    let micros = i128::from(time.tv_sec()) * 1_000_000 + i128::from(time.tv_usec());
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// Measures each of these `rounds` times, in turns, so that whatever else the machine does hits all of them alike. The costs
/// of one of them lie together, in the order of the rounds.
pub(crate) fn in_turns<const N: usize>(
    rounds: usize,
    contestants: [&dyn Fn() -> Result<()>; N],
) -> Result<[Vec<Cost>; N]> {
    let mut costs = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (contestant, costs) in contestants.iter().zip(&mut costs) {
            costs.push(cost(contestant)?);
        }
    }
    Ok(costs)
}

/// The CPU seconds of each round.
pub(crate) fn cpu(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.cpu.as_secs_f64()).collect()
}

/// The wall seconds of each round.
pub(crate) fn wall(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.wall.as_secs_f64()).collect()
}

/// The middle one: half of the figures are at most this.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
