//! Turning "this, in every tier" into trials, and tiers that are not there into trials that were not run.

use std::fs;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use sandbox::{Ended, How, Probe, Tier};

use crate::stage::victim_program;

/// What this machine has.
pub(crate) struct Bench {
    probe: Probe,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let probe = sandbox::probe();
        eprintln!("{probe}");
        // Made before any trial forks: a program that is open for writing anywhere cannot be executed.
        victim_program();
        Self { probe }
    }

    pub(crate) fn lacks(&self, tier: Tier) -> bool {
        self.probe.why_not(tier).is_some()
    }

    /// One trial for each of these tiers.
    pub(crate) fn each(
        &self,
        name: &str,
        tiers: &[Tier],
        run: impl Fn(Tier) -> Result<(), String> + Send + Sync + 'static,
    ) -> Vec<Trial> {
        let run = Arc::new(run);
        let trial = |tier: Tier| {
            let missing = self.probe.why_not(tier).map(str::to_owned);
            let (run, is_missing) = (Arc::clone(&run), missing.is_some());
            let test = move || match missing {
                Some(reason) => Err(Failed::from(format!("not run: {reason}"))),
                None => run(tier).map_err(Failed::from),
            };
            let trial = Trial::test(format!("{name}::{tier}"), test).with_ignored_flag(is_missing);
            if is_missing { trial.with_kind("not run: this machine lacks the tier") } else { trial }
        };
        tiers.iter().copied().map(trial).collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_file(victim_program());
    }
}

/// The two tiers that fence a program in.
pub(crate) const FENCED: [Tier; 2] = [Tier::Namespaces, Tier::Landlock];

/// Fails unless the program ended this way.
pub(crate) fn expect_how(ended: &Ended, expected: How) -> Result<(), String> {
    if ended.how == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, got {}", describe(ended)))
    }
}

/// Fails with this text unless it is so.
pub(crate) fn ensure(is_so: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(otherwise.into()) }
}

pub(crate) fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn describe(ended: &Ended) -> String {
    let (stdout, stderr) = (ended.stdout.text(), ended.stderr.text());
    format!(
        "{:?} cpu {:?}\nstdout: {}\nstderr: {}",
        ended.how,
        ended.cpu,
        last_part(&stdout),
        last_part(&stderr)
    )
}

fn last_part(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(2000);
    text.chars().skip(skipped).collect()
}
