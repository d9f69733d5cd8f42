//! Attacks on other processes, and on the rules that this one runs under.

#![expect(unsafe_code, reason = "the attacks make system calls that no safe code makes")]
#![expect(clippy::disallowed_methods, reason = "starting processes is the attack")]

use std::fs;
use std::io::{self, Write};
use std::os::unix::process::parent_id;
use std::path::Path;
use std::process::{Child, Command, exit};
use std::thread;
use std::time::Duration;

use super::{ARG, check, number};

/// More than enough to see that there is no limit, and still harmless.
const CHILDREN: usize = 20;
/// How long a child that nobody kills lives.
const NAP: Duration = Duration::from_mins(1);

pub(super) fn attack(verb: &str, args: &[&str]) -> Option<io::Result<()>> {
    Some(match (verb, args) {
        ("spawn", []) => spawn_many(),
        ("fork", []) => fork_raw(libc::SIGCHLD),
        ("clone3", []) => clone3(),
        ("fork-for-ever", [_token]) => (0..4000).try_for_each(|_| fork_raw(libc::SIGCHLD)),
        ("daemon", [token]) => daemon(token),
        ("nap", [_token]) => {
            thread::sleep(NAP);
            Ok(())
        }
        ("signal", [pid]) => signal(number(pid)),
        ("signal-parent", []) => signal(parent()),
        ("trace", [pid]) => trace(number(pid)),
        ("trace-parent", []) => trace(parent()),
        ("limit", [pid]) => limit(number(pid)),
        ("limit-parent", []) => limit(parent()),
        ("peek", [pid]) => peek(number(pid)),
        ("peek-parent", []) => peek(parent()),
        ("own", [pid]) => own_descriptor(number(pid)),
        ("raise-limits", []) => raise_limits(),
        ("become-root", []) => become_root(),
        ("unshare", []) => unshare(),
        ("io-uring", []) => io_uring(),
        ("find-descriptors", []) => find_descriptors(),
        _ => return None,
    })
}

/// This program again, as another victim.
pub(super) fn start_again(args: &[&str]) -> io::Result<Child> {
    Command::new(std::env::current_exe()?).arg(ARG).args(args).spawn()
}

fn spawn_many() -> io::Result<()> {
    let mut children: Vec<Child> =
        (0..CHILDREN).map(|_| start_again(&["nap", "none"])).collect::<io::Result<_>>()?;
    children.iter_mut().try_for_each(|child| child.kill().and_then(|()| child.wait()).map(drop))
}

/// Past the library, by `clone` without a new stack, which is what fork is.
pub(super) fn fork_raw(flags: i32) -> io::Result<()> {
    // SAFETY: the child does nothing but sleep and end.
    match check(unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) })? {
        0 => {
            thread::sleep(NAP);
            exit(0)
        }
        _ => Ok(()),
    }
}

/// The call whose arguments no filter can see.
fn clone3() -> io::Result<()> {
    let mut args = [0_u64; 8];
    args[4] = libc::SIGCHLD as u64;
    // SAFETY: a structure that outlives the call, which reads it; the child only ends.
    match check(unsafe { libc::syscall(libc::SYS_clone3, args.as_mut_ptr(), size_of_val(&args)) })? {
        0 => exit(0),
        _ => Ok(()),
    }
}

fn io_uring() -> io::Result<()> {
    let mut parameters = [0_u64; 16];
    // SAFETY: a structure that outlives the call, which fills it.
    check(unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, parameters.as_mut_ptr()) }).map(drop)
}

/// A child in a session of its own, if that is allowed, that outlives its parent.
fn daemon(token: &str) -> io::Result<()> {
    // SAFETY: takes nothing, changes only this process.
    unsafe { libc::setsid() };
    start_again(&["nap", token]).map(drop)
}

fn parent() -> i32 {
    i32::try_from(parent_id()).expect("a process id")
}

/// Signal 0: only asks whether a signal would be allowed.
fn signal(pid: i32) -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::kill(pid, 0) }).map(drop)
}

fn trace(pid: i32) -> io::Result<()> {
    // SAFETY: seizing stops nobody, and ends with this process.
    check(unsafe { libc::ptrace(libc::PTRACE_SEIZE, pid, 0, 0) }).map(drop)
}

/// Sets a limit of another process to what it is already.
fn limit(pid: i32) -> io::Result<()> {
    let mut current = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a structure that outlives the call, which fills it.
    check(unsafe { libc::prlimit(pid, libc::RLIMIT_CORE, std::ptr::null(), &raw mut current) })?;
    // SAFETY: the same, read by the call.
    check(unsafe { libc::prlimit(pid, libc::RLIMIT_CORE, &raw const current, std::ptr::null_mut()) })
        .map(drop)
}

/// Any of the ways to another process's secrets.
fn peek(pid: i32) -> io::Result<()> {
    let of = Path::new("/proc").join(pid.to_string());
    let listing = fs::read_dir(of.join("fd")).and_then(|mut entries| entries.next().transpose());
    match (fs::read(of.join("environ")), fs::File::open(of.join("mem")), listing) {
        (Err(error), Err(_), Err(_)) => Err(error),
        found => {
            println!("{found:?}");
            Ok(())
        }
    }
}

/// Has the kernel send signals about this program's channel to another process.
fn own_descriptor(pid: i32) -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::fcntl(0, libc::F_SETOWN, pid) }).map(drop)
}

/// Any limit above what it may be at most.
fn raise_limits() -> io::Result<()> {
    let limits = [
        libc::RLIMIT_CPU,
        libc::RLIMIT_DATA,
        libc::RLIMIT_AS,
        libc::RLIMIT_FSIZE,
        libc::RLIMIT_NOFILE,
        libc::RLIMIT_NPROC,
        libc::RLIMIT_CORE,
    ];
    let mut last = Ok(());
    for limit in limits {
        let mut current = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: a structure that outlives the call, which fills it.
        check(unsafe { libc::getrlimit(limit, &raw mut current) })?;
        current.rlim_max += 1;
        // SAFETY: the same, read by the call.
        last = check(unsafe { libc::setrlimit(limit, &raw const current) }).map(drop);
        if last.is_ok() {
            println!("limit {limit} was raised");
            return last;
        }
    }
    last
}

fn become_root() -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::setresuid(0, 0, 0) }).map(drop)
}

fn unshare() -> io::Result<()> {
    // SAFETY: takes flags.
    check(unsafe { libc::unshare(libc::CLONE_NEWUSER) }).map(drop)
}

/// Anything open besides the three streams; and descriptor 0 must be the socket.
fn find_descriptors() -> io::Result<()> {
    // SAFETY: asks about numbers.
    let open: Vec<i32> =
        (3..70_000).filter(|number| unsafe { libc::fcntl(*number, libc::F_GETFD) } >= 0).collect();
    for descriptor in &open {
        println!("{descriptor} is {:?}", fs::read_link(format!("/proc/self/fd/{descriptor}")));
    }
    io::stdout().flush()?;
    if open.is_empty() { Err(io::Error::other("nothing is open")) } else { Ok(()) }
}
