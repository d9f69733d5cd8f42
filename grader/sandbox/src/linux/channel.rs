//! The socket pair between caller and launcher: an order and requests go in, records come out, one message each.
//!
//! `SOCK_SEQPACKET`, so that a message arrives whole or not at all. The caller's end asks the kernel for credentials:
//! they carry the sender's process id as the caller's process table has it, which nobody inside a pid namespace knows.
//! The caller closing its end means "stop, and be gone"; that holds when the caller was killed, too.

use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, ControlMessage, ControlMessageOwned, MsgFlags, Shutdown, SockFlag, SockType,
    UnixCredentials, getsockopt, recvmsg, sendmsg, setsockopt, shutdown, socketpair, sockopt,
};
use nix::sys::time::TimeVal;

/// The longest message, an order; the kernel's usual limit for one is a little more.
pub(super) const LONGEST: usize = 192 << 10;
/// Room for every other message.
pub(super) const SHORT: usize = 16 << 10;
/// The most descriptors that come along with one: a program's three streams.
pub(super) const STREAMS: usize = 3;

/// One end.
#[derive(Debug)]
pub(super) struct Channel(OwnedFd);

/// One message with what came along.
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    pub(super) descriptors: Vec<OwnedFd>,
    pub(super) sender: Option<Sender>,
}

/// Who sent a message, in the receiver's terms. The kernel vouches for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    pub(super) pid: i32,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Channel {
    /// The caller's end, and the launcher's.
    pub(super) fn pair() -> nix::Result<(Self, OwnedFd)> {
        let (ours, theirs) =
            socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
        setsockopt(&ours, sockopt::PassCred, &true)?;
        Ok((Self(ours), theirs))
    }

    /// The launcher's end from a descriptor, if it is one.
    pub(super) fn from_descriptor(descriptor: OwnedFd) -> Option<Self> {
        let is_one = getsockopt(&descriptor, sockopt::SockType) == Ok(SockType::SeqPacket);
        is_one.then_some(Self(descriptor))
    }

    /// Sends one message, with at most [`STREAMS`] descriptors; `EMSGSIZE` if it is too long.
    pub(super) fn send(&self, bytes: &[u8], descriptors: &[BorrowedFd<'_>]) -> nix::Result<()> {
        if bytes.len() > LONGEST {
            return Err(Errno::EMSGSIZE);
        }
        let raw: Vec<_> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
        let rights = [ControlMessage::ScmRights(&raw)];
        let along: &[_] = if raw.is_empty() { &[] } else { &rights };
        loop {
            match sendmsg::<()>(
                self.0.as_raw_fd(),
                &[IoSlice::new(bytes)],
                along,
                MsgFlags::MSG_NOSIGNAL,
                None,
            ) {
                Err(Errno::EINTR) => {}
                result => return result.map(|_| ()),
            }
        }
    }

    /// The next message, of at most `room` bytes; `None` when the other end is closed.
    pub(super) fn receive(&self, room: usize) -> io::Result<Option<Message>> {
        let mut bytes = vec![0; room];
        let mut along = cmsg_space!(UnixCredentials, [std::os::fd::RawFd; STREAMS]);
        let (count, descriptors, sender) = loop {
            let mut parts = [IoSliceMut::new(&mut bytes)];
            let flags = MsgFlags::MSG_CMSG_CLOEXEC;
            match recvmsg::<()>(self.0.as_raw_fd(), &mut parts, Some(&mut along), flags) {
                // A reset is told once, before what there still is to read: the other side ended with something of ours unread,
                // which is how a launcher goes that could not do what it was told.
                Err(Errno::EINTR | Errno::ECONNRESET) => {}
                Err(error) => return Err(error.into()),
                Ok(message) if message.flags.intersects(MsgFlags::MSG_TRUNC | MsgFlags::MSG_CTRUNC) => {
                    return Err(io::Error::other("a message was cut off"));
                }
                Ok(message) => {
                    let (descriptors, sender) = unpack(message.cmsgs()?);
                    break (message.bytes, descriptors, sender);
                }
            }
        };
        if count == 0 {
            return Ok(None);
        }
        bytes.truncate(count);
        Ok(Some(Message { bytes, descriptors, sender }))
    }

    /// Makes [`Channel::receive`] fail with `WouldBlock` when nothing comes for this long; zero: it waits forever.
    pub(super) fn set_patience(&self, patience: Duration) -> nix::Result<()> {
        let seconds = i64::try_from(patience.as_secs()).unwrap_or(i64::MAX);
        setsockopt(&self.0, sockopt::ReceiveTimeout, &TimeVal::new(seconds, 0))
    }

    /// The launcher reads the end, as if the caller were gone. It can still answer.
    pub(super) fn half_close(&self) {
        // It fails only when the other end is gone already.
        let _ = shutdown(self.0.as_raw_fd(), Shutdown::Write);
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[expect(unsafe_code, reason = "a descriptor that arrives in a message has to be taken into ownership")]
fn unpack(along: impl Iterator<Item = ControlMessageOwned>) -> (Vec<OwnedFd>, Option<Sender>) {
    let (mut descriptors, mut sender) = (Vec::new(), None);
    for item in along {
        match item {
            ControlMessageOwned::ScmRights(raw) => {
                for raw in raw {
                    // SAFETY: the kernel has just made this descriptor for us; nobody else has it.
                    descriptors.push(unsafe { OwnedFd::from_raw_fd(raw) });
                }
            }
            ControlMessageOwned::ScmCredentials(who) => {
                sender = Some(Sender { pid: who.pid(), uid: who.uid(), gid: who.gid() });
            }
            _ => {}
        }
    }
    (descriptors, sender)
}
