//! What judging costs beside compiling and linking: the hidden suite of each exercise over its reference answer, in the strongest
//! sandbox of this machine, and what its dearest scenarios are. A look at where the time goes.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Result;
use grader::jail::{Jail, Required};
use judge::engine;
use judge::scenario::Scenario;

use crate::kit::{Kit, all, open_to_others};
use crate::measure::cost;

/// How many scenarios are named.
const NAMED: usize = 6;

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let jail = Jail::new(None, Required::default())?;
    println!("the hidden suites over the reference answers, each scenario once; CPU seconds");
    for (exercise, suite) in all().iter().zip(hidden::suites(0)) {
        let answer = kit.root.join("solutions").join(exercise).join("src/lib.rs");
        let mut folder = None;
        let floor = cost(|| {
            folder = Some(kit.compile_and_link_those(exercise, &answer)?);
            Ok(())
        })?;
        let Some(folder) = folder else { continue };
        let scratch = open_to_others(folder.path())?;
        // Checks share scenarios, whatever they call them.
        let mut scenarios: HashMap<String, &Scenario> = HashMap::new();
        for case in suite.checks.iter().flat_map(|check| &check.cases) {
            scenarios.insert(case.scenario.label.clone(), &case.scenario);
        }
        let mut rows: Vec<(f64, usize, &str)> = Vec::new();
        // The sandbox ends within: only then the CPU time of what ran in it counts.
        let all = cost(|| {
            let cell =
                jail.cell(&folder.path().join("subject"), &scratch, &exercise[..2], suite.has_processes());
            for scenario in scenarios.into_values() {
                let begun = Instant::now();
                let calls = engine::run(&cell, scenario)?.works.len();
                rows.push((begun.elapsed().as_secs_f64(), calls, &scenario.label));
            }
            Ok(())
        })?;
        rows.sort_by(|one, other| other.0.total_cmp(&one.0));
        println!(
            "{exercise}: {} runs, {} calls: {:.3}; compiling and linking: {:.3}",
            rows.len(),
            rows.iter().map(|(_, calls, _)| calls).sum::<usize>(),
            all.cpu.as_secs_f64(),
            floor.cpu.as_secs_f64()
        );
        for (wall, calls, label) in rows.iter().take(NAMED) {
            println!("  {wall:>8.4} s wall {calls:>6} calls  {label}");
        }
    }
    println!();
    Ok(())
}
