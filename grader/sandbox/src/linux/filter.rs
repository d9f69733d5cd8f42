//! seccomp: which system calls the program may make.
//!
//! Two filters. The first allows what is listed and gives ENOSYS for everything else (also for `clone3`, whose arguments
//! no filter can see: libc then uses `clone`). The second gives EPERM. Of two filters that both give an error the one
//! installed last wins, so everything that the second refuses must be let through by the first, and the second must
//! come last. An allowlist also closes the x32 calls of x86-64, whose numbers are on no list.

use libc::c_long;
use nix::unistd::Pid;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule,
};

use super::decision::{Rules, compile};
use super::failure::{Failure, Step};
use super::syscalls::{COMPILING, FORKING, OLDER, PLAIN, REFUSED, REFUSED_OLDER};
use crate::spec::Role;

/// Every flag of `clone` that makes a namespace.
const NAMESPACES: u64 = 0x7e02_0080;
const THREAD: u64 = libc::CLONE_THREAD as u64;

/// Orders about descriptors. Not those that have signals sent to other processes (`F_SETOWN`, `F_SETSIG`), nor leases.
const FCNTL: [i32; 12] = [
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_SETFD,
    libc::F_GETFL,
    libc::F_SETFL,
    libc::F_GETLK,
    libc::F_SETLK,
    libc::F_SETLKW,
    libc::F_OFD_GETLK,
    libc::F_OFD_SETLK,
    libc::F_OFD_SETLKW,
];
/// Is it a terminal (TCGETS, TIOCGWINSZ), do not block, how much is there (FIONBIO, FIONREAD), close at exec (FIOCLEX,
/// FIONCLEX). Nothing that types into a terminal or has signals sent. (As figures: libc's type for them varies.)
const IOCTL: [u64; 6] = [0x5401, 0x5413, 0x5421, 0x541b, 0x5451, 0x5450];
/// Names of threads, what installing the second filter takes, and what a run that is forked does before it has that.
const PRCTL: [i32; 5] = [
    libc::PR_SET_NAME,
    libc::PR_GET_NAME,
    libc::PR_SET_NO_NEW_PRIVS,
    libc::PR_SET_SECCOMP,
    libc::PR_SET_DUMPABLE,
];
/// How long to wait for the socket.
const SOCKET_OPTIONS: [i32; 2] = [libc::SO_RCVTIMEO, libc::SO_SNDTIMEO];
/// Pairs that cannot send to an address: a datagram socket could.
const PAIRS: [i32; 2] = [libc::SOCK_STREAM, libc::SOCK_SEQPACKET];
const SOCKET_TYPE: u64 = 0xf;

/// The filters of the landlock and namespaces tiers, in the order in which to install them. `me` is the process that
/// becomes the program: the only one that signals may go to.
pub(super) fn allowlist(role: Role, me: Pid) -> Result<[BpfProgram; 2], Failure> {
    let build = || {
        let refused = refused(role, me)?;
        let allowed = allowed(role, &refused)?;
        Ok::<_, BackendError>([
            compile(allowed, &SeccompAction::Errno(errno(libc::ENOSYS)), &SeccompAction::Allow)?,
            compile(refused, &SeccompAction::Allow, &SeccompAction::Errno(errno(libc::EPERM)))?,
        ])
    };
    build().step("seccomp")
}

/// The filters of a template, in the order in which to install them: those of a judged program, but that it may start processes
/// and send them signals.
pub(super) fn of_a_template(me: Pid) -> Result<[BpfProgram; 2], Failure> {
    let build = || {
        let allowed = allowed(Role::Run, &refused(Role::Run, me)?)?;
        Ok::<_, BackendError>([
            compile(allowed, &SeccompAction::Errno(errno(libc::ENOSYS)), &SeccompAction::Allow)?,
            compile(
                refused_to_all(Role::Run)?,
                &SeccompAction::Allow,
                &SeccompAction::Errno(errno(libc::EPERM)),
            )?,
        ])
    };
    build().step("seccomp")
}

/// What each of its runs gets besides: then it has what any judged program has.
pub(super) fn of_a_run(me: Pid) -> Result<BpfProgram, Failure> {
    let build = || {
        let own = refused_to_one(Role::Run, me)?;
        compile(own, &SeccompAction::Allow, &SeccompAction::Errno(errno(libc::EPERM)))
    };
    build().step("seccomp")
}

/// The filters of the limits tier: threads, but no processes.
pub(super) fn no_processes() -> Result<Vec<BpfProgram>, Failure> {
    let build = || {
        let mut forking: Rules = always(FORKING);
        forking.insert(libc::SYS_clone, vec![no_thread()?]);
        Ok::<_, BackendError>(vec![
            compile(
                always(&[libc::SYS_clone3]),
                &SeccompAction::Allow,
                &SeccompAction::Errno(errno(libc::ENOSYS)),
            )?,
            compile(forking, &SeccompAction::Allow, &SeccompAction::Errno(errno(libc::EPERM)))?,
        ])
    };
    build().step("seccomp")
}

