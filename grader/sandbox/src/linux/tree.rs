//! Whether a tier holds programs that may start processes. Asked as the tiers are asked for: by launching one, a copy of the calling
//! program that starts itself once more and tries to reach who launched it.

use std::fs::File;
use std::process::exit;

use nix::sys::signal::kill;
use nix::unistd::getppid;

use super::cage::Cage;
use super::jailed::launch;
use crate::ended::How;
use crate::error::Error;
use crate::limits::Limits;
use crate::process;
use crate::spec::Spec;
use crate::tier::Tier;

/// The first argument of the copy, and of the one that it starts.
pub(crate) const PARENT_ARG: &str = "--sandbox-parent";
pub(crate) const CHILD_ARG: &str = "--sandbox-child";

/// The exit code of a copy that ran and found nothing to complain of.
const FINE: i32 = 64;
const NO_CHILD: i32 = 65;
const REACHES_OUT: i32 = 66;

/// Whether judged programs that may start processes ([`Spec::processes`]) can be launched in this tier, one that there is. Ask once
/// and keep the answer.
///
/// `main` must call [`launcher_main_if_asked`](crate::launcher_main_if_asked) first.
///
/// # Errors
/// Why not, in words.
pub fn holds_processes(tier: Tier) -> Result<(), String> {
    let how = launch_parent(tier).map_err(|error| error.to_string())?;
    match how {
        How::Exit(FINE) => Ok(()),
        How::Exit(NO_CHILD) => Err("a program cannot start a process there".to_owned()),
        How::Exit(REACHES_OUT) if !tier.is_sandboxed() => Ok(()),
        How::Exit(REACHES_OUT) => Err("a program can send signals to who launched it there".to_owned()),
        other => Err(format!("the probe did not run through: {other:?}")),
    }
}

fn launch_parent(tier: Tier) -> Result<How, Error> {
    let cage = Cage::new()?;
    let mut spec = Spec::run(cage.program(), cage.work());
    spec.args = vec![PARENT_ARG.into()];
    spec.processes = true;
    spec.limits = Limits::with_processes();
    let nothing = File::open("/dev/null").map_err(Error::Start)?;
    Ok(launch(tier, &spec, nothing.into())?.wait().how)
}

/// The whole life of the copy.
pub(crate) fn parent() -> ! {
    match process::start_again(CHILD_ARG).and_then(|mut child| child.wait()) {
        Ok(status) if status.code() == Some(FINE) && kill(getppid(), None).is_ok() => exit(REACHES_OUT),
        Ok(status) if status.code() == Some(FINE) => exit(FINE),
        _ => exit(NO_CHILD),
    }
}

/// The whole life of the copy's child.
pub(crate) fn child() -> ! {
    exit(FINE)
}
