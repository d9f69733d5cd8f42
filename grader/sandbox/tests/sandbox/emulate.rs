//! Machines that have less than this one, emulated by giving up system calls: what the probe says there, and with
//! `--emulate` the whole test program.

#![expect(clippy::disallowed_methods, reason = "the emulated machine is another process")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::{Command, exit};

use libtest_mimic::{Failed, Trial};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

const EMULATE: &str = "--emulate";
const PROBE: &str = "--probe";

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
    }
    (args, asked)
}

pub(crate) fn trials() -> Vec<Trial> {
    let docker = || {
        let said = probe_on("docker")?;
        let as_it_should = said
            .contains("namespaces: not available: sandbox tier namespaces, step `unshare`")
            && said.contains("landlock: available")
            && said.contains("limits: available");
        if as_it_should { Ok(()) } else { Err(said.into()) }
    };
    let bare = || {
        let said = probe_on("bare")?;
        let as_it_should = said.contains("namespaces: not available")
            && said.contains("landlock: not available: sandbox tier landlock, step `landlock`: this kernel has no Landlock")
            && said.contains("limits: available");
        if as_it_should { Ok(()) } else { Err(said.into()) }
    };
    vec![
        Trial::test("probe::without_namespaces", docker),
        Trial::test("probe::without_namespaces_and_landlock", bare),
    ]
}

fn probe_on(machine: &str) -> Result<String, Failed> {
    let output = Command::new("/proc/self/exe").args([EMULATE, machine, PROBE]).output()?;
    Ok(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

/// `docker`: what its default profile forbids of that which matters here. `bare`: Landlock, too.
fn give_up(machine: &str) {
    let mut forbidden: BTreeMap<i64, Vec<SeccompRule>> =
        [libc::SYS_unshare, libc::SYS_mount, libc::SYS_umount2, libc::SYS_pivot_root, libc::SYS_setns]
            .into_iter()
            .map(|call| (call, Vec::new()))
            .collect();
    let flag = |flag: u64| {
        let set = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag);
        SeccompRule::new(vec![set.expect("a condition")]).expect("a rule")
    };
    forbidden.insert(libc::SYS_clone, NAMESPACES.into_iter().map(flag).collect());
    let mut missing = vec![libc::SYS_clone3];
    match machine {
        "docker" => {}
        "bare" => missing.push(libc::SYS_landlock_create_ruleset),
        other => panic!("no machine is called {other:?}: docker or bare"),
    }
    install(forbidden, libc::EPERM);
    install(missing.into_iter().map(|call| (call, Vec::new())).collect(), libc::ENOSYS);
}

fn install(calls: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) {
    let arch = std::env::consts::ARCH.try_into().expect("a known architecture");
    let action = SeccompAction::Errno(errno.cast_unsigned());
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, action, arch).expect("a filter");
    let program: BpfProgram = filter.try_into().expect("a filter");
    seccompiler::apply_filter(&program).expect("seccomp");
}
