//! Threads that are held before their first step, until the judge lets them in: so it decides which of the student's threads
//! begins first, and how far that one gets before the next one begins.
//!
//! To be let in is a question to the judge like any other call of work, of a kind of its own. What it costs is in the plan.
//!
//! On Linux with the GNU library this file stands between a program and `pthread_create`: the standard library is linked into
//! the same program, and calls what is defined here. Elsewhere threads begin as the system lets them; a scenario that holds them
//! is then one in which they happen not to be held.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Judge, answered, threads};
use crate::wire::{Payload, ToJudge, Work};

/// Who asks for threads that are started now; `None` where they are not held.
static HOLDING: Mutex<Option<Arc<Holding>>> = Mutex::new(None);

struct Holding {
    judge: Judge,
    kind: u16,
    /// How many threads have been started.
    started: AtomicU64,
}

/// Threads are held that are started while this lives.
#[must_use = "threads are held while it lives"]
pub struct Held(());

impl Drop for Held {
    fn drop(&mut self) {
        *HOLDING.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Judge {
    /// Each thread that is started from now on asks the judge before its first step, as work of this kind: the first one with the
    /// key 0, the next one with 1, and so on. The calling thread and those that are there already are let alone.
    pub fn hold_newborns(&self, kind: u16) -> Held {
        let holding = Holding { judge: self.clone(), kind, started: AtomicU64::new(0) };
        *HOLDING.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(holding));
        Held(())
    }
}

/// What a thread that is being started has to do before its first step.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
struct Admission {
    holding: Arc<Holding>,
    key: u64,
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
impl Admission {
    fn of_next() -> Option<Self> {
        let holding = HOLDING.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let key = holding.started.fetch_add(1, Ordering::Relaxed);
        Some(Self { holding, key })
    }

    /// Asks, and sleeps until the judge answers. (`std::thread::current` is not known to the standard library yet: to ask for it
    /// here would give the thread another identity than the one that it is about to get.)
    fn wait(self) {
        let Self { holding, key } = self;
        let Judge { shared, call, .. } = &holding.judge;
        let work = Work { kind: holding.kind, key, input: Payload::default() };
        let (call, tid) = (*call, threads::current());
        let (_, slot) = shared.ask(|id| ToJudge::Work { id, call, tid, name: None, on_caller: false, work });
        let _ = answered(slot.wait());
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) use between::stand_between;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "std tells nobody that a thread begins")]
mod between {
    use std::ffi::c_void;
    use std::sync::OnceLock;

    use super::Admission;

    type Start = extern "C-unwind" fn(*mut c_void) -> *mut c_void;
    type Create = unsafe extern "C" fn(
        *mut libc::pthread_t,
        *const libc::pthread_attr_t,
        Start,
        *mut c_void,
    ) -> libc::c_int;

    struct Newborn {
        admission: Admission,
        start: Start,
        argument: *mut c_void,
    }

    /// Makes sure that the linker takes what is defined here: a library's function is linked only where something names it.
    pub(in crate::subject) fn stand_between() {
        std::hint::black_box(pthread_create as Create);
    }

    /// The system's own.
    fn create() -> Option<Create> {
        static CREATE: OnceLock<Option<Create>> = OnceLock::new();
        *CREATE.get_or_init(|| {
            // SAFETY: a name that ends with a zero; whatever else defines it after this program has the type of `pthread_create`.
            unsafe {
                let found = libc::dlsym(libc::RTLD_NEXT, c"pthread_create".as_ptr());
                (!found.is_null()).then(|| std::mem::transmute::<*mut c_void, Create>(found))
            }
        })
    }

    /// As the system's own, and the thread is let in by the judge where threads are held.
    ///
    /// # Safety
    /// As for the system's own.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn pthread_create(
        thread: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        start: Start,
        argument: *mut c_void,
    ) -> libc::c_int {
        let Some(create) = create() else { return libc::ENOSYS };
        let Some(admission) = Admission::of_next() else {
            // SAFETY: the caller's own arguments.
            return unsafe { create(thread, attributes, start, argument) };
        };
        let newborn = Box::into_raw(Box::new(Newborn { admission, start, argument }));
        // SAFETY: the caller's own arguments, except for what is started, which gets what it expects.
        let made = unsafe { create(thread, attributes, let_in, newborn.cast()) };
        if made != 0 {
            // SAFETY: no thread was made that could have taken it.
            drop(unsafe { Box::from_raw(newborn) });
        }
        made
    }

    extern "C-unwind" fn let_in(newborn: *mut c_void) -> *mut c_void {
        // SAFETY: `pthread_create` above made it for this thread alone.
        let newborn = unsafe { Box::from_raw(newborn.cast::<Newborn>()) };
        let Newborn { admission, start, argument } = *newborn;
        admission.wait();
        start(argument)
    }
}

/// Nothing stands between a program and its threads here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn stand_between() {}
