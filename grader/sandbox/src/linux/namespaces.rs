//! The namespaces tier: a process table, file system, network, IPC, host name and cgroup view of its own.
//!
//! Root makes them directly and gives up its rights afterwards, so that it can show files that are closed to others.
//! Everybody else makes a user namespace with them, in which mounting is allowed. Root without the right to mount (in a
//! default container) could do that as somebody else, too, but could not watch the program's threads then: it has no
//! namespaces tier.
//!
//! The launcher's second process is pid 1 of the new process table and supervises; the program is pid 2. (As pid 1 it
//! would not die of its own signals, and abort, stack overflow and the CPU limit would all look alike.)

use std::fs;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork, getegid, geteuid, sethostname};

use super::failure::{Failure, Step};
use super::launcher::{Launch, fail, leave};
use super::order::Order;
use super::privileges::{self, Accounting};
use super::supervise::{Scope, supervise};
use super::{capabilities, mounts, rlimits};
use crate::spec::Role;

/// Everything of its own but the users.
const SEPARATE: CloneFlags = CloneFlags::CLONE_NEWPID
    .union(CloneFlags::CLONE_NEWNS)
    .union(CloneFlags::CLONE_NEWNET)
    .union(CloneFlags::CLONE_NEWIPC)
    .union(CloneFlags::CLONE_NEWUTS)
    .union(CloneFlags::CLONE_NEWCGROUP);

/// How this process came into its namespaces.
#[derive(Clone, Copy)]
struct Entered {
    /// The user to become once everything is mounted.
    become_later: Option<u32>,
    accounting: Accounting,
}

/// Enters the namespaces and runs the order there.
#[expect(unsafe_code, reason = "fork")]
pub(super) fn enter(launch: Launch) -> ! {
    let entered = match make(&launch.order) {
        Ok(entered) => entered,
        Err(failure) => fail(&launch.channel, failure),
    };
    // SAFETY: this process has one thread, so the copy is whole.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => init(&launch, entered),
        Ok(ForkResult::Parent { child }) => {
            // Outside there is nothing left to do but to be waited for. Only init may hold the channel: its other end is to
            // see the end when it ends. If giving up the rights of root fails, so does the run.
            let given_up = entered.become_later.map_or(Ok(()), privileges::switch);
            drop(launch);
            if given_up.is_ok() {
                while waitpid(child, None) == Err(Errno::EINTR) {}
            }
            leave(0)
        }
        Err(error) => fail(&launch.channel, Failure::new("fork", error)),
    }
}

fn make(order: &Order) -> Result<Entered, Failure> {
    let Some(who) = privileges::stranger()? else { return make_as_user() };
    if order.role == Role::Compile {
        privileges::own(&order.work, who)?;
    }
    unshare(SEPARATE)
        .map_err(|error| Failure::new("unshare", format!("{error}: root may not make namespaces here")))?;
    Ok(Entered { become_later: Some(who), accounting: Accounting::Own })
}

fn make_as_user() -> Result<Entered, Failure> {
    let (uid, gid) = (geteuid(), getegid());
    unshare(SEPARATE | CloneFlags::CLONE_NEWUSER)
        .map_err(|error| Failure::new("unshare", format!("{error}: users may not make namespaces here")))?;
    fs::write("/proc/self/setgroups", "deny").step("setgroups")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")).step("uid_map")?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")).step("gid_map")?;
    let by_themselves = rlimits::namespaces_count_by_themselves();
    let accounting = if by_themselves { Accounting::Own } else { Accounting::Shared };
    Ok(Entered { become_later: None, accounting })
}

/// Process 1: it ends with the launcher outside, and everything inside ends with it.
fn init(launch: &Launch, entered: Entered) -> ! {
    match settle(&launch.order, entered) {
        Ok(()) => supervise(launch, Scope::Namespace, entered.accounting),
        Err(failure) => fail(&launch.channel, failure),
    }
}

fn settle(order: &Order, entered: Entered) -> Result<(), Failure> {
    prctl::set_pdeathsig(Signal::SIGKILL).step("pdeathsig")?;
    mounts::build(order, entered.become_later)?;
    sethostname("sandbox").step("hostname")?;
    if let Some(who) = entered.become_later {
        privileges::switch(who)?;
        capabilities::keep_only(None).step("capabilities")?;
        // The change of user has cleared it.
        prctl::set_pdeathsig(Signal::SIGKILL).step("pdeathsig")?;
    }
    Ok(())
}
