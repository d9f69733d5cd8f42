//! As root: becoming a user whom nobody knows, with no rights, before anything untrusted is near.
//!
//! Root may not run the program: limits on processes do not bind it, and every file is open to it. The stranger's user
//! id is made from the launcher's process id, so two programs at the same time never share one: neither can send
//! signals to the other, and the kernel counts the processes and threads of each by itself.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::{
    AccessFlags, Gid, Uid, eaccess, getegid, geteuid, getpid, setgroups, setresgid, setresuid,
};

use super::capabilities;
use super::failure::{Failure, Step};
use super::order::Order;

/// Far above the ids that systems, directories and containers hand out (systemd documents the range as unused).
const FIRST_STRANGER: u32 = 1_900_000_000;
/// Where a user namespace maps no more than the usual 65,536 ids: between the machine's users and its services.
const FIRST_MAPPED: u32 = 20_000;
const MAPPED: u32 = 20_000;

/// How the kernel counts the program's threads: by themselves, or together with all that the user runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accounting {
    Own,
    Shared,
}

/// The stranger to become: `None` if the caller is an ordinary user, who can become nobody else.
pub(super) fn stranger() -> Result<Option<u32>, Failure> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let pid = getpid().as_raw().cast_unsigned();
    let map = fs::read_to_string("/proc/self/uid_map").step("user")?;
    let choice = [FIRST_STRANGER + pid, FIRST_MAPPED + pid % MAPPED];
    let mapped = choice.into_iter().find(|uid| is_mapped(*uid, &map));
    mapped.map(Some).ok_or_else(|| {
        Failure::new(
            "user",
            "root is the only user of this user namespace: run the grader as an ordinary user",
        )
    })
}

/// Whether a user id means something in the user namespace with this map: lines of first id, first id outside, count.
fn is_mapped(uid: u32, map: &str) -> bool {
    map.lines().any(|line| {
        let figures: Vec<u64> = line.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        matches!(figures[..], [first, _, count] if (first..first + count).contains(&u64::from(uid)))
    })
}

/// Gives the work directory to the stranger, who is to write into it. Its group stays the caller's, who takes out what was made: root
/// may have no right to pass permissions.
pub(super) fn own(work: &Path, who: u32) -> Result<(), Failure> {
    let open = || -> io::Result<()> {
        fs::set_permissions(work, Permissions::from_mode(0o775))?;
        Ok(nix::unistd::chown(work, Some(Uid::from_raw(who)), Some(getegid()))?)
    };
    open().step("own the work directory")
}

/// Becomes the stranger, without any right. If the view is closed to strangers and `may_read_closed`, one right stays:
/// to read what file permissions would not let it.
pub(super) fn become_stranger(who: u32, order: &Order, may_read_closed: bool) -> Result<(), Failure> {
    let reading = [capabilities::DAC_READ_SEARCH, capabilities::DAC_OVERRIDE];
    let detached = may_read_closed && capabilities::detach_from_user();
    let right = reading.into_iter().find(|one| detached && capabilities::is_permitted(*one));
    switch(who)?;
    capabilities::hold_back(right).step("capabilities")?;
    match (closed_path(order), right) {
        (None, _) => capabilities::keep_only(None).step("capabilities"),
        (Some(_), Some(right)) => capabilities::keep_only(Some(right)).step("capabilities"),
        (Some(closed), None) => Err(Failure::new(
            "reach",
            format!(
                "{} is closed to other users: open the directories above it (chmod o+x), or keep it elsewhere",
                closed.display()
            ),
        )),
    }
}

/// Becomes the stranger where every path was already opened as root, or is open to everybody.
pub(super) fn switch(who: u32) -> Result<(), Failure> {
    let (uid, gid) = (Uid::from_raw(who), Gid::from_raw(who));
    setgroups(&[]).step("setgroups")?;
    setresgid(gid, gid, gid).step("setresgid")?;
    setresuid(uid, uid, uid).step("setresuid")
}

/// The first path of the order that this process may not reach.
fn closed_path(order: &Order) -> Option<&Path> {
    let seen = order.view.iter().map(|shown| shown.real.as_path());
    seen.chain([order.work.as_path()]).find(|path| eaccess(*path, AccessFlags::R_OK).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mapped_ids_mean_anything() {
        let container = "         0       1000          1\n         1     100000      65536\n";
        assert!(is_mapped(0, container) && is_mapped(65_536, container));
        assert!(!is_mapped(65_537, container) && !is_mapped(FIRST_STRANGER, container));
        assert!(is_mapped(FIRST_STRANGER, "         0          0 4294967295\n"));
        assert!(!is_mapped(0, ""));
    }
}
