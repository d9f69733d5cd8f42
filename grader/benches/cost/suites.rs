//! What judging costs beside compiling and linking: the hidden suite of each exercise over its reference answer, in the strongest
//! sandbox of this machine, and what its dearest scenarios are. A look at where the time goes.

use std::collections::HashMap;

use anyhow::Result;
use grader::jail::Jail;
use judge::engine;
use judge::scenario::Scenario;

use crate::kit::{ALL, Kit, open_to_others};
use crate::measure::{Cost, cost};

/// How many scenarios are named.
const NAMED: usize = 6;

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let jail = Jail::new(None, false)?;
    println!("the hidden suites over the reference answers, each scenario once; CPU seconds");
    for (exercise, suite) in ALL.into_iter().zip(hidden::suites(0)) {
        let answer = kit.root.join("solutions").join(exercise).join("src/lib.rs");
        let mut folder = None;
        let floor = cost(|| {
            folder = Some(kit.compile_and_link_those(exercise, &answer)?);
            Ok(())
        })?;
        let Some(folder) = folder else { continue };
        let scratch = open_to_others(folder.path())?;
        let cell = jail.cell(&folder.path().join("subject"), &scratch, &exercise[..2]);
        // Checks share scenarios, whatever they call them.
        let mut scenarios: HashMap<String, &Scenario> = HashMap::new();
        for case in suite.checks.iter().flat_map(|check| &check.cases) {
            scenarios.insert(case.scenario.label.clone(), &case.scenario);
        }
        let mut rows: Vec<(Cost, usize, &str)> = Vec::new();
        for scenario in scenarios.into_values() {
            let mut calls = 0;
            let cost = cost(|| {
                calls = engine::run(&cell, scenario)?.works.len();
                Ok(())
            })?;
            rows.push((cost, calls, &scenario.label));
        }
        rows.sort_by_key(|(cost, ..)| std::cmp::Reverse(cost.cpu));
        let (cpu, calls) = rows
            .iter()
            .fold((0.0, 0), |(cpu, calls), (cost, more, _)| (cpu + cost.cpu.as_secs_f64(), calls + more));
        println!(
            "{exercise}: {} runs, {calls} calls: {cpu:.3}; compiling and linking: {:.3}",
            rows.len(),
            floor.cpu.as_secs_f64()
        );
        for (cost, calls, label) in rows.iter().take(NAMED) {
            println!("  {:>8.4} {calls:>6} calls  {label}", cost.cpu.as_secs_f64());
        }
    }
    println!();
    Ok(())
}
