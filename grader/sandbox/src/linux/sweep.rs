//! How the program ended, without reaping it, and the end of everything that it left behind.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{Pid, getpid};

use super::supervise::Scope;
use crate::ended::How;

/// How long to go on killing what keeps multiplying. Only the limits tier lets anything multiply.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the program has ended. It stays a zombie.
pub(super) fn has_ended(program: Pid) -> bool {
    peek(program, libc::WNOHANG).is_ok_and(|ended| ended.is_some())
}

/// Waits for the program's end: how, and the CPU time of it and the children that it waited for. It stays a zombie.
pub(super) fn wait_for(program: Pid) -> io::Result<(How, Duration)> {
    loop {
        match peek(program, 0) {
            Ok(Some(result)) => return Ok(result),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// `waitid` that leaves the zombie. The system call also gives the resource usage, which no wrapper passes on.
#[expect(unsafe_code, reason = "waitid with resource usage has no wrapper in libc or nix")]
fn peek(program: Pid, flags: libc::c_int) -> io::Result<Option<(How, Duration)>> {
    // SAFETY: both are plain C structures, for which all zeroes is a value.
    let (mut info, mut usage) =
        unsafe { (std::mem::zeroed::<libc::siginfo_t>(), std::mem::zeroed::<libc::rusage>()) };
    let flags = flags | libc::WEXITED | libc::WNOWAIT;
    // SAFETY: both structures outlive the call, which fills them.
    let result = unsafe {
        libc::syscall(libc::SYS_waitid, libc::P_PID, program.as_raw(), &raw mut info, flags, &raw mut usage)
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: waitid has filled in the fields of SIGCHLD, or left zeroes if nothing has ended.
    let (pid, status) = unsafe { (info.si_pid(), info.si_status()) };
    if pid == 0 {
        return Ok(None);
    }
    let how = if info.si_code == libc::CLD_EXITED { How::Exit(status) } else { How::Signal(status) };
    Ok(Some((how, duration(usage.ru_utime) + duration(usage.ru_stime))))
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0));
    seconds + Duration::from_micros(u64::try_from(time.tv_usec).unwrap_or(0))
}

/// Kills whatever the program has left behind, waits until it is gone, and says whether it is. Those in `unreaped` have ended,
/// the program among them; they stay zombies. Where a template and nobody else is left, it is spared.
///
/// Who leaves a process group is still a child of somebody; when that one dies it becomes a child of this process.
pub(super) fn sweep(program: Pid, unreaped: &VecDeque<Pid>, scope: Scope, template: Option<Pid>) -> bool {
    let left = || children().into_iter().filter(|child| !unreaped.contains(child));
    if template.is_some_and(|template| left().all(|child| child == template)) {
        return true;
    }
    match scope {
        // Everybody but this process, at one stroke.
        Scope::Namespace => drop(kill(Pid::from_raw(-1), Signal::SIGKILL)),
        // The program is the leader of its process group; it has ended, so its own id is safe to use until it is reaped.
        Scope::OwnChildren => drop(kill(Pid::from_raw(-program.as_raw()), Signal::SIGKILL)),
    }
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let left: Vec<Pid> = left().collect();
        if left.is_empty() {
            return true;
        }
        for child in &left {
            let _ = kill(*child, Signal::SIGKILL);
        }
        for child in left {
            while waitpid(child, None) == Err(Errno::EINTR) {}
        }
    }
    false
}

/// The children of this process.
fn children() -> Vec<Pid> {
    let me = getpid();
    let pids =
        |text: String| text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>();
    // A kernel without the list of children has the parent in the status of each process.
    let listed = fs::read_to_string(format!("/proc/{me}/task/{me}/children")).map(pids);
    listed.unwrap_or_else(|_| processes_of(me)).into_iter().map(Pid::from_raw).collect()
}

fn processes_of(parent: Pid) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| parent_of(*pid) == Some(parent.as_raw()))
        .collect()
}

/// The fourth field of `stat`; the second, the name, is in brackets and may hold anything.
fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_found_behind_any_name() {
        let me = i32::try_from(std::process::id()).expect("a process id");
        assert_eq!(parent_of(me), Some(nix::unistd::getppid().as_raw()));
        assert!(processes_of(nix::unistd::getppid()).contains(&me));
    }
}
