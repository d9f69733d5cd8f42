//! Programs that may start processes: what goes on between theirs, and attacks on what holds those together.

#![expect(unsafe_code, reason = "the attacks make system calls that no safe code makes")]
#![expect(clippy::disallowed_methods, reason = "starting processes is what this is about")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt, parent_id};
use std::process::{Child, Command, ExitStatus, Stdio, exit};
use std::thread;

use libc::c_int;

use super::processes::fork_raw;
use super::{ARG, DONE, REFUSED, check, number};

pub(super) fn attack(verb: &str, args: &[&str]) -> Option<io::Result<()>> {
    Some(match (verb, args) {
        ("in-a-worker", args) => in_a_worker(args),
        ("in-a-worker-at-my-parent", [verb]) => in_a_worker(&[verb, &parent_id().to_string()]),
        ("workers-talk", [count]) => workers_talk(number(count)),
        ("answer", []) => answer(),
        ("workers-end", []) => workers_end(),
        ("leave-an-orphan", [token]) => leave_an_orphan(token),
        ("leave-and-end", [token]) => command(&["nap", token]).spawn().map(drop),
        ("leave-and-sleep", [token]) => leave_and_sleep(token),
        ("bomb", [_token]) => bomb(),
        ("start", [program]) => Command::new(program).arg("-c").arg("exit 0").status().map(drop),
        ("kill", [pid, signal]) => kill(number(pid), number(signal)),
        ("kill-my-process", []) => kill(me(), libc::SIGKILL),
        ("kill-main", []) => kill(parent(), libc::SIGKILL),
        ("kill-my-group-by-number", []) => kill(-group(), libc::SIGKILL),
        ("kill-a-thread", []) => kill_a_thread(),
        ("worker-stops", [how]) => worker_stops(how),
        ("stop-myself", [how]) => stop_myself(how),
        ("group-of-its-own", []) => command(&["nap", "none"]).process_group(0).spawn().map(drop),
        // SAFETY: all of these take numbers.
        ("setpgid", []) => check(unsafe { libc::setpgid(0, 0) }).map(drop),
        ("setsid", []) => check(unsafe { libc::setsid() }).map(drop),
        ("let-orphans-go", []) => prctl(libc::PR_SET_CHILD_SUBREAPER, 0),
        ("stop-with-my-parent", []) => prctl(libc::PR_SET_PDEATHSIG, libc::SIGSTOP),
        ("hide", []) => prctl(libc::PR_SET_DUMPABLE, 0),
        ("sibling", []) => fork_raw(libc::CLONE_PARENT | libc::SIGCHLD),
        ("child-that-kills-at-its-end", []) => fork_raw(libc::SIGKILL),
        ("child-that-stops-at-its-end", []) => fork_raw(libc::SIGSTOP),
        ("child-in-a-namespace", []) => fork_raw(libc::CLONE_NEWUSER | libc::SIGCHLD),
        ("pidfd", []) => syscall(libc::SYS_pidfd_open, parent()),
        ("read-memory-of-main", []) => read_memory_of(parent()),
        _ => return None,
    })
}

/// This program again, as another victim.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program"));
    command.arg(ARG).args(args);
    command
}

fn in_a_worker(args: &[&str]) -> io::Result<()> {
    as_it_ended(command(args).status()?)
}

fn as_it_ended(status: ExitStatus) -> io::Result<()> {
    match status.code() {
        Some(DONE) => Ok(()),
        Some(REFUSED) => Err(io::Error::other("refused to a worker")),
        // Neither was it done nor refused, and the trial is to see what happened.
        _ => {
            println!("a worker ended with {status}");
            exit(status.signal().unwrap_or(1))
        }
    }
}

/// So many at once, each in a conversation with a thread of this process.
fn workers_talk(count: i32) -> io::Result<()> {
    thread::scope(|scope| {
        let all: Vec<_> = (0..count).map(|index| scope.spawn(move || talk(index))).collect();
        all.into_iter().try_for_each(|one| one.join().expect("a thread that does not panic"))
    })
}

