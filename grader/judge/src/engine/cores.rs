//! One core for a judge and all that it starts.
//!
//! Judge and subject take turns: while one works, the other sleeps. On two cores every turn wakes a core that had gone to sleep,
//! which costs more than all else about a call, in a virtual machine above all. On one core a turn is a change of threads. Nothing
//! is lost: time is virtual, and whoever has many hand-ins to judge uses the other cores for those.
//!
//! It also makes machines alike: a hand-in that asks how many cores there are is told one, everywhere.

/// Keeps the calling thread, and every thread and process that it starts from now on, on one core. Threads that call this are
/// dealt out over the cores that this process may use. Calling it again changes nothing.
///
/// Where the system does not do that, it is left undone: no verdict depends on it.
pub fn stay_on_one_core() {
    #[cfg(target_os = "linux")]
    linux::stay();
}

/// Whatever `start` starts may use every core that this process may use: a compiler waits for nobody, and is best off where there
/// is room.
pub fn on_every_core<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(target_os = "linux")]
    let _back = linux::leave();
    start()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::Cell;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    /// The calling thread, for the kernel.
    const THIS: Pid = Pid::from_raw(0);

    thread_local! {
        /// The core that this thread stays on.
        static MINE: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// The place of the next thread's core among the usable ones. Processes that begin at the same time begin at different ones.
    static NEXT: OnceLock<AtomicUsize> = OnceLock::new();

    pub(super) fn stay() {
        if MINE.get().is_some() {
            return;
        }
        let next = NEXT.get_or_init(|| AtomicUsize::new(std::process::id() as usize));
        let mine = usable().get(next.fetch_add(1, Ordering::Relaxed) % usable().len().max(1));
        MINE.set(mine.copied());
        keep_to(mine);
    }

    /// Lets the calling thread use every core until what is returned is dropped.
    pub(super) fn leave() -> Back {
        if MINE.get().is_some() {
            keep_to(usable());
        }
        Back
    }

    pub(super) struct Back;

    impl Drop for Back {
        fn drop(&mut self) {
            if let Some(mine) = MINE.get() {
                keep_to([&mine]);
            }
        }
    }

    fn keep_to<'a>(cores: impl IntoIterator<Item = &'a usize>) {
        let mut set = CpuSet::new();
        if cores.into_iter().all(|core| set.set(*core).is_ok()) {
            // A container may forbid it; and no core at all is refused.
            let _ = sched_setaffinity(THIS, &set);
        }
    }

    /// The cores of this process, as they were when this was first asked.
    fn usable() -> &'static [usize] {
        static USABLE: OnceLock<Vec<usize>> = OnceLock::new();
        USABLE.get_or_init(|| {
            let all = sched_getaffinity(THIS).unwrap_or_default();
            (0..CpuSet::count()).filter(|&core| all.is_set(core) == Ok(true)).collect()
        })
    }

    #[cfg(test)]
    mod tests {
        use std::thread;

        use super::*;

        fn cores() -> usize {
            let all = sched_getaffinity(THIS).unwrap();
            (0..CpuSet::count()).filter(|&core| all.is_set(core) == Ok(true)).count()
        }

        #[test]
        fn a_thread_that_stays_has_one_core_and_so_has_what_it_starts() {
            let inherited = thread::spawn(|| {
                stay();
                stay();
                thread::spawn(cores).join().unwrap()
            });
            assert_eq!(inherited.join().unwrap(), 1);
            let left = thread::spawn(|| {
                stay();
                let back = leave();
                let inherited = thread::spawn(cores).join().unwrap();
                drop(back);
                (inherited, cores())
            });
            assert_eq!(left.join().unwrap(), (usable().len(), 1));
            assert_eq!(cores(), usable().len(), "others are left alone");
        }
    }
}
