//! How worker processes reach the judge: through a socket that all processes of the subject have inherited, over which each passes one
//! end of a pair that it made; or, where the channel is a connection, by connecting as the main process did.
//!
//! Invariant: whatever comes through may be the student's. Nothing is asked of it that could block or wake anybody.

use std::io;
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use super::launch::Entrance;
use crate::channel::Stream;

pub(super) enum Door {
    /// Descriptors come through a socket.
    #[cfg(unix)]
    Socket(OwnedFd),
    /// Connections are made.
    Entrance(Entrance),
}

/// Who is at the door.
#[cfg_attr(not(unix), expect(dead_code, reason = "whoever has connected there has shown the token"))]
pub(super) enum Caller {
    Nobody,
    /// A channel, and the process whose it is, as it is numbered here. `None`: the system does not say so.
    Worker(Stream, Option<u32>),
    /// What no worker sends.
    Forged,
    /// Nobody comes any more.
    Closed,
}

impl Door {
    /// Who came, without waiting.
    pub(super) fn next(&mut self) -> io::Result<Caller> {
        match self {
            #[cfg(unix)]
            Self::Socket(socket) => Ok(through(socket)),
            Self::Entrance(entrance) => {
                let stream = entrance.next()?;
                Ok(stream.map_or(Caller::Nobody, |stream| Caller::Worker(stream.into(), None)))
            }
        }
    }
}

#[cfg(unix)]
impl AsFd for Door {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Socket(socket) => socket.as_fd(),
            Self::Entrance(entrance) => entrance.as_fd(),
        }
    }
}

/// A worker sends one byte with one descriptor, which is the end of a pair of sockets.
#[cfg(unix)]
fn through(socket: &OwnedFd) -> Caller {
    let mut came = Vec::new();
    match receive(socket.as_fd(), &mut [0; 8], &mut came) {
        // Whoever held the other end is gone. (What says nothing looks the same, and no worker sends that.)
        Ok(0) => Caller::Closed,
        Err(_) => Caller::Nobody,
        Ok(1) if came.len() == 1 => channel(came.remove(0)).unwrap_or(Caller::Forged),
        Ok(_) => Caller::Forged,
    }
}

/// A channel that came through, and the process that made it by the kernel's word. `None`: it is no channel.
#[cfg(unix)]
fn channel(end: OwnedFd) -> Option<Caller> {
    use std::os::unix::net::UnixStream;

    use nix::sys::socket::{
        AddressFamily, SockType, SockaddrLike, SockaddrStorage, getsockname, getsockopt, sockopt,
    };
    use std::os::fd::AsRawFd;

    let is_stream = getsockopt(&end, sockopt::SockType).ok()? == SockType::Stream;
    let family = getsockname::<SockaddrStorage>(end.as_raw_fd()).ok()?.family();
    if !is_stream || family != Some(AddressFamily::Unix) {
        return None;
    }
    #[cfg(target_os = "linux")]
    let process = Some(
        u32::try_from(getsockopt(&end, sockopt::PeerCredentials).ok()?.pid()).ok().filter(|pid| *pid > 0)?,
    );
    #[cfg(not(target_os = "linux"))]
    let process = None;
    let stream = UnixStream::from(end);
    stream.set_nonblocking(true).ok()?;
    Some(Caller::Worker(stream.into(), process))
}

/// Descriptors that can come along with a message, by the system's own limit: where there is room for fewer, those that were let in
/// before it was seen to be too small are nobody's to close.
#[cfg(unix)]
const ALONG_AT_MOST: usize = 253;