fn allowed(role: Role, refused: &Rules) -> Result<Rules, BackendError> {
    let mut rules = always(PLAIN);
    rules.extend(always(OLDER));
    if role == Role::Compile {
        rules.extend(always(COMPILING));
    }
    rules.extend(refused.keys().map(|call| (*call, Vec::new())));
    rules.insert(libc::SYS_clone, vec![rule(vec![is_masked(0, NAMESPACES, 0)?])?]);
    rules.insert(libc::SYS_fcntl, one_of(1, &FCNTL.map(number))?);
    rules.insert(libc::SYS_ioctl, one_of(1, &IOCTL)?);
    rules.insert(libc::SYS_prctl, one_of(0, &PRCTL.map(number))?);
    let option = |name: i32| rule(vec![is(1, number(libc::SOL_SOCKET))?, is(2, number(name))?]);
    rules.insert(libc::SYS_setsockopt, SOCKET_OPTIONS.into_iter().map(option).collect::<Result<_, _>>()?);
    let pair =
        |kind: i32| rule(vec![is(0, number(libc::AF_UNIX))?, is_masked(1, SOCKET_TYPE, number(kind))?]);
    rules.insert(libc::SYS_socketpair, PAIRS.into_iter().map(pair).collect::<Result<_, _>>()?);
    Ok(rules)
}

fn refused(role: Role, me: Pid) -> Result<Rules, BackendError> {
    let mut rules = refused_to_all(role)?;
    rules.extend(refused_to_one(role, me)?);
    Ok(rules)
}

/// What is refused whoever asks.
fn refused_to_all(role: Role) -> Result<Rules, BackendError> {
    let mut rules = always(REFUSED);
    rules.extend(always(REFUSED_OLDER));
    let others = if role == Role::Compile { COMPILING } else { FORKING };
    rules.retain(|call, _| !others.contains(call));
    // Asking for limits is fine, setting them is not.
    let sets = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    rules.insert(libc::SYS_prlimit64, vec![rule(vec![sets])?]);
    Ok(rules)
}

/// What is refused to the process `me`, which is the only one that it may send signals to.
fn refused_to_one(role: Role, me: Pid) -> Result<Rules, BackendError> {
    let mut rules = Rules::new();
    if role == Role::Run {
        rules.extend(always(FORKING));
        rules.insert(libc::SYS_clone, vec![no_thread()?]);
    }
    let me = u64::from(me.as_raw().cast_unsigned());
    for call in [libc::SYS_kill, libc::SYS_tgkill, libc::SYS_tkill] {
        rules.insert(call, vec![rule(vec![is_not(0, me)?])?]);
    }
    // Whoever hides from the judge could not be judged.
    rules.insert(libc::SYS_prctl, one_of(0, &[number(libc::PR_SET_DUMPABLE)])?);
    Ok(rules)
}

/// A `clone` that makes a process instead of a thread.
fn no_thread() -> Result<SeccompRule, BackendError> {
    rule(vec![is_masked(0, THREAD, 0)?])
}

fn always(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn rule(all: Vec<SeccompCondition>) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(all)
}

fn one_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, BackendError> {
    values.iter().map(|value| rule(vec![is(argument, *value)?])).collect()
}

/// The kernel takes these arguments as 32 bits, whatever is above them.
fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn is_not(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}

fn is_masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
}

fn number(value: i32) -> u64 {
    u64::from(value.cast_unsigned())
}

fn errno(value: i32) -> u32 {
    value.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_refused_is_let_through_first() {
        for role in [Role::Run, Role::Compile] {
            let refused = refused(role, Pid::from_raw(2)).expect("rules");
            let allowed = allowed(role, &refused).expect("rules");
            assert!(refused.keys().all(|call| allowed.contains_key(call)), "{role:?}");
        }
    }

    #[test]
    fn only_a_compiler_starts_processes() {
        let refused_to = |role| refused(role, Pid::from_raw(2)).expect("rules");
        assert!(refused_to(Role::Run).contains_key(&libc::SYS_clone));
        assert!(!refused_to(Role::Compile).contains_key(&libc::SYS_clone));
        assert!(FORKING.iter().all(|call| refused_to(Role::Run).contains_key(call)));
        assert!(FORKING.iter().all(|call| !refused_to(Role::Compile).contains_key(call)));
    }

    #[test]
    fn no_call_is_both_plain_and_refused() {
        let both: Vec<_> = PLAIN.iter().chain(OLDER).filter(|call| REFUSED.contains(call)).collect();
        assert!(both.is_empty(), "{both:?}");
    }

    #[test]
    fn the_filters_compile() {
        allowlist(Role::Run, Pid::from_raw(2)).expect("a filter");
        allowlist(Role::Compile, Pid::from_raw(2)).expect("a filter");
        no_processes().expect("filters");
        of_a_template(Pid::from_raw(2)).expect("filters");
        of_a_run(Pid::from_raw(2)).expect("a filter");
    }
}
