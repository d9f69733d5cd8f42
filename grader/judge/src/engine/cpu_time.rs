//! How much CPU time a process has used: all that can be learnt of another process on every system.
//!
//! What must hold: a process that ran for however short a time between two readings has a greater [`Used::at_most`] at the
//! second. The usual clocks of some systems count only ticks of 10 or 16 ms, and are not used for that.

#[cfg(target_os = "linux")]
pub(super) use linux::CpuTime;
#[cfg(target_os = "macos")]
pub(super) use macos::CpuTime;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) use nowhere::CpuTime;
#[cfg(windows)]
pub(super) use windows::CpuTime;

use std::io;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Longer than any clock that counts ticks takes for one.
const LONGEST_TICK: Duration = Duration::from_millis(100);

/// Steps of the clock that are looked at.
const STEPS: usize = 4;

/// How much work may go uncounted at most: next to nothing, unless the system counts ticks after all (gVisor does, in 10 ms), so
/// that only what runs for longer than one is sure to show. Found out once, at this process's own clock.
///
/// # Errors
/// Where the system tells no CPU time.
pub(super) fn grain() -> io::Result<Duration> {
    static GRAIN: OnceLock<Duration> = OnceLock::new();
    if let Some(grain) = GRAIN.get() {
        return Ok(*grain);
    }
    let own = CpuTime::of(std::process::id())?;
    let used = || own.used()?.map(|used| used.at_most).ok_or_else(|| io::Error::other("no CPU time is told"));
    let (begun, mut last, mut steps) = (Instant::now(), used()?, Vec::new());
    // To read it is work already. This process's other threads may work meanwhile: the smallest step counts.
    while steps.len() < STEPS && begun.elapsed() < LONGEST_TICK * 2 {
        let now = used()?;
        if now != last {
            steps.push(now.saturating_sub(last));
        }
        last = now;
    }
    Ok(*GRAIN.get_or_init(|| steps.into_iter().min().unwrap_or(LONGEST_TICK)))
}

/// What a process had used when it was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Used {
    /// CPU time, as exact as the system has it.
    pub(super) time: Duration,
    /// No less than that, and exact: the shortest work shows.
    pub(super) at_most: Duration,
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::time::Duration;

    use nix::time::ClockId;

    use super::Used;

    /// A clock that counts in nanoseconds, what runs at this moment included (`clock_getcpuclockid(3)`). It takes no right, and
    /// no /proc. `None` where the process is gone.
    pub(crate) struct CpuTime(Option<ClockId>);

    impl CpuTime {
        pub(crate) fn of(pid: u32) -> io::Result<Self> {
            let pid = i32::try_from(pid).map_err(io::Error::other)?;
            match ClockId::pid_cpu_clock_id(nix::unistd::Pid::from_raw(pid)) {
                Ok(clock) => Ok(Self(Some(clock))),
                Err(nix::Error::ESRCH) => Ok(Self(None)),
                Err(error) => Err(error.into()),
            }
        }

        /// `None` once the process has ended.
        pub(crate) fn used(&self) -> io::Result<Option<Used>> {
            let Some(clock) = self.0 else { return Ok(None) };
            match clock.now() {
                Ok(now) => {
                    let time = Duration::from(now);
                    Ok(Some(Used { time, at_most: time }))
                }
                Err(nix::Error::ESRCH | nix::Error::EINVAL) => Ok(None),
                Err(error) => Err(error.into()),
            }
        }
    }
}

#[cfg(target_os = "macos")]
mod macos {
    use std::io;
    use std::mem::{self, MaybeUninit};
    use std::time::Duration;

    use super::Used;

    /// The kernel's sums over all threads (`proc_pidinfo`), in units of the machine's own clock.
    pub(crate) struct CpuTime {
        pid: libc::c_int,
        /// Nanoseconds for each unit, as a fraction.
        scale: (u32, u32),
    }

    impl CpuTime {
        #[expect(deprecated, reason = "libc sends its users to one more dependency for these two numbers")]
        pub(crate) fn of(pid: u32) -> io::Result<Self> {
            let pid = libc::c_int::try_from(pid).map_err(io::Error::other)?;
            let mut scale = libc::mach_timebase_info { numer: 1, denom: 1 };
            #[expect(unsafe_code, reason = "no safe way to the system's time base")]
            // SAFETY: the pointer is to a live value of the type that is filled.
            unsafe {
                libc::mach_timebase_info(&raw mut scale);
            }
            Ok(Self { pid, scale: (scale.numer, scale.denom.max(1)) })
        }

