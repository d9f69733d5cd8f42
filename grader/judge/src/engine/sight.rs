//! What this machine lets a judge see of a subject: found out once, before anything is judged, by looking at one.
//!
//! The subject of the probe is launched and looked at as judged ones are, and waits for a first call: every thread of it sleeps,
//! and is waited for by nobody. What can't be seen of it can't be seen of any. Whatever is lost later is trouble of the machine.

use std::io;
use std::time::{Duration, Instant};

use super::Error;
use super::launch::{Launch, Process, Sight, Subject};
use super::link::{Link, Received};
use super::portable::Portable;
use super::watch::{Look, Watch};
use crate::wire::{PROTOCOL, Tid, ToJudge};

/// How long a subject has to greet.
const GREETS_WITHIN: Duration = Duration::from_mins(1);

/// How long a subject that does nothing is looked at before it is taken for one that can't be seen to sleep, and how often at
/// least.
const LOOKED_AT_FOR: Duration = Duration::from_secs(3);
const LOOKS: u32 = 100;

/// What can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// How closely subjects can be looked at.
    pub sight: Sight,
    /// Where that is not at their threads: why, and what can be done about it. It names no number of a process.
    pub why_not: Option<String>,
}

impl Probe {
    /// In a line, for people.
    #[must_use]
    pub fn line(&self) -> String {
        line(self.sight, self.why_not.as_deref())
    }
}

/// How closely was looked, and why not more so, in a line.
#[must_use]
pub fn line(sight: Sight, why_not: Option<&str>) -> String {
    match why_not {
        Some(why) => {
            format!(
                "{} (a long sleep, or an event loop that is blocked for a moment, goes unnoticed): {why}",
                sight.as_str()
            )
        }
        None => sight.as_str().to_owned(),
    }
}

/// Finds out what can be seen of the subjects that this launches.
///
/// # Errors
/// Where it launches none, or the machine tells nothing of them at all, not even their CPU time.
pub fn probe(launcher: &dyn Launch) -> Result<Probe, Error> {
    if launcher.sight() == Sight::CpuTime {
        return Ok(Probe { sight: Sight::CpuTime, why_not: Some("it was asked for".to_owned()) });
    }
    let Subject { channel, pid, mut process, .. } = launcher.launch().map_err(Error::Launch)?;
    let why_not = look(&mut Link::new(channel), pid, &*process);
    process.kill();
    let _ = process.wait();
    let why_not = why_not?;
    let sight = if why_not.is_none() { Sight::Threads } else { Sight::CpuTime };
    Ok(Probe { sight, why_not })
}

/// Why the threads of this subject can't be seen; `None` where they can.
fn look(link: &mut Link, pid: u32, process: &dyn Process) -> Result<Option<String>, Error> {
    let reader = greeting(link)?;
    let _observer = process.observer();
    let Some(why) = at_threads(link, pid, reader).map_err(Error::Watch)? else { return Ok(None) };
    match Portable::new(pid, false, false).and_then(|mut watch| watch.cpu()) {
        Ok(_) => Ok(Some(why)),
        Err(error) => {
            let why = format!("neither its threads ({why}) nor its CPU time ({error}) can be seen");
            Err(Error::Watch(io::Error::other(why)))
        }
    }
}

/// The number of the thread that greets.
fn greeting(link: &mut Link) -> Result<Tid, Error> {
    let launched = Instant::now();
    while let Some(left) = GREETS_WITHIN.checked_sub(launched.elapsed()) {
        match link.receive().map_err(Error::Watch)? {
            Received::Message(ToJudge::Hello { protocol: PROTOCOL, reader, .. }) => return Ok(reader),
            Received::Message(ToJudge::Hello { protocol, .. }) => return Err(Error::Protocol(protocol)),
            Received::Nothing => link.wait(left),
            Received::Closed => break,
            Received::Message(_) | Received::Malformed(_) | Received::Deaf => {
                return Err(Error::Launch(io::Error::other("it said what it was not asked for")));
            }
        }
    }
    Err(Error::Launch(io::Error::other("it ended, or said nothing, before anything was asked of it")))
}

#[cfg(not(target_os = "linux"))]
fn at_threads(_link: &mut Link, _pid: u32, _reader: Tid) -> io::Result<Option<String>> {
    Ok(Some("this system shows no threads of another process".to_owned()))
}

