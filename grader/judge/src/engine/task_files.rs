//! What the files below `/proc/PID/task/TID` say (proc(5)), and the memory of a thread.

use std::io;
use std::time::Duration;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};

use crate::wire::Tid;

/// A `timespec` in the memory of a process: how long a sleep was asked to be. `None` where it can't be read; then the sleep
/// is only known by waiting.
pub(super) fn timespec(pid: nix::unistd::Pid, address: u64) -> Option<Duration> {
    let mut bytes = [0; 16];
    let remote = RemoteIoVec { base: usize::try_from(address).ok()?, len: bytes.len() };
    let count = process_vm_readv(pid, &mut [io::IoSliceMut::new(&mut bytes)], &[remote]).ok()?;
    let (seconds, nanos) = bytes.split_at(8);
    let number = |part: &[u8]| part.try_into().ok().map(u64::from_ne_bytes);
    (count == 16).then_some(Duration::new(number(seconds)?, u32::try_from(number(nanos)?).ok()?))
}

/// The number that a thread has in its own process table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OwnNumber {
    pub(super) tid: Tid,
    /// Whether that table is another than the system's here. The numbers alone do not say so: they may happen to be the same.
    pub(super) apart: bool,
}

/// It is the last of the `NSpid` line of a `status` file, which has a number for each table. `None` where the kernel has no
/// such tables.
pub(super) fn parse_own_number(status: &str) -> Option<OwnNumber> {
    let line = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    let mut numbers = line.split_whitespace().rev();
    Some(OwnNumber { tid: numbers.next()?.parse().ok()?, apart: numbers.next().is_some() })
}

/// The kernel's `PF_EXITING`.
pub(super) const EXITING: u32 = 4;

/// The fields of a `stat` file from the third on. The name, field 2, stands in parentheses and may hold any byte.
fn fields(text: &[u8]) -> Option<&[u8]> {
    text.get(text.iter().rposition(|&byte| byte == b')')? + 2..)
}

/// The state, field 3 of a `stat` file.
pub(super) fn parse_state(text: &[u8]) -> io::Result<u8> {
    fields(text).and_then(|fields| fields.first().copied()).ok_or_else(|| unreadable("stat", text))
}

/// The kernel's flags of a thread, field 9 of a `stat` file.
pub(super) fn parse_flags(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(fields(text)?).ok()?.split(' ').nth(6)?.parse().ok()
}

/// How many threads the process of a thread has, field 20 of a `stat` file.
pub(super) fn parse_threads(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(fields(text)?).ok()?.split(' ').nth(17)?.parse().ok()
}

/// The CPU time of the children that a process has waited for, and of theirs, in clock ticks: fields 16 and 17 of a `stat` file.
pub(super) fn parse_waited_for(text: &[u8]) -> Option<u64> {
    let mut fields = std::str::from_utf8(fields(text)?).ok()?.split(' ').skip(13);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

/// The memory that a process has for itself, in pages: of a `statm` file what is resident, without what is shared.
pub(super) fn parse_own_pages(text: &[u8]) -> Option<u64> {
    let mut fields = std::str::from_utf8(text).ok()?.split_whitespace().skip(1);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()?.saturating_sub(next()?))
}

/// The CPU time and the number of time slices, fields 1 and 3 of a `schedstat` file.
pub(super) fn parse_schedstat(text: &[u8]) -> io::Result<(Duration, u64)> {
    let parse = || {
        let mut fields = std::str::from_utf8(text).ok()?.split_whitespace();
        let cpu = Duration::from_nanos(fields.next()?.parse().ok()?);
        Some((cpu, fields.nth(1)?.parse().ok()?))
    };
    parse().ok_or_else(|| unreadable("schedstat", text))
}

fn unreadable(file: &str, text: &[u8]) -> io::Error {
    io::Error::other(format!(
        "/proc/…/{file} reads {:?}, which is not understood",
        String::from_utf8_lossy(text)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_name_may_look_like_fields() {
        let line = b"42 (a) S 1) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 7 18\n";
        assert_eq!(parse_state(line).unwrap(), b'R');
        assert_eq!(parse_flags(line), Some(6));
        assert_eq!(parse_threads(line), Some(7));
        assert_eq!(parse_waited_for(line), Some(13 + 14));
        assert_eq!(parse_schedstat(b"10 20 30\n").unwrap(), (Duration::from_nanos(10), 30));
    }

    #[test]
    fn what_is_shared_is_nobodys_own() {
        assert_eq!(parse_own_pages(b"900 50 20 8 0 70 0\n"), Some(30));
        assert_eq!(parse_own_pages(b"0 0 0 0 0 0 0\n"), Some(0));
        assert_eq!(parse_own_pages(b""), None);
    }

    #[test]
    fn the_innermost_number_is_the_subjects_own() {
        let own = |tid, apart| Some(OwnNumber { tid, apart });
        assert_eq!(parse_own_number("Name:\ta\nNSpid:\t4242\t17\t3\nNSpgid:\t1\n"), own(3, true));
        assert_eq!(parse_own_number("Name:\ta\nNSpid:\t4242\n"), own(4242, false));
        assert_eq!(parse_own_number("Name:\ta\n"), None);
    }

    #[test]
    fn a_table_is_apart_even_where_a_thread_has_the_same_number_in_both() {
        let own = parse_own_number("Name:\ta\nNSpid:\t812\t812\nNSpgid:\t1\n");
        assert_eq!(own, Some(OwnNumber { tid: 812, apart: true }));
    }
}
