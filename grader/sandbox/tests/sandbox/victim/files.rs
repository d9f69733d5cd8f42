//! Attacks on files outside of the view.

#![expect(unsafe_code, reason = "the attacks make system calls that no safe code makes")]

use std::ffi::CString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::check;

pub(super) fn attack(verb: &str, args: &[&str]) -> Option<io::Result<()>> {
    Some(match (verb, args) {
        ("read", [path]) => fs::read_to_string(path).map(|text| println!("{text}")),
        ("list", [path]) => fs::read_dir(path).map(|entries| println!("{:?}", entries.collect::<Vec<_>>())),
        ("find-others", []) => find_others(),
        ("write", [path]) => {
            OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(b"!"))
        }
        ("open-for-writing", [path]) => OpenOptions::new().write(true).open(path).map(drop),
        ("open", [path]) => File::open(path).map(drop),
        ("create", [path]) => File::create_new(path).map(drop),
        ("truncate", [path]) => truncate(path),
        ("chmod", [path]) => fs::set_permissions(path, Permissions::from_mode(0o600)),
        ("touch", [path]) => touch(path),
        ("unlink", [path]) => fs::remove_file(path),
        ("rename", [from, to]) => fs::rename(from, to),
        ("link", [from, to]) => fs::hard_link(from, to),
        ("symlink", [from, to]) => symlink(from, to).and_then(|()| fs::read(to)).map(drop),
        ("mknod", [path]) => make_fifo(path),
        ("execute", [path]) => execute(path),
        _ => return None,
    })
}

/// Any process but this one, its supervisor and whatever it was forked from included.
fn find_others() -> io::Result<()> {
    let me = std::process::id();
    let is_other = |name: &str| name.parse::<u32>().is_ok_and(|pid| pid != me);
    let names = fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let listed = names.filter(|name| is_other(name)).count();
    // Some that are not listed can be found by their number.
    let guessed = (1..64).filter(|&pid| pid != me && fs::metadata(format!("/proc/{pid}")).is_ok()).count();
    println!("{listed} are listed, {guessed} are there");
    if listed + guessed > 0 { Ok(()) } else { Err(io::Error::other("nobody else is there")) }
}

/// By path, without opening it first: the call that the first versions of Landlock do not see.
fn truncate(path: &str) -> io::Result<()> {
    let path = CString::new(path)?;
    // SAFETY: a string that outlives the call.
    check(unsafe { libc::truncate(path.as_ptr(), 1) }).map(drop)
}

/// By path, without opening it first: Landlock does not see this at all.
fn touch(path: &str) -> io::Result<()> {
    let time = libc::timeval { tv_sec: 1, tv_usec: 0 };
    let (path, times) = (CString::new(path)?, [time, time]);
    // SAFETY: a string and two times that outlive the call.
    check(unsafe { libc::utimes(path.as_ptr(), times.as_ptr()) }).map(drop)
}

fn make_fifo(path: &str) -> io::Result<()> {
    let path = CString::new(path)?;
    // SAFETY: a string that outlives the call.
    check(unsafe { libc::mkfifo(path.as_ptr(), 0o666) }).map(drop)
}

/// Becomes another program. Only a failure returns.
fn execute(path: &str) -> io::Result<()> {
    let path = CString::new(path)?;
    let args = [path.as_ptr(), std::ptr::null()];
    // SAFETY: a string and a list that ends with null, both outliving the call.
    check(unsafe { libc::execv(path.as_ptr(), args.as_ptr()) }).map(drop)
}
