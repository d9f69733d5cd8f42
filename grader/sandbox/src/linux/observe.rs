//! Reading the program's files in /proc.
//!
//! `/proc/<pid>/task/<tid>/syscall` is open to whoever may trace the program: to its own user, and to root with
//! `CAP_SYS_PTRACE`. Root without it (in a default container) may not, since the program has a user id of its own. But
//! the kernel asks the *file system* user id of the reading thread, which root may change for one thread.

use std::fmt;
use std::marker::PhantomData;

use nix::unistd::{Gid, Uid, getegid, geteuid, setfsgid, setfsuid};

/// While it lives, the thread that made it reads /proc as the program's own user. It touches no other thread, and
/// nothing at all where the caller is not root.
///
/// It holds for all files: a thread that looks at the program this way has few rights elsewhere meanwhile.
pub struct Observer {
    before: Option<(Uid, Gid)>,
    /// It belongs to the thread that made it.
    not_send: PhantomData<*const ()>,
}

impl Observer {
    pub(super) fn new(uid: u32, gid: u32) -> Self {
        let before = geteuid().is_root().then(|| {
            // The group first: without the user id of root it could not be changed any more.
            let gid = setfsgid(Gid::from_raw(gid));
            (setfsuid(Uid::from_raw(uid)), gid)
        });
        Self { before, not_send: PhantomData }
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        if self.before.is_some() {
            setfsuid(geteuid());
            setfsgid(getegid());
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("active", &self.before.is_some()).finish_non_exhaustive()
    }
}
