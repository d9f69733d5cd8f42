//! `grader verify`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use anyhow::Result;
use clap::Args;
use judge::engine::{launch::Sight, sight};

use super::{Common, tell_of_fewer};
use crate::exit::Exit;
use crate::interrupt;
use crate::jail::{Jail, Required};
use crate::kit::Kit;
use crate::store::Partition;
use crate::verify::{self, Found, Plan, Said};

#[derive(Args)]
pub(super) struct Verify {
    #[command(flatten)]
    common: Common,
    /// Judge each hand-in this many times and print the error rates
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Keep this many busy loops running meanwhile
    #[arg(long, value_name = "N", default_value_t = 0)]
    under_load: u16,
    /// Judge as on macOS and Windows, by CPU time alone and without a sandbox; leaves the hostile hand-ins out
    #[arg(long)]
    portable: bool,
    /// Only hand-ins whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Only part I of N, by a hash of the hand-ins' names
    #[arg(long, value_name = "I/N")]
    partition: Option<Partition>,
    /// Write how the well-known mistakes are explained into `messages.txt` beside them, in place of comparing
    #[arg(long, conflicts_with = "portable")]
    update: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<Exit> {
        let stop = Arc::new(AtomicBool::new(false));
        let (say, said) = mpsc::channel();
        let (asked, wake) = (Arc::clone(&stop), say.clone());
        interrupt::on_first(move || {
            asked.store(true, Ordering::SeqCst);
            wake.send(Said::Stop).is_ok()
        })?;
        let mut kit = Kit::find(self.common.kit.clone(), self.common.seed)?;
        if self.portable {
            // The portable pair judges on students' own machines alone, and by their suite.
            kit.as_given_to_students();
        }
        if let Err(mistake) = kit.select(&self.common.exercises) {
            eprintln!("error: {mistake:#}");
            return Ok(Exit::Usage);
        }
        let plan = Plan {
            repeat: self.repeat,
            busy_loops: self.under_load,
            portable: self.portable,
            only: self.only.unwrap_or_default(),
            partition: self.partition,
            update: self.update,
        };
        let common = self.common;
        let enter = move || {
            let jail = common.jail(Required::default())?;
            let wanted = common.jobs();
            let (jobs, why) = Jail::room(&jail.promise()?, wanted)?;
            tell_of_fewer(jobs, wanted, why.as_deref());
            Ok((jail, jobs))
        };
        let Found { tally, jail } = verify::verify(kit, plan, enter, Arc::clone(&stop), (say, &said))?;
        if let Some(jail) = jail {
            let sight = match jail.why_no_more_sight() {
                _ if self.portable => sight::line(Sight::CpuTime, Some("it was asked for")),
                why_not => sight::line(jail.sight(), why_not),
            };
            println!("sandbox: {}\nsight: {sight}", jail.tier());
        }
        print!("{}", tally.text());
        Ok(if !tally.agrees() {
            Exit::Under
        } else if stop.load(Ordering::SeqCst) {
            Exit::Stopped
        } else {
            Exit::Graded
        })
    }
}
