//! The limits as the kernel's resource limits. Set in the process that becomes the program, just before the exec.

use std::fs;
use std::io;

use nix::libc::rlim_t;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::failure::{Failure, Step};
use super::privileges::Accounting;
use super::supervise::UNREAPED;
use crate::limits::Limits;

const STACK_BYTES: u64 = 8 << 20;
/// The processes of the launcher itself, a template and those that it keeps unreaped, which may count among the program's.
const OURS: u64 = 6 + UNREAPED as u64;
/// Where the kernel counts everything that the user runs: how much of that there may be, in programs like this one.
const SHARERS: u64 = 16;

/// Sets them. Where the caller may not exceed a limit that is lower (its own hard limit), the program would be ended, or refused
/// something, before it has used what it is promised: that is no sandbox for it. Of the others as much is given as there is; the
/// [`Promise`](super::Promise) of threads and of address space is tried, and nothing needs many open files.
pub(super) fn set(limits: &Limits, accounting: Accounting) -> Result<(), Failure> {
    let threads = match accounting {
        Accounting::Own => limits.threads.saturating_add(OURS),
        Accounting::Shared => limits.threads.saturating_mul(SHARERS),
    };
    let promised = [
        (Resource::RLIMIT_DATA, limits.data_bytes, limits.data_bytes, "-d"),
        (Resource::RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes, "-f"),
        (Resource::RLIMIT_STACK, STACK_BYTES, STACK_BYTES, "-s"),
        // The soft limit kills with SIGXCPU, the hard one a second later with SIGKILL whoever ignores that.
        (Resource::RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1), "-t"),
    ];
    for (resource, soft, hard, flag) in promised {
        ensure_promised(resource, soft, flag)?;
        set_one(resource, soft, hard)?;
    }
    let fixed = [
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_AS, limits.address_space_bytes()),
        (Resource::RLIMIT_NOFILE, limits.open_files),
        (Resource::RLIMIT_NPROC, threads),
        (Resource::RLIMIT_MEMLOCK, 0),
        (Resource::RLIMIT_MSGQUEUE, 0),
        (Resource::RLIMIT_NICE, 0),
        (Resource::RLIMIT_RTPRIO, 0),
    ];
    for (resource, value) in fixed {
        set_one(resource, value, value)?;
    }
    Ok(())
}

/// Fails if this process may write no file of so many bytes: the kernel would end it with SIGXFSZ.
pub(super) fn ensure_file(bytes: u64) -> io::Result<()> {
    let (most, _) = getrlimit(Resource::RLIMIT_FSIZE)?;
    if most >= bytes {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "RLIMIT_FSIZE is {most} on this machine, less than the {bytes} bytes of a copy of this program: raise it (`ulimit -f unlimited`)"
    )))
}

fn ensure_promised(resource: Resource, value: rlim_t, flag: &str) -> Result<(), Failure> {
    let (_, most) = getrlimit(resource).step("getrlimit")?;
    if most >= value {
        return Ok(());
    }
    Err(Failure::new(
        "setrlimit",
        format!(
            "{resource:?} is {most} on this machine, less than the {value} that a program may use here: raise it \
             (`ulimit {flag} unlimited`)"
        ),
    ))
}

fn set_one(resource: Resource, soft: rlim_t, hard: rlim_t) -> Result<(), Failure> {
    let (_, most) = getrlimit(resource).step("getrlimit")?;
    setrlimit(resource, soft.min(most), hard.min(most))
        .map_err(|error| Failure::new("setrlimit", format!("{resource:?}: {error}")))
}

/// Whether the kernel counts the processes of a user namespace by themselves: since Linux 5.14.
pub(super) fn namespaces_count_by_themselves() -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut figures = release.split(['.', '-']).map_while(|figure| figure.parse::<u32>().ok());
    (figures.next().unwrap_or(0), figures.next().unwrap_or(0)) >= (5, 14)
}