fn talk(index: i32) -> io::Result<()> {
    let mut worker = command(&["answer"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let (mut to, from) = (worker.stdin.take().expect("a pipe"), worker.stdout.take().expect("a pipe"));
    let mut from = BufReader::new(from);
    for round in 0..3 {
        writeln!(to, "{index} {round}")?;
        let mut line = String::new();
        from.read_line(&mut line)?;
        assert_eq!(line, format!("answer to {index} {round}\n"));
    }
    drop(to);
    assert!(worker.wait()?.success());
    Ok(())
}

fn answer() -> ! {
    for line in io::stdin().lines() {
        println!("answer to {}", line.expect("a line"));
    }
    exit(0)
}

/// Each way to end, as the one that waits is told.
fn workers_end() -> io::Result<()> {
    let status = |args: &[&str]| command(args).stderr(Stdio::null()).status();
    for code in [0, 7, 255] {
        assert_eq!(status(&["exit", &code.to_string()])?.code(), Some(code));
    }
    assert_eq!(status(&["panic"])?.code(), Some(101));
    assert_eq!(status(&["abort"])?.signal(), Some(libc::SIGABRT));
    assert_eq!(status(&["kill-my-process"])?.signal(), Some(libc::SIGKILL));
    let mut idle = command(&["nap", "none"]).spawn()?;
    idle.kill()?;
    assert_eq!(idle.wait()?.signal(), Some(libc::SIGKILL));
    let output = command(&["answer"]).stdin(Stdio::null()).output()?;
    assert!(output.status.success() && output.stdout.is_empty());
    Ok(())
}

/// What the child of a child leaves behind is a child of this process, if it has asked for that.
fn leave_an_orphan(token: &str) -> io::Result<()> {
    prctl(libc::PR_SET_CHILD_SUBREAPER, 1)?;
    in_a_worker(&["leave-and-end", token])?;
    // SAFETY: takes numbers and an address that may be none.
    check(unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) }).map(drop)
}

fn leave_and_sleep(token: &str) -> io::Result<()> {
    command(&["leave-and-end", token]).status()?;
    let _left: Vec<Child> = (0..3).map(|_| command(&["nap", token]).spawn()).collect::<io::Result<_>>()?;
    io::stdin().read(&mut [0]).map(drop)
}

/// Every process starts others until it may not. Then each one sleeps, except the first.
fn bomb() -> io::Result<()> {
    let first = std::process::id();
    loop {
        // SAFETY: the copy has one thread, as this process, and only starts more.
        match check(unsafe { libc::fork() }) {
            Err(error) if std::process::id() == first => return Err(error),
            Err(_) => thread::park(),
            Ok(_) => {}
        }
    }
}

/// By the calls that name a thread.
fn kill_a_thread() -> io::Result<()> {
    let main = parent();
    // SAFETY: takes numbers.
    check(unsafe { libc::syscall(libc::SYS_tkill, main, libc::SIGKILL) })
        // SAFETY: the same.
        .or_else(|_| check(unsafe { libc::syscall(libc::SYS_tgkill, main, main, libc::SIGKILL) }))
        .map(drop)
}

/// Whether a worker can stop. (It stays stopped, and is swept.)
fn worker_stops(how: &str) -> io::Result<()> {
    let worker = command(&["stop-myself", how]).spawn()?;
    let pid = c_int::try_from(worker.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: a number that outlives the call, which sets it.
    check(unsafe { libc::waitpid(pid, &raw mut status, libc::WUNTRACED) })?;
    if libc::WIFSTOPPED(status) { Ok(()) } else { as_it_ended(ExitStatus::from_raw(status)) }
}

fn stop_myself(how: &str) -> io::Result<()> {
    let me = me();
    let signals = [libc::SIGSTOP, libc::SIGTSTP, libc::SIGTTIN, libc::SIGTTOU];
    let allowed = signals.into_iter().any(|signal| {
        // SAFETY: takes numbers.
        let result = match how {
            "kill" => unsafe { libc::kill(me, signal) }.into(),
            "tkill" => unsafe { libc::syscall(libc::SYS_tkill, me, signal) },
            _ => unsafe { libc::syscall(libc::SYS_tgkill, me, me, signal) },
        };
        result == 0
    });
    if allowed { Ok(()) } else { Err(io::Error::other("no signal stops it")) }
}

fn me() -> c_int {
    c_int::try_from(std::process::id()).expect("a process id")
}

fn parent() -> c_int {
    c_int::try_from(parent_id()).expect("a process id")
}

fn group() -> c_int {
    // SAFETY: asks.
    unsafe { libc::getpgrp() }
}

fn kill(pid: c_int, signal: c_int) -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::kill(pid, signal) }).map(drop)
}

fn prctl(option: c_int, value: c_int) -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::prctl(option, value, 0, 0, 0) }).map(drop)
}

fn syscall(call: libc::c_long, pid: c_int) -> io::Result<()> {
    // SAFETY: takes numbers.
    check(unsafe { libc::syscall(call, pid, 0) }).map(drop)
}

/// Any byte of it: this process has the same program, if not at the same place.
fn read_memory_of(pid: c_int) -> io::Result<()> {
    let mut byte = 0_u8;
    let to = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    let (call, to, one) = (libc::SYS_process_vm_readv, &raw const to, 1_usize);
    // SAFETY: two structures that outlive the call, and a byte that it writes to.
    let read = check(unsafe { libc::syscall(call, pid, to, one, to, one, 0_usize) });
    match read {
        Err(error) if error.raw_os_error() == Some(libc::EFAULT) => Ok(()),
        other => other.map(drop),
    }
}