/// Reads without waiting, and takes the descriptors that come along: none of them is inherited by anybody.
///
/// # Errors
/// Those of recvmsg(2).
#[cfg(unix)]
#[expect(unsafe_code, reason = "descriptors arrive as numbers")]
pub(super) fn receive(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    along: &mut Vec<OwnedFd>,
) -> io::Result<usize> {
    use std::os::fd::{AsRawFd, FromRawFd, RawFd};

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};

    #[cfg(target_os = "linux")]
    const FLAGS: MsgFlags = MsgFlags::MSG_DONTWAIT.union(MsgFlags::MSG_CMSG_CLOEXEC);
    #[cfg(not(target_os = "linux"))]
    const FLAGS: MsgFlags = MsgFlags::MSG_DONTWAIT;

    let mut parts = [io::IoSliceMut::new(buffer)];
    let mut room = nix::cmsg_space!([RawFd; ALONG_AT_MOST]);
    let message = recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut room), FLAGS)?;
    for item in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(numbers) = item {
            // SAFETY: they were made for this process just now, and nobody else has them.
            along.extend(numbers.into_iter().map(|number| unsafe { OwnedFd::from_raw_fd(number) }));
        }
    }
    Ok(message.bytes)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs::File;
    use std::os::fd::{AsRawFd, RawFd};
    use std::os::unix::net::UnixStream;

    use nix::sys::socket::{
        AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, sendmsg, socketpair,
    };

    use super::*;

    fn pair() -> (Door, OwnedFd) {
        let flags = SockFlag::SOCK_CLOEXEC;
        let (ours, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, flags).unwrap();
        (Door::Socket(ours), theirs)
    }

    fn send(through: &OwnedFd, bytes: &[u8], descriptors: &[RawFd]) {
        let along = [ControlMessage::ScmRights(descriptors)];
        let along: &[_] = if descriptors.is_empty() { &[] } else { &along };
        let parts = [io::IoSlice::new(bytes)];
        sendmsg::<()>(through.as_raw_fd(), &parts, along, MsgFlags::empty(), None).unwrap();
    }

    #[test]
    fn whoever_passes_the_end_of_a_pair_comes_in_and_is_known_to_the_kernel() {
        let (mut door, theirs) = pair();
        assert!(matches!(door.next(), Ok(Caller::Nobody)));
        let (_kept, passed) = UnixStream::pair().unwrap();
        send(&theirs, b"w", &[passed.as_raw_fd()]);
        let Ok(Caller::Worker(_, Some(process))) = door.next() else { panic!("a worker came") };
        assert_eq!(process, std::process::id());
        drop(theirs);
        assert!(matches!(door.next(), Ok(Caller::Closed)));
    }

    #[test]
    fn whatever_comes_along_is_let_go_of_however_much_it_is() {
        let (mut door, theirs) = pair();
        let (mut kept, passed) = UnixStream::pair().unwrap();
        kept.set_nonblocking(true).unwrap();
        for count in [2, 5, ALONG_AT_MOST] {
            send(&theirs, b"w", &vec![passed.as_raw_fd(); count]);
            assert!(matches!(door.next(), Ok(Caller::Forged)), "{count}");
        }
        drop(passed);
        // Where anybody had it still, there would be no end to read.
        assert_eq!(io::Read::read(&mut kept, &mut [0]).unwrap(), 0);
    }

    #[test]
    fn what_is_no_channel_is_forged_and_keeps_nobody_out() {
        let (mut door, theirs) = pair();
        let (_kept, passed) = UnixStream::pair().unwrap();
        let (_packets, packet) = pair();
        let file = File::open("/proc/self/stat").unwrap();
        let (reading, _writing) = io::pipe().unwrap();
        let [passed, packet, file, pipe] =
            [passed.as_raw_fd(), packet.as_raw_fd(), file.as_raw_fd(), reading.as_raw_fd()];
        let rubbish: [(&[u8], &[RawFd]); 7] = [
            (b"w", &[]),
            (b"ww", &[passed]),
            (b"longer than any message", &[passed]),
            (b"w", &[passed, passed]),
            (b"w", &[packet]),
            (b"w", &[file]),
            (b"w", &[pipe]),
        ];
        for (bytes, descriptors) in rubbish {
            send(&theirs, bytes, descriptors);
            assert!(matches!(door.next(), Ok(Caller::Forged)), "{bytes:?} with {descriptors:?}");
        }
        send(&theirs, b"w", &[passed]);
        assert!(matches!(door.next(), Ok(Caller::Worker(..))));
    }
}
