//! Where each thread stands: asked for once the judge has proven that the program cannot go on, to name the lines.
//!
//! Each other thread gets a signal and takes its own backtrace in the handler. That is no handler for a program that is to
//! live on (it allocates); this one is about to be killed, and a thread that cannot answer is left out after a moment. What
//! it says explains a verdict and never makes one.

use std::backtrace::Backtrace;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::{Duration, Instant};

use super::{places, threads};
use crate::bounds;
use crate::wire::{Stack, Tid};

/// How long one thread has to answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(200);

/// What a handler leaves behind; one thread is asked at a time.
static TAKEN: AtomicPtr<Taken> = AtomicPtr::new(ptr::null_mut());

struct Taken {
    tid: Tid,
    name: Option<String>,
    trace: Backtrace,
}

extern "C" fn take_backtrace(_signal: libc::c_int) {
    let (tid, name) = (threads::current(), threads::name());
    let taken = Box::new(Taken { tid, name, trace: Backtrace::force_capture() });
    // An answer that came too late for its question is dropped by the next.
    let before = TAKEN.swap(Box::into_raw(taken), Ordering::AcqRel);
    drop(reclaim(before));
}

#[expect(unsafe_code, reason = "a box that crosses a signal handler")]
fn reclaim(pointer: *mut Taken) -> Option<Box<Taken>> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: only `take_backtrace` stores pointers, each from `Box::into_raw`, and each is swapped out once.
    Some(unsafe { Box::from_raw(pointer) })
}

/// Reads in the debug information, which takes longer than all the rest and is kept.
pub(super) fn read_symbols() {
    drop(Backtrace::force_capture().to_string());
}

/// The stacks of every thread but the calling one.
pub(super) fn of_all_other_threads() -> Vec<Stack> {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
    let mut tids: Vec<Tid> =
        tasks.flatten().filter_map(|task| task.file_name().to_str()?.parse().ok()).collect();
    tids.sort_unstable();
    tids.retain(|&tid| tid != threads::current());
    // What the first backtrace of a process takes besides (symbols that are bound, memory that is mapped) it takes here.
    drop(Backtrace::force_capture());
    install();
    let stacks: Vec<Taken> = tids.into_iter().take(bounds::STACKS).filter_map(ask).collect();
    // Symbols are looked up only here, outside the handlers.
    stacks.iter().map(describe).collect()
}

#[expect(unsafe_code, reason = "std has no signal handlers")]
fn install() {
    let handler: extern "C" fn(libc::c_int) = take_backtrace;
    // SAFETY: the action is fully initialised; the handler is a plain function of the right type.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        // On the thread's own stack: the other one, for overflows, is too small for a backtrace on processors with many registers.
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGUSR2, &raw const action, ptr::null_mut());
    }
}

fn ask(tid: Tid) -> Option<Taken> {
    drop(reclaim(TAKEN.swap(ptr::null_mut(), Ordering::AcqRel)));
    let number = libc::pid_t::try_from(tid).ok()?;
    #[expect(unsafe_code, reason = "std cannot signal a thread")]
    // SAFETY: a signal with a handler installed, to a thread of this process; a thread that has ended is an error code.
    unsafe {
        libc::syscall(
            libc::SYS_tgkill,
            libc::c_long::from(std::process::id()),
            libc::c_long::from(number),
            libc::SIGUSR2,
        );
    }
    let asked = Instant::now();
    while asked.elapsed() < ANSWER_WITHIN {
        if let Some(taken) = reclaim(TAKEN.swap(ptr::null_mut(), Ordering::AcqRel))
            && taken.tid == tid
        {
            return Some(*taken);
        }
        std::thread::yield_now();
    }
    None
}

fn describe(taken: &Taken) -> Stack {
    let (place, callee) = places::innermost(&taken.trace.to_string());
    Stack { tid: taken.tid, name: taken.name.clone(), place, callee }
}
