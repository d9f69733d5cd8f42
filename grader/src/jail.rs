//! The jail: everything of a hand-in's that runs, the compiler at work on it included, is launched here, in the sandbox.
//!
//! Invariant: the tier is chosen once, by a probe that launches something in each, and stands in every report. It decides no
//! verdict. Invariant: trouble of the sandbox is an `Err`; only what a program itself did is a result.

mod compiler;
mod complaints;
mod subject;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use sandbox::{Limits, Promise, Room, Tier, probe};

pub(crate) use compiler::{Compilation, Compiled};
pub use subject::Cell;

/// A tier that this machine has.
#[derive(Debug, Clone, Copy)]
pub struct Jail {
    tier: Tier,
}

impl Jail {
    /// The tier that is wanted, or else the strongest that this machine has. With `required`, [`Tier::Limits`] won't do.
    ///
    /// # Errors
    /// Where there is no such tier: which, why, and what to do.
    pub fn new(wanted: Option<Tier>, required: bool) -> Result<Self> {
        let probe = probe();
        let tier = match wanted {
            Some(tier) => {
                let why_not = probe.why_not(tier).map(str::to_owned);
                ensure!(
                    why_not.is_none(),
                    "--sandbox {tier} is not available on this machine: {}",
                    why_not.unwrap_or_default()
                );
                tier
            }
            None => probe
                .best()
                .with_context(|| format!("this machine can't launch anything, in no tier:\n{probe}"))?,
        };
        if required && !tier.is_sandboxed() {
            let next = if probe.available().any(Tier::is_sandboxed) {
                "leave `--sandbox limits` out: this machine has a sandbox"
            } else {
                "grade on Linux 5.13 or newer with Landlock, or where namespaces may be made (a container may forbid both); or \
                 leave the flag out, and grade only code that you trust"
            };
            bail!(
                "--require-sandbox: hand-ins would not be sandboxed in the tier `{tier}`. Of this machine:\n{probe}\n{next}"
            );
        }
        Ok(Self { tier })
    }

    /// What a run may use, to be tried in this tier.
    pub(crate) fn promise(self) -> Result<Promise> {
        Ok(Promise::new(self.tier, &subject::LIMITS)?)
    }

    /// How many runs side by side the machine gives what is promised, `jobs` at most, and why no more, where that is fewer.
    pub(crate) fn room(promise: &Promise, jobs: usize) -> Result<(usize, Option<String>)> {
        match promise.room(jobs) {
            Room { runs: 0, why_no_more: Some(why) } => Err(not_kept(&why)),
            Room { runs, why_no_more } => Ok((runs, why_no_more)),
        }
    }

    /// Whether the machine gives one run now what is promised.
    pub(crate) fn ensure_room(promise: &Promise) -> Result<()> {
        promise.is_kept().map_err(|why| not_kept(&why))
    }

    /// Whether the machine gives now what these limits promise.
    fn ensure_kept(self, limits: &Limits) -> Result<()> {
        Promise::new(self.tier, limits)?.is_kept().map_err(Error::msg)
    }

    /// The tier.
    #[must_use]
    pub fn tier(self) -> Tier {
        self.tier
    }
}

fn not_kept(why: &str) -> Error {
    anyhow!("this machine does not give a hand-in what it may use, so that a right answer could fail: {why}")
}