#[cfg(target_os = "linux")]
use linux::at_threads;

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Duration, Instant, LOOKED_AT_FOR, LOOKS, Link, Look, Received, Tid, Watch, io};
    use crate::engine::procfs::Procfs;
    use crate::engine::watch::{Doing, Seen};

    const PAUSE: Duration = Duration::from_millis(1);

    pub(super) fn at_threads(link: &mut Link, pid: u32, reader: Tid) -> io::Result<Option<String>> {
        if let Some(why) = other_processes(fs::read_link("/proc/self").ok()) {
            return Ok(Some(why));
        }
        let mut watch = Procfs::new(pid)?;
        let (begun, mut looks) = (Instant::now(), 0);
        while looks < LOOKS || begun.elapsed() < LOOKED_AT_FOR {
            match watch.look(&|_| false, &BTreeSet::new(), false) {
                Ok(Look::Asleep(seen)) => match doubt(&seen, watch.main(), reader) {
                    Doubt::None => return Ok(None),
                    Doubt::Lasting(why) => return Ok(Some(why)),
                    Doubt::Passing => {}
                },
                Ok(Look::Busy) => {}
                Ok(Look::Gone) => {
                    link.look_again();
                    return match link.receive()? {
                        Received::Closed => Err(io::Error::other("it ended meanwhile")),
                        _ => Ok(Some(HIDDEN.to_owned())),
                    };
                }
                Err(error) => return Ok(Some(unreadable(&error))),
            }
            looks += 1;
            link.wait(PAUSE);
        }
        Ok(Some(
            "a program that does nothing is not seen to sleep in /proc: judge on a Linux kernel (this may be gVisor, or another)"
                .to_owned(),
        ))
    }

    const HIDDEN: &str = "/proc does not show the judged program: mount it without `hidepid`";

    /// Why /proc, in which `own` is this process, says nothing of the processes that this one starts.
    fn other_processes(own: Option<PathBuf>) -> Option<String> {
        let Some(own) = own else { return Some("there is no /proc: `mount -t proc proc /proc`".to_owned()) };
        let other =
            "/proc is that of another process table: mount this one's (`unshare --pid --fork --mount-proc`)";
        (own != Path::new(&std::process::id().to_string())).then(|| other.to_owned())
    }

    enum Doubt {
        None,
        /// It may be otherwise at the next look.
        Passing,
        Lasting(String),
    }

    /// Whether what was seen is all that there is to be seen of a subject that waits for its first call.
    fn doubt(seen: &[Seen], main: Tid, reader: Tid) -> Doubt {
        if seen.iter().any(|thread| thread.turns == 0) {
            return Doubt::Lasting(
                "/proc/PID/task/TID/schedstat counts nothing: boot the kernel with `delayacct`, or use one built with \
                 CONFIG_SCHEDSTATS"
                    .to_owned(),
            );
        }
        let waits = seen.iter().all(|thread| matches!(thread.doing, Doing::WaitsForEvent(_)));
        let both = [main, reader].iter().all(|tid| seen.iter().any(|thread| thread.tid == *tid));
        if waits && both { Doubt::None } else { Doubt::Passing }
    }

    /// Why a file can't be read, and what to do.
    fn unreadable(error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::PermissionDenied => format!(
                "{error}: allow tracing (a container: `--cap-add SYS_PTRACE`; else `sysctl kernel.yama.ptrace_scope=1`)"
            ),
            io::ErrorKind::Unsupported => format!("{error}: judge on a Linux kernel that has it"),
            _ => format!("/proc can't be read: {error}"),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::engine::watch::{Event, Timer};

        fn seen(tid: Tid, turns: u64, doing: Doing) -> Seen {
            Seen { tid, turns, doing }
        }

        #[test]
        fn a_proc_of_nobody_or_of_others_says_nothing() {
            assert!(other_processes(None).unwrap().starts_with("there is no /proc"));
            assert!(other_processes(Some("0".into())).unwrap().contains("another process table"));
            assert_eq!(other_processes(Some(std::process::id().to_string().into())), None);
        }

        #[test]
        fn all_threads_are_seen_only_where_each_counts_and_waits_for_an_event() {
            const WAIT: Doing = Doing::WaitsForEvent(Event::Wakeup);
            let clear = |seen: &[Seen]| matches!(doubt(seen, 1, 2), Doubt::None);
            assert!(clear(&[seen(1, 5, WAIT), seen(2, 1, WAIT)]));
            assert!(!clear(&[seen(1, 5, WAIT)]));
            assert!(!clear(&[seen(1, 5, WAIT), seen(3, 1, WAIT)]));
            let naps = Doing::WaitsForTime(Timer::Unknown);
            assert!(matches!(doubt(&[seen(1, 5, WAIT), seen(2, 1, naps)], 1, 2), Doubt::Passing));
            assert!(matches!(doubt(&[seen(1, 0, WAIT), seen(2, 0, WAIT)], 1, 2), Doubt::Lasting(_)));
        }

        #[test]
        fn what_can_be_done_is_said() {
            let denied = unreadable(&io::Error::new(io::ErrorKind::PermissionDenied, "x may not be read"));
            assert!(denied.starts_with("x may not be read: ") && denied.contains("--cap-add SYS_PTRACE"));
            assert!(
                unreadable(&io::Error::new(io::ErrorKind::Unsupported, "x"))
                    .contains("a Linux kernel that has it")
            );
        }
    }
}
