//! Whether a wait on a socket has a time limit: the socket keeps it as an option (`SO_RCVTIMEO` and `SO_SNDTIMEO`, socket(7)), which is
//! asked for on a copy of its descriptor (`pidfd_getfd(2)`, since Linux 5.6).
//!
//! Invariant: nothing is read from the socket, and nothing is set on it; the copy is closed at once.

use nix::unistd::Pid;
use rustix::net::sockopt::{Timeout, socket_timeout};
use rustix::process::{self, PidfdFlags, PidfdGetfdFlags};

use crate::engine::watch::{Doing, Event, Timer};

/// What a thread of this process does that waits on this socket for bytes, or for room.
pub(super) fn wait_on(pid: Pid, descriptor: Option<u64>, waits_for: Timeout) -> Doing {
    match descriptor.and_then(|descriptor| is_limited(pid, descriptor, waits_for)) {
        Some(true) => Doing::WaitsForTime(Timer::EventOrTimeout),
        Some(false) => Doing::WaitsForEvent(Event::Stream),
        None => Doing::WaitsForEvent(Event::Socket),
    }
}

/// `None` where this machine does not say: an older kernel, or a container that forbids to ask.
fn is_limited(pid: Pid, descriptor: u64, waits_for: Timeout) -> Option<bool> {
    let process = process::pidfd_open(process::Pid::from_raw(pid.as_raw())?, PidfdFlags::empty()).ok()?;
    let descriptor = i32::try_from(descriptor).ok()?;
    let socket = process::pidfd_getfd(process, descriptor, PidfdGetfdFlags::empty()).ok()?;
    socket_timeout(socket, waits_for).ok().map(|limit| limit.is_some())
}

#[cfg(test)]
mod tests {
    use std::os::fd::{AsFd, AsRawFd};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_socket_says_whether_it_has_a_limit_each_way() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let of = |waits_for| is_limited(Pid::this(), ours.as_fd().as_raw_fd().try_into().unwrap(), waits_for);
        if of(Timeout::Recv).is_none() {
            eprintln!("not run: this machine does not let anybody ask");
            return;
        }
        assert_eq!([of(Timeout::Recv), of(Timeout::Send)], [Some(false); 2]);
        ours.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        assert_eq!([of(Timeout::Recv), of(Timeout::Send)], [Some(true), Some(false)]);
        assert_eq!(is_limited(Pid::this(), u64::MAX, Timeout::Recv), None);
    }
}