        /// `None` once the process has ended.
        pub(crate) fn used(&self) -> io::Result<Option<Used>> {
            let mut info = MaybeUninit::<libc::proc_taskinfo>::zeroed();
            let size = mem::size_of::<libc::proc_taskinfo>() as libc::c_int;
            let flavour = libc::PROC_PIDTASKINFO;
            #[expect(unsafe_code, reason = "no safe way to another process's times")]
            // SAFETY: the buffer is as long as is said; it was zeroed, and any bytes are a valid value of these integers.
            let (count, info) = unsafe {
                let count = libc::proc_pidinfo(self.pid, flavour, 0, info.as_mut_ptr().cast(), size);
                (count, info.assume_init())
            };
            if count < size {
                let error = io::Error::last_os_error();
                let ended = error.raw_os_error() == Some(libc::ESRCH);
                return if ended { Ok(None) } else { Err(error) };
            }
            let units = info.pti_total_user + info.pti_total_system;
            let nanos = u128::from(units) * u128::from(self.scale.0) / u128::from(self.scale.1);
            let time = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
            Ok(Some(Used { time, at_most: time }))
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io;
    use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
    use std::time::Duration;

    use windows_sys::Win32::Foundation::{FILETIME, STILL_ACTIVE};
    use windows_sys::Win32::System::Threading::{
        GetExitCodeProcess, GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
    };
    use windows_sys::Win32::System::WindowsProgramming::QueryProcessCycleTime;

    use super::Used;

    /// Cycles, which are exact, and times, which count ticks of 16 ms.
    pub(crate) struct CpuTime(OwnedHandle);

    impl CpuTime {
        pub(crate) fn of(pid: u32) -> io::Result<Self> {
            #[expect(unsafe_code, reason = "std opens no process by its number")]
            // SAFETY: takes no pointer; what it returns is ours alone unless it is null.
            unsafe {
                let handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
                if handle.is_null() {
                    return Err(io::Error::last_os_error());
                }
                Ok(Self(OwnedHandle::from_raw_handle(handle)))
            }
        }

        /// `None` once the process has ended.
        pub(crate) fn used(&self) -> io::Result<Option<Used>> {
            let handle = self.0.as_raw_handle();
            let (mut status, mut cycles) = (0_u32, 0_u64);
            let none = FILETIME { dwLowDateTime: 0, dwHighDateTime: 0 };
            let (mut created, mut ended, mut kernel, mut user) = (none, none, none, none);
            #[expect(unsafe_code, reason = "std tells no other process's times")]
            // SAFETY: the handle is open, and each pointer is to a live value of the type that is filled.
            let known = unsafe {
                GetExitCodeProcess(handle, &raw mut status) != 0
                    && QueryProcessCycleTime(handle, &raw mut cycles) != 0
                    && GetProcessTimes(
                        handle,
                        &raw mut created,
                        &raw mut ended,
                        &raw mut kernel,
                        &raw mut user,
                    ) != 0
            };
            if !known {
                return Err(io::Error::last_os_error());
            }
            if i32::try_from(status) != Ok(STILL_ACTIVE) {
                return Ok(None);
            }
            // In units of 100 ns.
            let units = |time: FILETIME| u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
            let time = Duration::from_nanos((units(kernel) + units(user)).saturating_mul(100));
            // No processor that runs this takes longer than a nanosecond for a cycle.
            Ok(Some(Used { time, at_most: Duration::from_nanos(cycles) }))
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod nowhere {
    use std::io;

    use super::Used;

    pub(crate) struct CpuTime;

    impl CpuTime {
        pub(crate) fn of(_pid: u32) -> io::Result<Self> {
            let why = "judging needs Linux, macOS or Windows: the kit can't read CPU times on this system";
            Err(io::Error::new(io::ErrorKind::Unsupported, why))
        }

        pub(crate) fn used(&self) -> io::Result<Option<Used>> {
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_is_gone_has_ended_and_is_no_trouble() {
        // More than the kernel gives out: nobody's number.
        let nobody = CpuTime::of(1 << 23).unwrap();
        assert_eq!(nobody.used().unwrap(), None);
    }

    #[test]
    fn it_is_known_how_much_may_go_uncounted() {
        assert!(grain().unwrap() <= LONGEST_TICK);
    }

    #[test]
    fn a_moment_of_work_shows_and_sleep_does_not() {
        let own = CpuTime::of(std::process::id()).unwrap();
        let before = own.used().unwrap().unwrap();
        let after = own.used().unwrap().unwrap();
        assert!(after.at_most > before.at_most, "reading it is work already");
        assert!(after.time >= before.time);
    }
}
