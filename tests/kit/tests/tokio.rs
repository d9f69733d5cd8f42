//! What the judge relies on where it holds a runtime's clock (`grader/judge/src/subject/one_clock.rs`), a test for each thing: an update
//! of tokio that changes one of them fails here, and not in a verdict.

use std::future::pending;
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{Instant, advance, sleep};

/// A runtime as the kit makes it, whose clock is held as long as the gate is there.
fn held() -> (Runtime, mpsc::Sender<()>) {
    let mut runtime = Builder::new_current_thread();
    runtime.enable_all().start_paused(true).thread_keep_alive(Duration::MAX);
    let runtime = runtime.build().expect("a runtime");
    let (gate, closed) = mpsc::channel();
    runtime.spawn_blocking(move || closed.recv());
    (runtime, gate)
}

const TIMER: Duration = Duration::from_millis(20);

/// Ready when several times as long as [`TIMER`] has passed for real.
fn real_time_passes() -> oneshot::Receiver<()> {
    let (over, is_over) = oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(TIMER * 5);
        over.send(())
    });
    is_over
}

#[test]
fn a_paused_clock_moves_by_itself_as_soon_as_nobody_holds_it() {
    let (runtime, gate) = held();
    runtime.block_on(async {
        drop(gate);
        let begun = Instant::now();
        sleep(Duration::from_hours(1)).await;
        assert_eq!(begun.elapsed(), Duration::from_hours(1));
    });
}

/// Neither jumps the clock to the next timer, nor does a timer fire when its time has passed for real.
#[test]
fn a_closure_of_spawn_blocking_holds_the_clock() {
    let (runtime, _gate) = held();
    runtime.block_on(async {
        let begun = Instant::now();
        tokio::select! {
            biased;
            () = sleep(TIMER) => panic!("the clock moved by itself"),
            over = real_time_passes() => over.unwrap(),
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
    });
}

#[test]
fn advance_moves_a_held_clock_to_the_tick_and_fires_what_is_due_there() {
    let (runtime, _gate) = held();
    runtime.block_on(async {
        let begun = Instant::now();
        let timer = tokio::spawn(async move {
            sleep(TIMER).await;
            begun.elapsed()
        });
        tokio::task::yield_now().await;
        advance(TIMER.saturating_sub(Duration::from_millis(1))).await;
        real_time_passes().await.unwrap();
        assert!(!timer.is_finished());
        advance(Duration::from_millis(1)).await;
        assert_eq!(timer.await.unwrap(), TIMER);
    });
}

/// However far off a timer is: where the runtime looks less far ahead it comes there in steps.
#[test]
fn a_held_clock_that_is_moved_as_far_as_the_loop_waits_comes_to_each_timer() {
    let (runtime, _gate) = held();
    runtime.block_on(async {
        let begun = Instant::now();
        let far = Duration::from_hours(24 * 100);
        let timer = tokio::spawn(async move {
            sleep(far).await;
            begun.elapsed()
        });
        tokio::task::yield_now().await;
        let mut steps = 0;
        // As `epoll_wait` counts: in an `int` of ms.
        let most = Duration::from_millis(u64::from(i32::MAX.unsigned_abs()));
        while !timer.is_finished() && steps < 100 {
            advance(most.min(far.saturating_sub(begun.elapsed()))).await;
            tokio::task::yield_now().await;
            steps += 1;
        }
        assert_eq!(timer.await.unwrap(), far);
    });
}

/// From `/proc`, as the judge looks.
#[cfg(target_os = "linux")]
mod seen_from_outside {
    use super::*;

    /// The number of the system call that a thread of this process sleeps in, and its fourth argument.
    fn sleeps_in(tid: libc::pid_t) -> Option<(i64, u64)> {
        let text = std::fs::read_to_string(format!("/proc/self/task/{tid}/syscall")).ok()?;
        let fields: Vec<&str> = text.split_whitespace().collect();
        let argument = fields.get(4)?.trim_start_matches("0x");
        Some((fields[0].parse().ok()?, u64::from_str_radix(argument, 16).ok()?))
    }

    /// What it sleeps in once that is one of these calls.
    fn once_it_sleeps_in(tid: libc::pid_t, calls: &[i64]) -> u64 {
        loop {
            match sleeps_in(tid) {
                Some((call, argument)) if calls.contains(&call) => return argument,
                _ => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn own_tid() -> libc::pid_t {
        let link = std::fs::read_link("/proc/thread-self").expect("a thread has a folder");
        let name = link.file_name().and_then(|name| name.to_str()).expect("it is a number");
        name.parse().expect("it is a number")
    }

    #[cfg(target_arch = "x86_64")]
    const EPOLL: &[i64] = &[libc::SYS_epoll_wait, libc::SYS_epoll_pwait];
    #[cfg(not(target_arch = "x86_64"))]
    const EPOLL: &[i64] = &[libc::SYS_epoll_pwait];

    /// For how many ms an idle runtime waits that has this timer.
    fn waits_for(timer: Option<Duration>) -> i32 {
        let (tell, told) = mpsc::channel();
        // It ends with the process.
        std::thread::spawn(move || {
            let (runtime, _gate) = held();
            runtime.block_on(async {
                tell.send(own_tid()).expect("somebody wants to know");
                match timer {
                    Some(timer) => sleep(timer).await,
                    None => pending().await,
                }
            });
        });
        let limit = once_it_sleeps_in(told.recv().expect("it says so first"), EPOLL);
        i32::from_le_bytes(limit.to_le_bytes()[..4].try_into().expect("four bytes"))
    }

    #[test]
    fn an_idle_loop_waits_for_as_long_as_its_next_timer_is_off() {
        assert_eq!(waits_for(None), -1);
        assert_eq!(waits_for(Some(Duration::from_millis(50))), 50);
    }

    #[test]
    fn a_timer_far_off_is_waited_for_in_part_and_never_for_longer() {
        for timer in [Duration::from_hours(1), Duration::from_hours(24 * 100)] {
            let ms = u128::try_from(waits_for(Some(timer))).expect("it is a limit");
            assert!(ms > 0 && ms <= timer.as_millis(), "{ms}");
        }
    }

    #[test]
    fn an_idle_thread_of_the_runtime_waits_for_no_time() {
        let (runtime, _gate) = held();
        let tid = runtime.block_on(runtime.spawn_blocking(own_tid)).unwrap();
        assert_eq!(once_it_sleeps_in(tid, &[libc::SYS_futex]), 0);
    }
}
