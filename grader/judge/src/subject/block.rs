//! The block of memory that all processes of a run share, mapped into this one for as long as it lives.

use std::io;
use std::sync::atomic::AtomicU64;

use super::link::Along;

/// Maps so many numbers: of the file with this path, or of what came along with the message.
#[cfg(unix)]
pub(super) fn map(slots: u64, path: Option<&str>, along: Option<Along>) -> io::Result<&'static [AtomicU64]> {
    use std::fs::File;
    use std::os::fd::AsRawFd;

    let file = match (path, along) {
        (Some(path), _) => File::options().read(true).write(true).open(path)?,
        (None, Some(descriptor)) => File::from(descriptor),
        (None, None) => return Err(io::Error::other("no memory came along")),
    };
    let slots = usize::try_from(slots).map_err(io::Error::other)?;
    let bytes = slots.checked_mul(size_of::<AtomicU64>()).ok_or(io::ErrorKind::OutOfMemory)?;
    #[expect(unsafe_code, reason = "std maps no memory")]
    // SAFETY: the system chooses where, so nothing else lies there; the judge has made the file at least as long and nobody makes it
    // shorter; it is never unmapped, so the slice lives as long as the process. Mappings begin at a page, and of a number that others
    // may change at any time any bits are a value. The descriptor may go: the mapping stays.
    unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let start =
            libc::mmap(std::ptr::null_mut(), bytes, protection, libc::MAP_SHARED, file.as_raw_fd(), 0);
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(std::slice::from_raw_parts(start.cast::<AtomicU64>(), slots))
    }
}

/// The kit maps no memory here yet.
#[cfg(not(unix))]
pub(super) fn map(
    _slots: u64,
    _path: Option<&str>,
    _along: Option<Along>,
) -> io::Result<&'static [AtomicU64]> {
    Err(io::ErrorKind::Unsupported.into())
}
