//! The process that becomes the program: everything that it is to have is given to it here, everything else taken away.
//!
//! It is a copy of the supervisor, the only process of its kind that ends up running untrusted code. Invariant: it keeps
//! the channel until the exec closes it, and not an instant longer.

use std::convert::Infallible;
use std::ffi::CString;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{Pid, chdir, execve, getpid, getppid, setsid};

use super::descriptors::Streams;
use super::failure::{Failure, Step};
use super::launcher::Launch;
use super::order::{Order, c_string};
use super::privileges::Accounting;
use super::record::Record;
use super::{descriptors, fence, filter, rlimits};
use crate::spec::Role;

/// How often and how long to wait for a program that somebody has open for writing. The caller has just written it, and
/// a process that another of its threads is starting may hold a copy of that descriptor until its exec.
const BUSY_TRIES: u32 = 1000;
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Becomes the program of the order, or says which step failed.
pub(super) fn become_program(
    launch: &Launch,
    supervisor: Pid,
    accounting: Accounting,
    streams: &Streams,
) -> Result<Infallible, Failure> {
    let order = &launch.order;
    die_with(supervisor)?;
    default_signals()?;
    setsid().step("setsid")?;
    descriptors::take_streams(streams).step("streams")?;
    chdir(&order.current).step("current directory")?;
    launch.channel.send(&Record::Pid.to_bytes(), &[]).step("report")?;
    // Made before the limits hold: afterwards there may be no memory and no descriptors for it.
    let filters = filters(order)?;
    let exec = Exec::new(order);
    prctl::set_no_new_privs().step("no new privileges")?;
    if order.tier.is_sandboxed() {
        fence::enter(order)?;
    }
    rlimits::set(&order.limits, accounting)?;
    for filter in &filters {
        match seccompiler::apply_filter(filter) {
            Err(error) if order.tier.is_sandboxed() => return Err(Failure::new("seccomp", error)),
            // Without a fence the filter is one more limit, where the kernel has it.
            _ => {}
        }
    }
    exec.now()
}

/// Tells the supervisor which step failed. If that fails, too, the supervisor reads nothing that makes sense.
pub(super) fn tell(to: OwnedFd, failure: &Failure) {
    let _ = File::from(to).write_all(&Record::Failed(failure.clone()).to_bytes());
}

fn filters(order: &Order) -> Result<Vec<seccompiler::BpfProgram>, Failure> {
    match (order.tier.is_sandboxed(), order.role) {
        (true, _) if order.processes => Ok(filter::of_a_tree(getpid())?.into()),
        (false, _) if order.processes => Ok(vec![filter::one_group()?]),
        // Its runs get one more each, for their own process ids.
        (true, _) if order.template => Ok(filter::of_a_template(getpid())?.into()),
        (true, role) => Ok(filter::allowlist(role, getpid())?.into()),
        (false, Role::Run) => filter::no_processes(),
        (false, Role::Compile) => Ok(Vec::new()),
    }
}

/// Ends this process with the supervisor. The supervisor has one thread, so its death is the only thing that counts.
fn die_with(supervisor: Pid) -> Result<(), Failure> {
    prctl::set_pdeathsig(Signal::SIGKILL).step("pdeathsig")?;
    if getppid() == supervisor { Ok(()) } else { Err(Failure::new("pdeathsig", "the supervisor is gone")) }
}

/// Signals as every program expects them: none blocked, none ignored (both would survive the exec).
#[expect(unsafe_code, reason = "sigaction may install handlers")]
fn default_signals() -> Result<(), Failure> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    let changeable = |signal: &Signal| !matches!(signal, Signal::SIGKILL | Signal::SIGSTOP);
    for signal in Signal::iterator().filter(changeable) {
        // SAFETY: the default action is no handler.
        unsafe { sigaction(signal, &default) }.step("signals")?;
    }
    SigSet::empty().thread_set_mask().step("signals")
}

/// What the exec needs, as C strings.
struct Exec {
    program: CString,
    args: Vec<CString>,
    env: Vec<CString>,
}

impl Exec {
    fn new(order: &Order) -> Self {
        let program = c_string(&order.program);
        let args = std::iter::once(program.clone()).chain(order.args.iter().map(c_string)).collect();
        Self { program, args, env: order.env.iter().map(c_string).collect() }
    }

    /// Only a failure returns.
    fn now(&self) -> Result<Infallible, Failure> {
        let failed =
            |error| Err(Failure::new("exec", format!("{}: {error}", self.program.to_string_lossy())));
        for _ in 0..BUSY_TRIES {
            match execve(&self.program, &self.args, &self.env) {
                Err(Errno::ETXTBSY) => thread::sleep(BUSY_PAUSE),
                Err(error) => return failed(error),
            }
        }
        failed(Errno::ETXTBSY)
    }
}
