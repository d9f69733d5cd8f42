//! The jail: everything of a hand-in's that runs, the compiler at work on it included, is launched here, in the sandbox.
//!
//! Invariant: the tier is chosen once, by a probe that launches something in each, and stands in every report. It decides no
//! verdict. Invariant: what can be seen of programs is found out once, in that tier, and stands in every report.
//! Invariant: trouble of the sandbox is an `Err`; only what a program itself did is a result.

mod compiler;
mod complaints;
mod sight;
mod subject;

use std::path::Path;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use judge::engine::launch::Sight;
use sandbox::{Limits, Promise, Room, Tier, probe};

pub(crate) use compiler::{Compilation, Compiled};
pub use sight::serve_if_asked;
pub use subject::Cell;

/// A tier that this machine has.
#[derive(Debug, Clone, Copy)]
pub struct Jail {
    tier: Tier,
    sight: Sight,
    /// Why programs can't be looked at more closely. It is found out once, and lives as long as the process.
    why_no_more_sight: Option<&'static str>,
}

/// What grading is refused without.
#[derive(Debug, Clone, Copy, Default)]
pub struct Required {
    /// A real sandbox: [`Tier::Limits`] won't do.
    pub sandbox: bool,
    /// Sight of a program's threads: [`Sight::CpuTime`] won't do.
    pub sight: bool,
}

impl Jail {
    /// The tier that is wanted, or else the strongest that this machine has.
    ///
    /// # Errors
    /// Where there is no such tier, or not what is required: which, why, and what to do.
    pub fn new(wanted: Option<Tier>, required: Required) -> Result<Self> {
        Self::unseen(wanted, required.sandbox)?.looked_into(required.sight)
    }

    /// With what can be seen of programs in it.
    fn looked_into(self, required: bool) -> Result<Self> {
        let seen = sight::look_into(self)?;
        if required && seen.sight != Sight::Threads {
            bail!(
                "--require-sight: the threads of programs can't be seen here, only their CPU time. {}. Or leave the flag out: GRADING.md \
                 says what is judged less closely then",
                seen.why_not.unwrap_or_default()
            );
        }
        let why_no_more_sight = seen.why_not.map(|why| &*Box::leak(why.into_boxed_str()));
        Ok(Self { sight: seen.sight, why_no_more_sight, ..self })
    }

    /// The tier, before anybody looked.
    fn unseen(wanted: Option<Tier>, required: bool) -> Result<Self> {
        ensure!(
            cfg!(not(target_os = "linux")) || Path::new("/proc/self").exists(),
            "there is no /proc, and neither compilers nor the sandbox work without it: `mount -t proc proc /proc`"
        );
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
        Ok(Self { tier, sight: Sight::default(), why_no_more_sight: None })
    }

    /// How closely programs are looked at.
    #[must_use]
    pub fn sight(self) -> Sight {
        self.sight
    }

    /// Why they are not looked at more closely, and what to do about it.
    #[must_use]
    pub fn why_no_more_sight(self) -> Option<&'static str> {
        self.why_no_more_sight
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
