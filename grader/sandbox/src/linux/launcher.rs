//! The launcher: the calling binary, started again as a fresh process with one thread, nothing open and no environment.
//!
//! It takes one order from its channel, goes where the tier wants it, and runs the program as often as it is asked to, one
//! run at a time. Whatever fails on the way is reported as the step that failed.

use std::fs;
use std::os::fd::{AsFd, AsRawFd};

use nix::sys::stat::{Mode, umask};

use super::channel::{Channel, LONGEST};
use super::descriptors;
use super::failure::{Failure, Step};
use super::namespaces;
use super::order::Order;
use super::privileges::{self, Accounting};
use super::promise;
use super::record::Record;
use super::supervise::{Scope, supervise};
use super::tree;
use crate::probe;
use crate::spec::Role;
use crate::tier::Tier;

/// The launcher's name: how it recognises itself, and what a list of processes shows.
pub(crate) const LAUNCHER_NAME: &str = "sandbox-launcher";
/// Its only argument.
pub(crate) const LAUNCHER_ARG: &str = "--launch-as-told";

/// What the launcher has in hand.
pub(super) struct Launch {
    pub(super) order: Order,
    pub(super) channel: Channel,
}

/// Does the launcher's work and ends the process, if this process was started as the launcher; returns otherwise.
///
/// Every binary that calls [`launch`](crate::launch) calls this first in `main`, before it has threads or anything open.
pub fn launcher_main_if_asked() {
    let mut args = std::env::args_os();
    match (args.next(), args.next(), args.next()) {
        (Some(name), Some(arg), None) if name == LAUNCHER_NAME && arg == LAUNCHER_ARG => run(),
        (_, Some(arg), secret) if arg == probe::CANARY_ARG => probe::canary(secret),
        (_, Some(arg), None) if arg == tree::PARENT_ARG => tree::parent(),
        (_, Some(arg), None) if arg == tree::CHILD_ARG => tree::child(),
        (_, Some(arg), Some(wanted)) if arg == promise::TAKE_ARG => promise::take(&wanted.to_string_lossy()),
        _ => {}
    }
}

fn run() -> ! {
    let Some(channel) = descriptors::take_stdin().ok().and_then(Channel::from_descriptor) else {
        eprintln!("{LAUNCHER_NAME}: started without a channel; it is not meant to be started by hand");
        std::process::exit(1)
    };
    // A caller that is gone, or closes the channel before it has given an order, wants nothing.
    let Ok(Some(message)) = channel.receive(LONGEST) else { std::process::exit(1) };
    let Some(order) = Order::from_bytes(&message.bytes) else {
        fail(&channel, Failure::new("order", "the order makes no sense"))
    };
    match prepare(&channel) {
        Ok(()) => enter(Launch { order, channel }),
        Err(failure) => fail(&channel, failure),
    }
}

/// Leaves nothing of the caller's in reach but the channel.
fn prepare(channel: &Channel) -> Result<(), Failure> {
    descriptors::let_go_of_stdin().step("stdin")?;
    descriptors::close_all_but(&[channel.as_fd().as_raw_fd()]).step("descriptors")?;
    // What a compiler writes may be read by whoever can reach the directory: the caller, who has another user id.
    umask(Mode::from_bits_truncate(0o022));
    // Where the machine runs out of memory, what is launched here goes first and not who launches it. It is tried again.
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
    Ok(())
}

fn enter(launch: Launch) -> ! {
    if launch.order.tier == Tier::Namespaces {
        namespaces::enter(launch)
    }
    match become_ordinary(&launch.order) {
        Ok(accounting) => supervise(&launch, Scope::OwnChildren, accounting),
        Err(failure) => fail(&launch.channel, failure),
    }
}

/// The user id of the tiers that stay in the machine's own file system.
fn become_ordinary(order: &Order) -> Result<Accounting, Failure> {
    let Some(who) = privileges::stranger()? else { return Ok(Accounting::Shared) };
    if order.role == Role::Compile {
        privileges::own(&order.work, who)?;
    }
    // A compiler has to reach a toolchain that is closed to strangers (below /root). Landlock holds it to its view; where
    // there is no fence, nothing is promised. A judged program never gets to read more than everybody may.
    let may_read_closed = order.role == Role::Compile;
    privileges::become_stranger(who, order, may_read_closed)?;
    Ok(Accounting::Own)
}

/// Reports a failure and ends the launcher.
pub(super) fn fail(channel: &Channel, failure: Failure) -> ! {
    // Where the caller is gone, nobody wants to know.
    let _ = channel.send(&Record::Failed(failure).to_bytes(), &[]);
    leave(1)
}

/// Ends this process at once. It may be a forked copy, in which nothing else must run.
#[expect(unsafe_code, reason = "_exit has no safe wrapper")]
pub(super) fn leave(code: i32) -> ! {
    // SAFETY: ends the process; nothing runs after it.
    unsafe { libc::_exit(code) }
}
