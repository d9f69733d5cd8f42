//! What the sandbox adds to the runs of a hand-in: the same empty call in each tier of this machine, side by side with no
//! sandbox at all. The setting up, once for all runs of a hand-in, is part of it.

use anyhow::{Result, ensure};
use grader::jail::{Jail, Required};
use judge::engine::{self, launch::Launch, launch::Program};
use judge::run::End;
use sandbox::Tier;

use crate::judging::map;
use crate::kit::{Kit, open_to_others};
use crate::measure::{cpu, in_turns, median, wall};

const ROUNDS: usize = 9;

/// Runs in each round: about as many as a hand-in of one exercise takes.
const RUNS: u32 = 50;

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let folder = kit.compile_and_link()?;
    let (program, scratch) = (folder.path().join("subject"), open_to_others(folder.path())?);
    let plain = Program::new(program.clone());
    let jails = Tier::ALL.map(|tier| Jail::new(Some(tier), Required::default()).ok());
    let scenario = map(0, 4);
    let play = |launcher: &dyn Launch| -> Result<()> {
        for _ in 0..RUNS {
            let run = engine::run(launcher, &scenario)?;
            ensure!(run.end == End::Finished, "it ended otherwise: {:?}", run.end);
        }
        Ok(())
    };
    // A tier that is not there is not shown below. The sandbox ends within its turn, so that its CPU time counts.
    let [namespaces, landlock, limits] = jails.map(|jail| {
        let (play, plain, program, scratch) = (&play, &plain, &program, &scratch);
        move || jail.map_or_else(|| play(plain), |jail| play(&jail.cell(program, scratch, "03", false)))
    });
    let costs = in_turns(ROUNDS, [&|| play(&plain), &limits, &landlock, &namespaces])?;
    println!("a run of the reference answer without an item; medians of {ROUNDS}, in turns");
    println!("{:<12} {:>10} {:>10} {:>10} {:>10}", "sandbox", "CPU ms", "wall ms", "CPU ratio", "wall ratio");
    let names = [None, Some(Tier::Limits), Some(Tier::Landlock), Some(Tier::Namespaces)];
    let ratio = |of: Vec<f64>, to: Vec<f64>| median(of.iter().zip(to).map(|(of, to)| of / to).collect());
    let each = |seconds: f64| seconds * 1e3 / f64::from(RUNS);
    for (tier, cost) in names.into_iter().zip(&costs) {
        let name = tier.map_or("none", Tier::as_str);
        if tier.is_some_and(|tier| !jails.iter().flatten().any(|jail| jail.tier() == tier)) {
            println!("{name:<12} not run: this machine does not have it");
            continue;
        }
        println!(
            "{name:<12} {:>10.2} {:>10.2} {:>10.2} {:>10.2}",
            each(median(cpu(cost))),
            each(median(wall(cost))),
            ratio(cpu(cost), cpu(&costs[0])),
            ratio(wall(cost), wall(&costs[0])),
        );
    }
    println!();
    Ok(())
}
