//! Ended programs are reaped a few programs later.
//!
//! A program has ended for its parent as soon as its last thread is on its way out of /proc. Whoever reaps it then busy-waits in the
//! kernel for that thread (`shrink_dcache_parent`), a time slice long on a busy machine: of a student's tests that was 40 % of the
//! CPU time. Only Linux does so; elsewhere a program is reaped at once.

#[cfg(target_os = "linux")]
pub(super) use linux::{leave, wait};
#[cfg(not(target_os = "linux"))]
pub(super) use portable::{leave, wait};

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::VecDeque;
    use std::io;
    use std::process::Child;
    use std::sync::{Mutex, PoisonError};

    use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, WaitOptions, waitid, waitpid};

    use crate::run::Exit;

    /// How many are kept.
    const KEPT: usize = 8;

    static ZOMBIES: Mutex<VecDeque<Pid>> = Mutex::new(VecDeque::new());

    /// Waits until the child has ended, and does not reap it.
    pub(in super::super) fn wait(child: &mut Child) -> io::Result<Exit> {
        let ended = loop {
            match waitid(WaitId::Pid(Pid::from_child(child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                ended => break ended?,
            }
        };
        let status = ended.as_ref().and_then(WaitIdStatus::exit_status).map(Exit::Status);
        let signal = ended.as_ref().and_then(WaitIdStatus::terminating_signal).map(Exit::Signal);
        Ok(status.or(signal).unwrap_or(Exit::Unknown))
    }

    /// Takes over a child that has ended, or was killed, and that nobody has reaped.
    pub(in super::super) fn leave(child: &mut Child) {
        let mut zombies = ZOMBIES.lock().unwrap_or_else(PoisonError::into_inner);
        zombies.push_back(Pid::from_child(child));
        while zombies.len() > KEPT {
            // What can't be reaped is not there.
            let _ = zombies.pop_front().map(|pid| waitpid(Some(pid), WaitOptions::empty()));
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[expect(clippy::disallowed_methods, reason = "a program that ends at once")]
        fn ended() -> Child {
            std::process::Command::new("false").spawn().expect("`false` starts")
        }

        #[test]
        fn a_program_is_reaped_when_a_few_more_have_ended() {
            let mut first = ended();
            assert_eq!(wait(&mut first).expect("it ends"), Exit::Status(1));
            assert_eq!(wait(&mut first).expect("it is still there"), Exit::Status(1));
            leave(&mut first);
            for _ in 0..KEPT {
                leave(&mut ended());
            }
            assert!(wait(&mut first).is_err(), "it was reaped");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod portable {
    use std::io;
    use std::process::{Child, ExitStatus};

    use crate::run::Exit;

    /// Waits until the child has ended.
    pub(in super::super) fn wait(child: &mut Child) -> io::Result<Exit> {
        child.wait().map(exit_of)
    }

    /// Takes over a child that has ended, or was killed.
    pub(in super::super) fn leave(child: &mut Child) {
        let _ = child.wait();
    }

    fn exit_of(status: ExitStatus) -> Exit {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Exit::Signal(signal);
        }
        status.code().map_or(Exit::Unknown, Exit::Status)
    }
}
