//! Worker processes: this program, started again by the student's code, whose supplied work asks the same judge.
//!
//! Where the main process has its channel as standard input, it makes a **door**: a pair of sockets that keep messages apart, of which
//! one goes to the judge with the first message, and every process that is started inherits the other. A worker makes a channel and
//! passes the judge's end of it through the door. Elsewhere the channel is a connection, and a worker makes one of its own, with the
//! address and the token of the main process. From then on it is a subject like that one, and is not told to call anything.

use std::process::Command;

use super::{Adapter, Judge, prepare, threads};
use crate::channel::WORKER_VARIABLE;
use crate::processes::Death;

/// Calls the student's worker function: in a process of its own, with the number that [`Judge::worker`] was given.
///
/// It is the typed part of an exercise, as [`Adapter`] is. When it returns, the process ends with status 0; when it panics, with 101.
pub type Worker = fn(&Judge, u16);

impl Judge {
    /// A new command that starts this program again as a worker process of this call: there the exercise's [`Worker`] is called with
    /// `entry`. Arguments, streams and variables may be added.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the student's code starts it, and no code of the kit")]
    pub fn worker(&self, entry: u16) -> Command {
        let program = std::env::current_exe().unwrap_or_else(|_| "/proc/self/exe".into());
        let mut command = Command::new(program);
        command.env(WORKER_VARIABLE, format!("{} {entry}", self.call));
        #[cfg(unix)]
        if let Some(way) = door::way_in() {
            command.env(crate::channel::SUBJECT_VARIABLE, way);
        }
        command
    }
}

/// What a worker is told as it starts.
pub(super) struct Told {
    call: u32,
    entry: u16,
}

/// `None` in the main process.
pub(super) fn told() -> Option<Told> {
    let text = std::env::var(WORKER_VARIABLE).ok()?;
    let (call, entry) = text.split_once(' ')?;
    Some(Told { call: call.parse().ok()?, entry: entry.parse().ok()? })
}

/// Calls the student's worker function, and ends the process.
pub(super) fn serve_as_worker(adapter: Adapter, worker: Worker, Told { call, entry }: Told) -> ! {
    let shared = prepare(adapter, None, None);
    let caller = threads::current();
    worker(&Judge::of_worker(shared, call, caller), entry);
    std::process::exit(0)
}

/// Ends this process at once, from any thread. (Where there are no signals, being killed is an abort.)
pub fn die(death: Death) -> ! {
    match death {
        Death::Exit(code) => std::process::exit(code),
        #[cfg(unix)]
        Death::Kill => loop {
            #[expect(unsafe_code, reason = "std sends no signals")]
            // SAFETY: it touches no memory, and ends this process.
            unsafe {
                libc::kill(libc::getpid(), libc::SIGKILL);
            }
        },
        _ => std::process::abort(),
    }
}

/// Keeps processes in sight whose parent is gone: they become children of this one.
pub(super) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "std knows no subreapers")]
    // SAFETY: it touches no memory. Where it is refused, orphans are out of sight.
    unsafe {
        libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }
}

#[cfg(unix)]
pub(super) mod door {
    //! Sockets that pass descriptors: what std cannot make and cannot write.

    use std::io;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
    use std::os::unix::net::UnixStream;
    use std::sync::OnceLock;

    use crate::channel::{AS_STANDARD_INPUT, SUBJECT_VARIABLE, Stream, THROUGH_THE_DOOR};

    /// This process's own end, where it made a door.
    static DOOR: OnceLock<OwnedFd> = OnceLock::new();

    /// Far from the numbers that programs use.
    const FROM: RawFd = 100;

    /// What keeps messages apart: of each system the kind that does so and can be made as a pair.
    #[cfg(target_os = "linux")]
    const KIND: libc::c_int = libc::SOCK_SEQPACKET;
    #[cfg(not(target_os = "linux"))]
    const KIND: libc::c_int = libc::SOCK_DGRAM;

    /// A write to a socket that nobody reads is an error, and no signal.
    #[cfg(target_os = "linux")]
    const FLAGS: libc::c_int = libc::MSG_NOSIGNAL;
    #[cfg(not(target_os = "linux"))]
    const FLAGS: libc::c_int = 0;

    /// Makes a door where this process's channel is its standard input; what to send to the judge. Every process that is started from
    /// now on inherits the other end.
    pub(in crate::subject) fn open() -> io::Result<Option<OwnedFd>> {
        if std::env::var_os(SUBJECT_VARIABLE).is_none_or(|way| way != AS_STANDARD_INPUT) {
            return Ok(None);
        }
        let [ours, theirs] = pair()?;
        #[expect(unsafe_code, reason = "std moves no descriptor to a number")]
        // SAFETY: it touches no memory; the descriptor that it makes belongs to nobody else.
        let kept = unsafe {
            let kept = libc::fcntl(ours.as_raw_fd(), libc::F_DUPFD, FROM);
            if kept < 0 {
                return Err(io::Error::last_os_error());
            }
            libc::fcntl(theirs.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC);
            OwnedFd::from_raw_fd(kept)
        };
        let _ = DOOR.set(kept);
        Ok(Some(theirs))
    }

