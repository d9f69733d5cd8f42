//! Where each thread stands: asked for once the judge has proven that the program cannot go on, to name the lines.
//!
//! Each other thread gets a signal and takes its own backtrace in the handler. That is no handler for a program that is to
//! live on (it allocates); this one is about to be killed, and a thread that cannot answer is left out after a moment. What
//! it says explains a verdict and never makes one.

use std::backtrace::Backtrace;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::{Duration, Instant};

use super::threads;
use crate::wire::{Place, Stack, Tid};

/// How long one thread has to answer.
const ANSWER_WITHIN: Duration = Duration::from_millis(200);

/// How many threads are asked: a report names a few.
const ASK_AT_MOST: usize = 64;

/// What a handler leaves behind; one thread is asked at a time.
static TAKEN: AtomicPtr<Taken> = AtomicPtr::new(ptr::null_mut());

struct Taken {
    tid: Tid,
    name: Option<String>,
    trace: Backtrace,
}

extern "C" fn take_backtrace(_signal: libc::c_int) {
    let name = std::thread::current().name().map(str::to_owned);
    let taken = Box::new(Taken { tid: threads::current(), name, trace: Backtrace::force_capture() });
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
    let stacks: Vec<Taken> = tids.into_iter().take(ASK_AT_MOST).filter_map(ask).collect();
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
    let (place, callee) = innermost_of_student(&taken.trace.to_string());
    Stack { tid: taken.tid, name: taken.name.clone(), place, callee }
}

/// The innermost frame in a student's source, and the library function that it called, read from the text of a backtrace:
/// each frame is a line `N: symbol`, followed by `at FILE:LINE:COLUMN` where debug information has it.
fn innermost_of_student(trace: &str) -> (Option<Place>, Option<String>) {
    let (mut symbol, mut below) = (None, None);
    for line in trace.lines() {
        let line = line.trim();
        if let Some(at) = line.strip_prefix("at ") {
            if let Some(place) = place_of_student(at) {
                return (Some(place), below);
            }
        } else if let Some((_, name)) = line.split_once(": ") {
            below = symbol.replace(name.to_owned());
        }
    }
    (None, None)
}

/// The place, where it lies in a student's source: `exercises/NN-slug/src/…`.
fn place_of_student(at: &str) -> Option<Place> {
    let mut parts = at.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    let from = file.rfind("exercises/")?;
    let file = &file[from..];
    file.contains("/src/").then(|| Place { file: file.to_owned(), line: line.parse().unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_line_of_the_student_and_what_it_called_are_found() {
        let trace = "   0: judge::subject::stacks::take_backtrace\n             at ./grader/judge/src/stacks.rs:1:2\n   \
                     1: __restore_rt\n   2: syscall\n   3: std::sys::futex::futex_wait\n             at \
                     /rustc/x/library/std/src/futex.rs:10:5\n   4: std::sync::mpsc::Receiver<T>::recv\n             at \
                     /rustc/x/library/std/src/mpsc.rs:20:5\n   5: exercise_03::parallel_map\n             at \
                     /work/exercises/03-ordered-map/src/lib.rs:23:17\n   6: main\n";
        let (place, callee) = innermost_of_student(trace);
        assert_eq!(place, Some(Place { file: "exercises/03-ordered-map/src/lib.rs".into(), line: 23 }));
        assert_eq!(callee.as_deref(), Some("std::sync::mpsc::Receiver<T>::recv"));
    }

    #[test]
    fn a_thread_outside_the_students_source_has_no_place() {
        assert_eq!(
            innermost_of_student("   0: rayon_core::sleep\n             at /x/rayon/src/sleep.rs:1:1\n"),
            (None, None)
        );
    }
}
