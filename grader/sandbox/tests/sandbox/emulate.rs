//! Machines that have less than this one, emulated by giving up system calls: what the probe says there, and with
//! `--emulate` the whole test program.

#![expect(clippy::disallowed_methods, reason = "the emulated machine is another process")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Command, exit};

use libtest_mimic::Trial;
use nix::sys::resource::{Resource, setrlimit};
use sandbox::{Limits, Promise, Tier};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use crate::trials::{Bench, ensure, text};

const EMULATE: &str = "--emulate";
const PROBE: &str = "--probe";
const ROOM: &str = "--room";

/// Every flag of `clone` that makes a namespace.
const NAMESPACES: [u64; 7] =
    [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];

/// Gives up what the first arguments say. Returns the others, and whether this is an emulated machine now.
pub(crate) fn if_asked(mut args: Vec<OsString>) -> (Vec<OsString>, bool) {
    let asked = args.get(1).is_some_and(|arg| arg == EMULATE);
    if asked {
        let machine = args.remove(2);
        args.remove(1);
        give_up(machine.to_str().expect("a name"));
        if args.get(1).is_some_and(|arg| arg == PROBE) {
            println!("{}", sandbox::probe());
            exit(0)
        }
        if args.get(1).is_some_and(|arg| arg == ROOM) {
            let tier = args.get(2).and_then(|name| Tier::from_name(name.to_str()?)).expect("a tier");
            println!("{:?}", Promise::new(tier, &A_RUN).expect("a promise").room(2));
            exit(0)
        }
    }
    (args, asked)
}

/// The probe on smaller machines: each finds the tiers that are left, and says why it lacks the others.
pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    let mut trials = bench.each("probe::without_namespaces", &[Tier::Landlock], |_| {
        let lacks = "namespaces: not available: sandbox tier namespaces, step `unshare`: EPERM";
        probe_says("docker", &[lacks, "landlock: available", "limits: available"])
    });
    trials.extend(bench.each("probe::without_landlock", &[Tier::Namespaces], |_| {
        probe_says("unlocked", &["namespaces: available", "landlock: not available", "limits: available"])
    }));
    trials.extend(bench.each("probe::without_namespaces_and_landlock", &[Tier::Limits], |_| {
        let lacks =
            "landlock: not available: sandbox tier landlock, step `landlock`: this kernel has no Landlock";
        probe_says("bare", &["namespaces: not available", lacks, "limits: available"])
    }));
    trials.extend(bench.each("promise::is_kept_by_this_machine", &Tier::ALL, |tier| {
        room_is(tier, "whole", &["runs: 2", "why_no_more: None"])
    }));
    trials.extend(bench.each("promise::is_not_kept_where_threads_are_short", &Tier::ALL, |tier| {
        room_is(tier, "short", &["runs: 0", "a run may have 500 threads", "`ulimit -u` is 300"])
    }));
    trials.extend(bench.each("promise::is_not_kept_where_its_time_is_short", &Tier::ALL, |tier| {
        room_is(tier, "hurried", &["runs: 0", "RLIMIT_CPU is 9 on this machine"])
    }));
    trials
}

/// What a run is promised here.
const A_RUN: Limits = Limits {
    cpu_seconds: 10,
    data_bytes: 2 << 30,
    file_bytes: 8 << 20,
    open_files: 256,
    threads: 500,
    work_bytes: 16 << 20,
    output_bytes: 1 << 20,
    wall_ms: 120_000,
};

fn room_is(tier: Tier, machine: &str, expected: &[&str]) -> Result<(), String> {
    let output = Command::new("/proc/self/exe")
        .args([EMULATE, machine, ROOM, tier.as_str()])
        .output()
        .map_err(text)?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure(expected.iter().all(|words| said.contains(words)), format!("{said}{output:?}"))
}

fn probe_says(machine: &str, expected: &[&str]) -> Result<(), String> {
    let output = Command::new("/proc/self/exe").args([EMULATE, machine, PROBE]).output().map_err(text)?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure(expected.iter().all(|line| said.contains(line)), format!("{said}{output:?}"))
}

/// `docker`: what its default profile forbids of that which matters here. `unlocked`: no Landlock. `bare`: neither. `whole`: all of
/// this machine; `short`: but for threads; `hurried`: but for CPU time.
fn give_up(machine: &str) {
    let limit = |resource, most| setrlimit(resource, most, most).expect("a limit can be lowered");
    let (namespaces, landlock) = match machine {
        "whole" => return,
        "short" => return limit(Resource::RLIMIT_NPROC, 300),
        "hurried" => return limit(Resource::RLIMIT_CPU, 9),
        "docker" => (false, true),
        "unlocked" => (true, false),
        "bare" => (false, false),
        other => panic!("no machine is called {other:?}: docker, unlocked, bare, whole, short or hurried"),
    };
    if !namespaces {
        let whole =
            [libc::SYS_unshare, libc::SYS_mount, libc::SYS_umount2, libc::SYS_pivot_root, libc::SYS_setns];
        let mut forbidden: BTreeMap<_, _> = whole.map(|call| (call, Vec::new())).into();
        let flag = |flag: u64| {
            let set = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag);
            SeccompRule::new(vec![set.expect("a condition")]).expect("a rule")
        };
        forbidden.insert(libc::SYS_clone, NAMESPACES.into_iter().map(flag).collect());
        install(forbidden, libc::EPERM);
        install([(libc::SYS_clone3, Vec::new())].into(), libc::ENOSYS);
    }
    if !landlock {
        install([(libc::SYS_landlock_create_ruleset, Vec::new())].into(), libc::ENOSYS);
    }
}

fn install(calls: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) {
    let arch = std::env::consts::ARCH.try_into().expect("a known architecture");
    let action = SeccompAction::Errno(errno.cast_unsigned());
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, action, arch).expect("a filter");
    let program: BpfProgram = filter.try_into().expect("a filter");
    seccompiler::apply_filter(&program).expect("seccomp");
}
