//! The template's side. It runs where nothing else of the program has run yet but what prepares it, and there is one thread.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::exit;

use crate::message::{Instruction, Order, Report};
use crate::{DESCRIPTORS, VARIABLE};

/// The longest order, in bytes.
const LONGEST: usize = 64 << 10;

/// How a template ends that is no longer wanted.
const NOT_WANTED: i32 = 0;

/// Which step failed, and how.
type Failed = (&'static str, io::Error);

/// Waits for orders; returns in each run.
pub(crate) fn serve(prepare: fn()) {
    let Ok(starter) = take_stdin() else { exit(NOT_WANTED) };
    // Nobody with the same user id is to look into it, or to write into its memory.
    if set_dumpable(false).is_err() {
        exit(NOT_WANTED);
    }
    forget_variable();
    let mut prepared = false;
    loop {
        let Ok((order, descriptors)) = receive(&starter) else { exit(NOT_WANTED) };
        if order.prepared && !std::mem::replace(&mut prepared, true) {
            prepare();
        }
        let successor = match fork() {
            Ok(Side::Successor) => continue,
            Ok(Side::Run { successor }) => Some(successor),
            Err(_) => None,
        };
        let report = match become_run(&order, descriptors) {
            Ok(()) => Report::Started(successor),
            Err((step, error)) => Report::Failed(step.to_owned(), error.raw_os_error().unwrap_or(0)),
        };
        // Where nobody listens any more, nobody wants the run either.
        if send(&starter, &report.to_bytes()).is_err() || report != Report::Started(successor) {
            exit(NOT_WANTED);
        }
        return;
    }
}

fn become_run(order: &Order, descriptors: [OwnedFd; DESCRIPTORS]) -> Result<(), Failed> {
    let step = |name| move |error| (name, error);
    let [channel, streams @ ..] = descriptors;
    send(&channel, &order.greeting).map_err(step("greet"))?;
    drop(channel);
    for (number, stream) in (0..).zip(&streams) {
        replace(number, stream).map_err(step("streams"))?;
    }
    set_dumpable(true).map_err(step("dumpable"))?;
    install(&order.filter).map_err(step("seccomp"))
}

/// A run has the environment that its starter gave it, and nothing of the template's.
#[expect(unsafe_code, reason = "the environment is shared by all threads")]
fn forget_variable() {
    // SAFETY: there is one thread.
    unsafe { std::env::remove_var(VARIABLE) };
}

/// Takes over standard input, which is closed then.
#[expect(unsafe_code, reason = "std cannot take a standard stream away")]
fn take_stdin() -> io::Result<OwnedFd> {
    // SAFETY: takes plain numbers. The copy is new and belongs to nobody else; nothing has read standard input yet.
    unsafe {
        let copy = checked(libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 3))?;
        libc::close(0);
        Ok(OwnedFd::from_raw_fd(copy))
    }
}

#[expect(unsafe_code, reason = "std cannot replace a standard stream")]
fn replace(number: i32, by: &OwnedFd) -> io::Result<()> {
    // SAFETY: renames a descriptor that this process owns; nothing has used the stream yet.
    checked(unsafe { libc::dup2(by.as_raw_fd(), number) }).map(drop)
}

#[expect(unsafe_code, reason = "prctl has no safe wrapper")]
fn set_dumpable(dumpable: bool) -> io::Result<()> {
    // SAFETY: takes plain numbers.
    checked(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, libc::c_ulong::from(dumpable), 0, 0, 0) }).map(drop)
}

/// Which of the two processes this is after a fork.
enum Side {
    Run { successor: i32 },
    Successor,
}

#[expect(unsafe_code, reason = "fork")]
fn fork() -> io::Result<Side> {
    // SAFETY: there is one thread, so the copy is whole.
    match checked(unsafe { libc::fork() })? {
        0 => Ok(Side::Successor),
        successor => Ok(Side::Run { successor }),
    }
}

/// Installs a system call filter, for good.
#[expect(unsafe_code, reason = "prctl has no safe wrapper")]
fn install(filter: &[Instruction]) -> io::Result<()> {
    let mut instructions: Vec<libc::sock_filter> =
        filter.iter().map(|&Instruction { code, jt, jf, k }| libc::sock_filter { code, jt, jf, k }).collect();
    let len = u16::try_from(instructions.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len, filter: instructions.as_mut_ptr() };
    let mode = libc::c_ulong::from(libc::SECCOMP_MODE_FILTER);
    // SAFETY: the kernel reads `len` instructions from a vector that outlives the call.
    checked(unsafe { libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const program, 0, 0) }).map(drop)
}

#[expect(unsafe_code, reason = "send has no safe wrapper for a packet socket")]
fn send(socket: &OwnedFd, bytes: &[u8]) -> io::Result<()> {
    // SAFETY: the bytes outlive the call.
    let sent =
        unsafe { libc::send(socket.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), libc::MSG_NOSIGNAL) };
    if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Room for the descriptors of an order, aligned as the kernel wants it.
#[repr(C, align(8))]
struct Control([u8; 64]);

/// The next order with what came along. An error too where the other end is closed.
#[expect(unsafe_code, reason = "descriptors arrive in a message that std cannot read")]
fn receive(socket: &OwnedFd) -> io::Result<(Order, [OwnedFd; DESCRIPTORS])> {
    let mut bytes = vec![0; LONGEST];
    let mut control = Control([0; 64]);
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    // SAFETY: a plain C structure, for which all zeroes is a value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.0.as_mut_ptr().cast();
    // (Its type is not the same in every libc.)
    header.msg_controllen = control.0.len() as _;
    let count = loop {
        // SAFETY: all that the header points to outlives the call and has the lengths that it says.
        let count = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_CMSG_CLOEXEC) };
        match usize::try_from(count) {
            Ok(count) => break count,
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(io::Error::last_os_error()),
        }
    };
    let mut descriptors = Vec::new();
    // SAFETY: the kernel has filled in the header and as much of the control data as it says; the macros walk it. Each descriptor
    // was made for this process just now and belongs to nobody else.
    unsafe {
        let mut item = libc::CMSG_FIRSTHDR(&raw const header);
        while !item.is_null() {
            if (*item).cmsg_level == libc::SOL_SOCKET && (*item).cmsg_type == libc::SCM_RIGHTS {
                let length = (*item).cmsg_len as usize - libc::CMSG_LEN(0) as usize;
                let numbers = std::slice::from_raw_parts(libc::CMSG_DATA(item), length);
                for number in numbers.as_chunks().0 {
                    descriptors.push(OwnedFd::from_raw_fd(i32::from_ne_bytes(*number)));
                }
            }
            item = libc::CMSG_NXTHDR(&raw const header, item);
        }
    }
    let order = Order::from_bytes(&bytes[..count]).filter(|_| header.msg_flags & libc::MSG_CTRUNC == 0);
    match (order, <[OwnedFd; DESCRIPTORS]>::try_from(descriptors)) {
        (Some(order), Ok(descriptors)) => Ok((order, descriptors)),
        _ => Err(io::Error::other("not an order")),
    }
}

fn checked(result: i32) -> io::Result<i32> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
