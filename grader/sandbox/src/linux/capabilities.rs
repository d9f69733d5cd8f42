//! The few calls about capabilities that no crate here offers: dropping all but one, and keeping that one at the exec.

use std::io;

/// Read any file and search any directory, whatever the permissions say.
pub(super) const DAC_READ_SEARCH: u32 = 2;
/// Pass every file permission. Root in a default container has this one and not the other.
pub(super) const DAC_OVERRIDE: u32 = 1;

const VERSION_3: u32 = 0x2008_0522;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Word {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// `SECBIT_NO_SETUID_FIXUP`: a change of user leaves the capabilities alone.
const NO_SETUID_FIXUP: libc::c_ulong = 1 << 2;

/// Makes capabilities independent of the user id, if this process may do that; says whether it could.
///
/// They then survive the change of user (and have to be given up one by one), and `access` counts them like every
/// other call does. Without this `access`, which gcc asks for its linker, would say no where `open` says yes.
#[expect(unsafe_code, reason = "prctl about capabilities has no wrapper in nix")]
pub(super) fn detach_from_user() -> bool {
    // SAFETY: takes plain numbers.
    unsafe { libc::prctl(libc::PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0) == 0 }
}

/// Whether this process may use this capability or make it usable.
#[expect(unsafe_code, reason = "capget has no wrapper in libc or nix")]
pub(super) fn is_permitted(capability: u32) -> bool {
    let mut header = Header { version: VERSION_3, pid: 0 };
    let mut words = [Word::default(); 2];
    // SAFETY: with version 3 the kernel reads one header and fills two words; both live on this stack.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, words.as_mut_ptr()) };
    result == 0 && words[0].permitted & bit(capability) != 0
}

/// Gives up every capability but this one, and holds this one back.
pub(super) fn hold_back(capability: Option<u32>) -> io::Result<()> {
    let bits = capability.map_or(0, bit);
    set(Word { effective: 0, permitted: bits, inheritable: bits })
}

/// Gives up every capability but this one, and keeps this one for the program that is executed.
#[expect(unsafe_code, reason = "prctl about capabilities has no wrapper in nix")]
pub(super) fn keep_only(capability: Option<u32>) -> io::Result<()> {
    let bits = capability.map_or(0, bit);
    set(Word { effective: bits, permitted: bits, inheritable: bits })?;
    let Some(number) = capability else { return Ok(()) };
    // SAFETY: takes plain numbers.
    let raised = unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE, number, 0, 0) };
    if raised == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[expect(unsafe_code, reason = "capset has no wrapper in libc or nix")]
fn set(word: Word) -> io::Result<()> {
    let mut header = Header { version: VERSION_3, pid: 0 };
    let words = [word, Word::default()];
    // SAFETY: with version 3 the kernel reads one header and two words; both live on this stack.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw mut header, words.as_ptr()) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn bit(capability: u32) -> u32 {
    1 << capability
}
