//! The launcher's descriptors. It may have inherited anything from its caller, and keeps what it was told to.
//!
//! Everything that the launcher opens itself closes at the exec, so the program gets 0, 1 and 2.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};

use nix::fcntl::{FcntlArg, fcntl};

use super::channel::STREAMS;

/// Takes over descriptor 0, as one above the standard streams that closes at the exec.
#[expect(unsafe_code, reason = "fcntl gives a number")]
pub(super) fn take_stdin() -> nix::Result<OwnedFd> {
    let copy = fcntl(io::stdin().as_fd(), FcntlArg::F_DUPFD_CLOEXEC(3))?;
    // SAFETY: made just now; nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Closes every descriptor above the standard streams but these.
pub(super) fn close_all_but(kept: &[RawFd]) -> io::Result<()> {
    let open: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .map(|entry| Ok(entry?.file_name().to_str().and_then(|name| name.parse().ok())))
        .filter_map(io::Result::transpose)
        .collect::<io::Result<_>>()?;
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2 && !kept.contains(descriptor)) {
        // The listing's own descriptor is among them, and closed by now.
        let _ = nix::unistd::close(descriptor);
    }
    Ok(())
}

/// Gives up the channel as stdin. (The launcher's stdout is nothing from the start, and its stderr tells the caller what
/// went wrong with it.)
pub(super) fn let_go_of_stdin() -> io::Result<()> {
    Ok(nix::unistd::dup2_stdin(File::open("/dev/null")?)?)
}

/// A program's stdin, stdout and stderr.
pub(super) type Streams = [OwnedFd; STREAMS];

/// Makes these the standard streams of this process.
pub(super) fn take_streams(streams: &Streams) -> nix::Result<()> {
    let [stdin, stdout, stderr] = streams;
    nix::unistd::dup2_stdin(stdin)?;
    nix::unistd::dup2_stdout(stdout)?;
    nix::unistd::dup2_stderr(stderr)
}
