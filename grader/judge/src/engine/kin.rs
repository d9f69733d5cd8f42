//! The processes that a subject has started, and those that these have, as far as a system lists them: for a watch that sees no threads.
//!
//! A process that has only just been started has not reached the judge, and may not have had its turn yet. It is in this list.

#[cfg(target_os = "linux")]
pub(super) use linux::of;
#[cfg(target_os = "macos")]
pub(super) use macos::of;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) use nowhere::of;
#[cfg(windows)]
pub(super) use windows::of;

/// A process that another has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kin {
    /// As it is numbered here.
    pub(super) process: u32,
    /// Whether it has ended, and nobody has waited for it. Where a process is gone then, none ever has.
    pub(super) zombie: bool,
}

/// All descendants, by what tells the children of one process.
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
fn descendants(main: u32, children: impl Fn(u32) -> Vec<Kin>) -> Vec<Kin> {
    let mut found: Vec<Kin> = children(main);
    let mut at = 0;
    // A number may be given again while this looks around.
    while at < found.len() && found.len() < AT_MOST {
        for child in children(found[at].process) {
            if child.process != main && !found.iter().any(|known| known.process == child.process) {
                found.push(child);
            }
        }
        at += 1;
    }
    found
}

/// More than any run may have.
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
const AT_MOST: usize = 128;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;

    use super::{Kin, descendants};
    use crate::engine::task_files::{parse_state, parse_threads};

    /// From /proc, where that shows the process.
    pub(crate) fn of(main: u32) -> Vec<Kin> {
        descendants(main, children)
    }

    fn children(process: u32) -> Vec<Kin> {
        let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
        let numbers: Vec<u32> = lists
            .flat_map(|list| list.split_ascii_whitespace().map(str::parse).collect::<Vec<_>>())
            .flatten()
            .collect();
        // One that has gone since is none.
        numbers.into_iter().filter_map(|process| Some(Kin { process, zombie: is_zombie(process)? })).collect()
    }

    fn is_zombie(process: u32) -> Option<bool> {
        let stat = fs::read(format!("/proc/{process}/stat")).ok()?;
        // A main thread that ended before the others looks like one.
        Some(parse_state(&stat).ok()? == b'Z' && parse_threads(&stat).is_none_or(|threads| threads <= 1))
    }
}

#[cfg(target_os = "macos")]
mod macos {
    use super::{AT_MOST, Kin, descendants};
    use crate::engine::cpu_time::CpuTime;

    /// From the kernel's list of each process's children.
    pub(crate) fn of(main: u32) -> Vec<Kin> {
        descendants(main, children)
    }

    fn children(process: u32) -> Vec<Kin> {
        let Ok(parent) = libc::pid_t::try_from(process) else { return Vec::new() };
        let mut numbers = [0 as libc::pid_t; AT_MOST];
        let size = libc::c_int::try_from(size_of_val(&numbers)).unwrap_or(libc::c_int::MAX);
        #[expect(unsafe_code, reason = "std lists no processes")]
        // SAFETY: the buffer is as long as is said.
        let count = unsafe { libc::proc_listchildpids(parent, numbers.as_mut_ptr().cast(), size) };
        let count = usize::try_from(count).unwrap_or(0).min(numbers.len());
        let listed = numbers[..count].iter().filter_map(|&number| u32::try_from(number).ok());
        // Of one that has ended nothing is told but that it is there.
        let lives = |process| CpuTime::of(process).is_ok_and(|clock| matches!(clock.used(), Ok(Some(_))));
        listed
            .filter(|process| *process > 0)
            .map(|process| Kin { process, zombie: !lives(process) })
            .collect()
    }
}

#[cfg(windows)]
mod windows {
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};

    use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
    use windows_sys::Win32::System::Diagnostics::ToolHelp::{
        CreateToolhelp32Snapshot, PROCESSENTRY32, Process32First, Process32Next, TH32CS_SNAPPROCESS,
    };

    use super::{Kin, descendants};

    /// From a snapshot of all processes, each with its parent. A process that nobody holds is gone when it ends.
    pub(crate) fn of(main: u32) -> Vec<Kin> {
        let all = all();
        let children = |parent| {
            let own = all.iter().filter(|(_, of)| *of == parent);
            own.map(|&(process, _)| Kin { process, zombie: false }).collect()
        };
        descendants(main, children)
    }

    /// Each process with its parent.
    fn all() -> Vec<(u32, u32)> {
        let mut all = Vec::new();
        #[expect(unsafe_code, reason = "std lists no processes")]
        // SAFETY: the handle is checked, and ours alone; the entry is as long as it says.
        unsafe {
            let handle = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
            if handle == INVALID_HANDLE_VALUE {
                return all;
            }
            let snapshot = OwnedHandle::from_raw_handle(handle);
            let mut entry: PROCESSENTRY32 = std::mem::zeroed();
            entry.dwSize = u32::try_from(size_of::<PROCESSENTRY32>()).unwrap_or(0);
            let mut more = Process32First(snapshot.as_raw_handle(), &raw mut entry);
            while more != 0 {
                all.push((entry.th32ProcessID, entry.th32ParentProcessID));
                more = Process32Next(snapshot.as_raw_handle(), &raw mut entry);
            }
        }
        all
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod nowhere {
    use super::Kin;

    pub(crate) fn of(_main: u32) -> Vec<Kin> {
        Vec::new()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_child_is_listed_until_it_is_waited_for() {
        #[expect(clippy::disallowed_methods, reason = "a test of what is seen of processes")]
        let mut child =
            std::process::Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let number = child.id();
        assert!(of(std::process::id()).contains(&Kin { process: number, zombie: false }));
        drop(child.stdin.take());
        // It ends by itself: no time passes for the test.
        while of(std::process::id()).iter().any(|kin| kin.process == number && !kin.zombie) {
            std::thread::yield_now();
        }
        assert!(of(std::process::id()).contains(&Kin { process: number, zombie: true }));
        child.wait().unwrap();
        assert!(!of(std::process::id()).iter().any(|kin| kin.process == number));
    }
}
