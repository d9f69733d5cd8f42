//! What a sleeping thread waits for, from its `/proc/…/syscall` file: the number of the system call and its arguments.
//!
//! The numbers are those of the machine that this is compiled for (x86-64 and aarch64 are the ones that are used). A call
//! that is not listed may return by itself: it is never taken for a wait that only another thread can end.

use super::watch::{Doing, Event, Timer};

/// Where a thread that sleeps for a fixed time keeps how long: the address of a `timespec` in its memory; `None` where it
/// sleeps up to a point in time.
pub(super) fn sleeps_for(text: &[u8]) -> Option<u64> {
    let (number, arguments) = parse(text)?;
    match number {
        libc::SYS_nanosleep => Some(arguments[0]),
        libc::SYS_clock_nanosleep if arguments[1] == 0 => Some(arguments[2]),
        _ => None,
    }
}

/// Where a thread that waits for an event keeps until when: the address of a `timespec` of the monotonic clock in its memory. `None`
/// where it counts from when it began, by another clock, or forever. (The standard library waits like this: futex(2).)
pub(super) fn waits_until(text: &[u8]) -> Option<u64> {
    let (number, arguments) = parse(text)?;
    let monotonic = libc::FUTEX_WAIT_BITSET as u64;
    let is_until =
        number == libc::SYS_futex && arguments[1] & !(libc::FUTEX_PRIVATE_FLAG as u64) == monotonic;
    Some(arguments[3]).filter(|&at| is_until && at != 0)
}

/// For how many ms a thread waits for descriptors, where that is limited.
pub(super) fn polls_for(text: &[u8]) -> Option<u32> {
    let (number, arguments) = parse(text)?;
    #[cfg(target_arch = "x86_64")]
    let is_epoll = matches!(number, libc::SYS_epoll_wait | libc::SYS_epoll_pwait);
    #[cfg(not(target_arch = "x86_64"))]
    let is_epoll = number == libc::SYS_epoll_pwait;
    // It is an `int`, negative for no limit; the rest of the register says nothing.
    let ms = u32::try_from(arguments[3] & u64::from(u32::MAX)).ok()?;
    (is_epoll && i32::try_from(ms).is_ok()).then_some(ms)
}

/// Where a thread that waits to be woken does so: the address of its futex.
pub(super) fn waits_at(text: &[u8]) -> Option<u64> {
    let (number, arguments) = parse(text)?;
    (number == libc::SYS_futex).then_some(arguments[0])
}

/// The socket that the thread reads from, where that is what it does.
pub(super) fn reads_from(text: &[u8]) -> Option<u64> {
    let (number, arguments) = parse(text)?;
    matches!(number, libc::SYS_recvfrom | libc::SYS_recvmsg).then_some(arguments[0])
}

/// The descriptor that the thread writes to, where that is what it does.
pub(super) fn writes_to(text: &[u8]) -> Option<u64> {
    let (number, arguments) = parse(text)?;
    let writes = matches!(number, libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg);
    writes.then_some(arguments[0])
}

/// What the thread does; `None` while it runs (or may run on at once, as in a page fault).
pub(super) fn doing(text: &[u8]) -> Option<Doing> {
    let (number, arguments) = parse(text)?;
    classify(number, arguments)
}

/// The number of the system call and its arguments; `None` while the thread runs.
fn parse(text: &[u8]) -> Option<(i64, [u64; 6])> {
    let text = std::str::from_utf8(text).ok()?;
    let mut fields = text.split_whitespace();
    // `running`, or -1: stopped outside a system call.
    let number: i64 = fields.next()?.parse().ok()?;
    if number < 0 {
        return None;
    }
    let mut arguments = [0_u64; 6];
    for (argument, field) in arguments.iter_mut().zip(fields) {
        *argument = u64::from_str_radix(field.trim_start_matches("0x"), 16).ok()?;
    }
    Some((number, arguments))
}

fn classify(number: i64, arguments: [u64; 6]) -> Option<Doing> {
    let untimed_if = |untimed: bool, event| {
        Some(if untimed { Doing::WaitsForEvent(event) } else { Doing::WaitsForTime(Timer::EventOrTimeout) })
    };
    let event_loop_if = |idle: bool| {
        Some(if idle {
            Doing::WaitsForEvent(Event::Descriptors)
        } else {
            Doing::WaitsForTime(Timer::Descriptors)
        })
    };
    // A timeout in ms is an `int`: negative for none.
    let forever = |ms: u64| ms.to_le_bytes()[3] & 0x80 != 0;
    match number {
        libc::SYS_futex => untimed_if(arguments[3] == 0, Event::Wakeup),
        FUTEX_WAITV => untimed_if(arguments[3] == 0, Event::Wakeup),
        FUTEX_WAIT => untimed_if(arguments[4] == 0, Event::Wakeup),
        libc::SYS_read | libc::SYS_readv => untimed_if(true, Event::Input),
        libc::SYS_wait4 | libc::SYS_waitid => untimed_if(true, Event::Child),
        libc::SYS_epoll_pwait => event_loop_if(forever(arguments[3])),
        libc::SYS_epoll_pwait2 => event_loop_if(arguments[3] == 0),
        libc::SYS_ppoll => untimed_if(arguments[2] == 0, Event::Input),
        libc::SYS_pselect6 => untimed_if(arguments[4] == 0, Event::Input),
        libc::SYS_recvfrom | libc::SYS_recvmsg => untimed_if(true, Event::Socket),
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Some(Doing::WaitsForTime(Timer::Sleep)),
        // Its reader is the judge, which always goes on.
        libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg => None,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => event_loop_if(forever(arguments[3])),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => untimed_if(forever(arguments[2]), Event::Input),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => untimed_if(arguments[4] == 0, Event::Input),
        _ => Some(Doing::WaitsForTime(Timer::Unknown)),
    }
}

