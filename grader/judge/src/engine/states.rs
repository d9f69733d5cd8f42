//! Whether some thread of a process is ready to run, where at least that is shown: the state of each stands in its `stat` (proc(5)),
//! which takes no right to be read. A thread that waits for its turn on a busy machine is told apart from one that sleeps so.

#[cfg(target_os = "linux")]
pub(super) use linux::States;
#[cfg(not(target_os = "linux"))]
pub(super) use nowhere::States;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    use crate::engine::task_files::parse_state;

    /// The folder of the threads; `None` where /proc is that of other processes.
    pub(crate) struct States(Option<String>);

    impl States {
        pub(crate) fn of(pid: u32) -> Self {
            let own = fs::read_link("/proc/self").ok();
            let is_ours = own.is_some_and(|own| own == Path::new(&std::process::id().to_string()));
            Self(is_ours.then(|| format!("/proc/{pid}/task")))
        }

        /// Whether some thread runs or is ready to. Where that can't be seen, none is known to.
        pub(crate) fn some_ready(&self) -> bool {
            let Some(threads) = self.0.as_ref().and_then(|tasks| fs::read_dir(tasks).ok()) else {
                return false;
            };
            threads.flatten().any(|thread| {
                let stat = fs::read(thread.path().join("stat"));
                // In D it is about to go on by itself.
                stat.and_then(|stat| parse_state(&stat)).is_ok_and(|state| matches!(state, b'R' | b'D'))
            })
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn who_asks_is_ready_and_who_is_not_there_is_not() {
            assert!(States::of(std::process::id()).some_ready());
            assert!(!States::of(1 << 23).some_ready());
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    pub(crate) struct States;

    impl States {
        pub(crate) fn of(_pid: u32) -> Self {
            Self
        }

        pub(crate) fn some_ready(&self) -> bool {
            false
        }
    }
}
