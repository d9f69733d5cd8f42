//! seccomp: which system calls the program may make.
//!
//! Two filters. The first allows what is listed and gives ENOSYS for everything else (also for `clone3`, whose arguments
//! no filter can see: libc then uses `clone`). The second gives EPERM. Of two filters that both give an error the one
//! installed last wins, so everything that the second refuses must be let through by the first, and the second must
//! come last. An allowlist also closes the x32 calls of x86-64, whose numbers are on no list.
//!
//! Where a program may start processes they are one **tree**, and no process leaves it: each is a child of the one that started
//! it, orphans are adopted by the main one, and all are in one process group. Nobody in it is stopped, and nobody kills the main
//! process: what ended that with SIGKILL is to be the machine.

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
/// The flag of `clone` that makes a sibling instead of a child.
const SIBLING: u64 = libc::CLONE_PARENT as u64;
/// The bits of `clone`'s flags that say which signal the parent gets at the end.
const END_SIGNAL: u64 = 0xff;
/// Signals that leave a process neither asleep nor at an end.
const STOPPING: [i32; 4] = [libc::SIGSTOP, libc::SIGTSTP, libc::SIGTTIN, libc::SIGTTOU];
/// The process that is nobody's: this machine's first, or the one that supervises.
const FIRST: u64 = 1;
/// The first process id that means a group, or everybody, as the kernel compares 32 bits.
const NEGATIVE: u64 = 1 << 31;

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
        pair(allowed(role, &refused)?, refused)
    };
    build().step("seccomp")
}

/// The filters of a judged program that may start processes, in the order in which to install them; all of its processes have
/// them. `main` is the process that becomes the program.
pub(super) fn of_a_tree(main: Pid) -> Result<[BpfProgram; 2], Failure> {
    let build = || {
        let refused = refused_in_a_tree(main)?;
        let mut allowed = allowed(Role::Run, &refused)?;
        allowed.extend(always(FORKING));
        allowed.insert(libc::SYS_clone, vec![thread()?, child()?]);
        let mut prctl = one_of(0, &PRCTL.map(number))?;
        prctl.push(adopts_orphans()?);
        allowed.insert(libc::SYS_prctl, prctl);
        pair(allowed, refused)
    };
    build().step("seccomp")
}

/// The filters of a template, in the order in which to install them: those of a judged program, but that it may start processes
/// and send them signals.
pub(super) fn of_a_template(me: Pid) -> Result<[BpfProgram; 2], Failure> {
    let build = || {
        let allowed = allowed(Role::Run, &refused(Role::Run, me)?)?;
        pair(allowed, refused_to_all(Role::Run)?)
    };
    build().step("seccomp")
}

/// What each of its runs gets besides: then it has what any judged program has.
pub(super) fn of_a_run(me: Pid) -> Result<BpfProgram, Failure> {
    let build = || refusing(refused_to_one(Role::Run, me)?);
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
            refusing(forking)?,
        ])
    };
    build().step("seccomp")
}

/// The filter of the limits tier where a program may start processes: they stay in its process group, which ends at one stroke.
pub(super) fn one_group() -> Result<BpfProgram, Failure> {
    refusing(always(&[libc::SYS_setsid, libc::SYS_setpgid])).step("seccomp")
}

/// The two filters, from what is allowed (with what the second refuses) and what is refused.
fn pair(allowed: Rules, refused: Rules) -> Result<[BpfProgram; 2], BackendError> {
    let listed = compile(allowed, &SeccompAction::Errno(errno(libc::ENOSYS)), &SeccompAction::Allow)?;
    Ok([listed, refusing(refused)?])
}

fn refusing(refused: Rules) -> Result<BpfProgram, BackendError> {
    compile(refused, &SeccompAction::Allow, &SeccompAction::Errno(errno(libc::EPERM)))
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

/// What is refused to every process of the tree of `main`. Signals go to single processes of the tree: the kernel keeps them there
/// (the process table, Landlock), no filter could.
fn refused_in_a_tree(main: Pid) -> Result<Rules, BackendError> {
    let mut rules = refused_to_all(Role::Run)?;
    let main = u64::from(main.as_raw().cast_unsigned());
    let groups = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ge, NEGATIVE)?;
    let mut kills = one_of(1, &STOPPING.map(number))?;
    kills.push(rule(vec![is(0, main)?, is(1, number(libc::SIGKILL))?])?);
    kills.push(rule(vec![is(0, 0)?])?);
    kills.push(rule(vec![is(0, FIRST)?])?);
    kills.push(rule(vec![groups])?);
    rules.insert(libc::SYS_kill, kills);
    // Whose thread it is no filter can tell; and nobody needs to kill by thread.
    let never = [&STOPPING[..], &[libc::SIGKILL]].concat().into_iter().map(number).collect::<Vec<_>>();
    rules.insert(libc::SYS_tgkill, one_of(2, &never)?);
    rules.insert(libc::SYS_tkill, one_of(1, &never)?);
    rules.insert(libc::SYS_prctl, one_of(0, &[number(libc::PR_SET_DUMPABLE)])?);
    Ok(rules)
}

/// A `clone` that makes a thread.
fn thread() -> Result<SeccompRule, BackendError> {
    rule(vec![is_masked(0, NAMESPACES | THREAD, THREAD)?])
}

/// A `clone` that makes a child, at whose end its parent gets the usual signal and not one that no filter would let through.
fn child() -> Result<SeccompRule, BackendError> {
    rule(vec![is_masked(0, NAMESPACES | THREAD | SIBLING | END_SIGNAL, number(libc::SIGCHLD))?])
}

/// Becoming the process that adopts orphans; nobody ceases to be it, which would let them out of the tree.
fn adopts_orphans() -> Result<SeccompRule, BackendError> {
    let yes = SeccompCondition::new(1, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    rule(vec![is(0, number(libc::PR_SET_CHILD_SUBREAPER))?, yes])
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

    /// Whoever may start no processes is held by exactly these instructions, whatever is added for those who may.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_filters_of_a_single_process_are_known() {
        let me = Pid::from_raw(2);
        let known = |filters: &[BpfProgram]| digest(filters.iter().flatten());
        assert_eq!(known(&allowlist(Role::Run, me).expect("filters")), 0x6daa_a51b_f66c_c2e7);
        assert_eq!(known(&allowlist(Role::Compile, me).expect("filters")), 0xc2f0_a3bd_e51c_2230);
        assert_eq!(known(&of_a_template(me).expect("filters")), 0x104f_88da_c555_d706);
        assert_eq!(known(&[of_a_run(me).expect("a filter")]), 0x32c9_17f9_81f1_26fa);
        assert_eq!(known(&no_processes().expect("filters")), 0x91ce_5099_ba23_f6b7);
    }

    /// FNV-1a over the fields of the instructions.
    #[cfg(target_arch = "x86_64")]
    fn digest<'a>(instructions: impl Iterator<Item = &'a seccompiler::sock_filter>) -> u64 {
        let fields = instructions.flat_map(|one| {
            let head = [one.code.to_le_bytes(), [one.jt, one.jf]];
            head.into_iter().flatten().chain(one.k.to_le_bytes())
        });
        fields.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }

    #[test]
    fn the_filters_compile() {
        allowlist(Role::Run, Pid::from_raw(2)).expect("a filter");
        allowlist(Role::Compile, Pid::from_raw(2)).expect("a filter");
        of_a_tree(Pid::from_raw(2)).expect("filters");
        one_group().expect("a filter");
        no_processes().expect("filters");
        of_a_template(Pid::from_raw(2)).expect("filters");
        of_a_run(Pid::from_raw(2)).expect("a filter");
    }
}