/// Newer calls that libc does not name on every target; the same number on both.
const FUTEX_WAITV: i64 = 449;
const FUTEX_WAIT: i64 = 455;

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(number: i64, arguments: &str) -> Option<Doing> {
        doing(format!("{number} {arguments} 0x7ffd 0x7f00\n").as_bytes())
    }

    #[test]
    fn a_time_limit_makes_the_difference() {
        let wakeup = Some(Doing::WaitsForEvent(Event::Wakeup));
        let timed = Some(Doing::WaitsForTime(Timer::EventOrTimeout));
        assert_eq!(seen(libc::SYS_futex, "0x1 0x80 0x2 0x0 0x0 0xffffffff"), wakeup);
        assert_eq!(seen(libc::SYS_futex, "0x1 0x89 0x2 0x7f12 0x0 0xffffffff"), timed);
        let idle = Some(Doing::WaitsForEvent(Event::Descriptors));
        assert_eq!(seen(libc::SYS_epoll_pwait, "0x3 0x1 0x400 0xffffffff 0x0 0x8"), idle);
        let until = Some(Doing::WaitsForTime(Timer::Descriptors));
        assert_eq!(seen(libc::SYS_epoll_pwait, "0x3 0x1 0x400 0x64 0x0 0x8"), until);
        // An event loop waits so, and nothing else does.
        assert_eq!(seen(libc::SYS_ppoll, "0x7f12 0x1 0x7f34 0x0 0x8 0x0"), timed);
        assert_eq!(
            seen(libc::SYS_ppoll, "0x7f12 0x1 0x0 0x0 0x8 0x0"),
            Some(Doing::WaitsForEvent(Event::Input))
        );
    }

    #[test]
    fn only_a_point_in_time_on_the_monotonic_clock_is_an_end_that_is_known() {
        let until = |arguments: &str| {
            waits_until(format!("{} {arguments} 0x7ffd 0x7f00\n", libc::SYS_futex).as_bytes())
        };
        assert_eq!(until("0x1 0x89 0x2 0x7f12 0x0 0xffffffff"), Some(0x7f12));
        assert_eq!(until("0x1 0x9 0x2 0x7f12 0x0 0xffffffff"), Some(0x7f12));
        let [from_now, by_the_wall, for_ever] = ["0x80 0x2 0x7f12", "0x189 0x2 0x7f12", "0x89 0x2 0x0"];
        for other in [from_now, by_the_wall, for_ever] {
            assert_eq!(until(&format!("0x1 {other} 0x0 0xffffffff")), None);
        }
    }

    #[test]
    fn how_long_an_event_loop_waits_is_known_where_there_is_a_limit() {
        let polls = |number: i64, ms: &str| {
            polls_for(format!("{number} 0x3 0x1 0x400 {ms} 0x0 0x8 0x7ffd 0x7f00\n").as_bytes())
        };
        let epoll = libc::SYS_epoll_pwait;
        let longest = i32::MAX.unsigned_abs();
        assert_eq!([polls(epoll, "0x64"), polls(epoll, "0x7fffffff")], [Some(100), Some(longest)]);
        assert_eq!([polls(epoll, "0xffffffff"), polls(epoll, "0xffffffffffffffff")], [None, None]);
        assert_eq!(polls(libc::SYS_futex, "0x64"), None);
        assert_eq!(polls_for(b"running\n"), None);
    }

    #[test]
    fn where_a_thread_waits_is_known_of_a_futex_alone() {
        let at = |number: i64| {
            waits_at(format!("{number} 0x7f12 0x80 0x2 0x0 0x0 0x0 0x7ffd 0x7f00\n").as_bytes())
        };
        assert_eq!([at(libc::SYS_futex), at(libc::SYS_read)], [Some(0x7f12), None]);
        assert_eq!(waits_at(b"running\n"), None);
    }

    #[test]
    fn where_a_thread_writes_to_is_known_of_what_writes() {
        let to = |number: i64| {
            writes_to(format!("{number} 0x7 0x7f12 0x2 0x0 0x0 0x0 0x7ffd 0x7f00\n").as_bytes())
        };
        assert_eq!([to(libc::SYS_write), to(libc::SYS_sendto), to(libc::SYS_read)], [Some(7), Some(7), None]);
    }

    #[test]
    fn what_is_not_known_is_never_certain() {
        assert_eq!(
            seen(libc::SYS_flock, "0x1 0x2 0x0 0x0 0x0 0x0"),
            Some(Doing::WaitsForTime(Timer::Unknown))
        );
        assert_eq!(doing(b"running\n"), None);
        assert_eq!(doing(b"-1 0x7ffd 0x7f00\n"), None);
    }
}