    #[expect(unsafe_code, reason = "std makes no pair that keeps messages apart")]
    fn pair() -> io::Result<[OwnedFd; 2]> {
        let mut pair = [0; 2];
        // SAFETY: it fills in two numbers; each descriptor is new and belongs to nobody else.
        unsafe {
            if libc::socketpair(libc::AF_UNIX, KIND, 0, pair.as_mut_ptr()) < 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(pair.map(|end| OwnedFd::from_raw_fd(end)))
        }
    }

    /// What a worker is told of the way to the judge. `None`: what this process was told.
    pub(super) fn way_in() -> Option<String> {
        DOOR.get().map(|door| format!("{THROUGH_THE_DOOR}{}", door.as_raw_fd()))
    }

    /// A channel to the judge through the door with this number.
    pub(in crate::subject) fn attach(door: RawFd) -> io::Result<Stream> {
        let (ours, theirs) = UnixStream::pair()?;
        send_with(door, b"w", theirs.as_raw_fd())?;
        Ok(ours.into())
    }

    /// Room for one descriptor that goes along with a message.
    #[repr(C, align(8))]
    struct Along([u8; 32]);

    /// Sends bytes with a descriptor.
    #[expect(unsafe_code, reason = "std sends no descriptors")]
    pub(in crate::subject) fn send_with(socket: RawFd, bytes: &[u8], descriptor: RawFd) -> io::Result<()> {
        let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let mut along = Along([0; 32]);
        // SAFETY: a plain C structure, of which all zeroes is a value; all that it points to outlives the call, and the room for what
        // goes along is larger than what is written there.
        let sent = unsafe {
            let mut header: libc::msghdr = std::mem::zeroed();
            header.msg_iov = &raw mut part;
            header.msg_iovlen = 1;
            header.msg_control = along.0.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(DESCRIPTOR) as _;
            let item = libc::CMSG_FIRSTHDR(&raw const header);
            (*item).cmsg_level = libc::SOL_SOCKET;
            (*item).cmsg_type = libc::SCM_RIGHTS;
            (*item).cmsg_len = libc::CMSG_LEN(DESCRIPTOR) as _;
            libc::CMSG_DATA(item).cast::<RawFd>().write_unaligned(descriptor);
            libc::sendmsg(socket, &raw const header, FLAGS)
        };
        match usize::try_from(sent) {
            Err(_) => Err(io::Error::last_os_error()),
            Ok(sent) if sent == bytes.len() => Ok(()),
            Ok(_) => Err(io::Error::other("a message was sent in part")),
        }
    }

    /// Reads bytes, with a descriptor where one comes along; no process that is started inherits it.
    #[expect(unsafe_code, reason = "std receives no descriptors")]
    pub(in crate::subject) fn receive_with(
        socket: RawFd,
        bytes: &mut [u8],
    ) -> io::Result<(usize, Option<OwnedFd>)> {
        #[cfg(target_os = "linux")]
        const TAKES: libc::c_int = libc::MSG_CMSG_CLOEXEC;
        #[cfg(not(target_os = "linux"))]
        const TAKES: libc::c_int = 0;
        let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
        let mut along = Along([0; 32]);
        // SAFETY: a plain C structure, of which all zeroes is a value; all that it points to outlives the call. What has come along is
        // looked at within the room that the system says it has filled, and a descriptor in it is new and belongs to nobody else.
        unsafe {
            let mut header: libc::msghdr = std::mem::zeroed();
            header.msg_iov = &raw mut part;
            header.msg_iovlen = 1;
            header.msg_control = along.0.as_mut_ptr().cast();
            header.msg_controllen = libc::CMSG_SPACE(DESCRIPTOR) as _;
            let count = usize::try_from(libc::recvmsg(socket, &raw mut header, TAKES))
                .map_err(|_| io::Error::last_os_error())?;
            let item = libc::CMSG_FIRSTHDR(&raw const header);
            let is_one = !item.is_null()
                && (*item).cmsg_level == libc::SOL_SOCKET
                && (*item).cmsg_type == libc::SCM_RIGHTS;
            let came =
                is_one.then(|| OwnedFd::from_raw_fd(libc::CMSG_DATA(item).cast::<RawFd>().read_unaligned()));
            Ok((count, came))
        }
    }

    /// The bytes of a descriptor's number.
    #[expect(clippy::cast_possible_truncation, reason = "they are four")]
    const DESCRIPTOR: libc::c_uint = size_of::<RawFd>() as libc::c_uint;
}
