//! A process that ends in the middle of what it writes: its standard output passes through the kit's hands, which end the process after
//! so many bytes more.
//!
//! What must hold: whatever was written has gone on by the time everything rests, as if nothing stood in between; of what comes behind the
//! last byte nothing goes out. Where standard output is no descriptor, nothing is tapped, and the process does not end so.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::processes::Death;

/// What may still go out, and how the process ends then; `None`: everything.
type Rest = Arc<Mutex<Option<(u64, Death)>>>;

/// The standard output of this process, from when it was [`Tap::install`]ed until the process ends.
pub struct Tap(Rest);

impl Tap {
    /// Stands between this process and its standard output from now on. Whoever made a copy of that before writes past it.
    ///
    /// # Errors
    /// If the system gives no pipe, descriptor or thread for it.
    pub fn install() -> io::Result<Self> {
        let rest = Rest::default();
        #[cfg(unix)]
        tapped::install(Arc::clone(&rest))?;
        Ok(Self(rest))
    }

    /// The process ends so once that many further bytes have gone out.
    pub fn end_after(&self, bytes: u64, death: Death) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((bytes, death));
    }
}

#[cfg(unix)]
mod tapped {
    use std::fs::File;
    use std::io::{self, PipeReader, Read, Write};
    use std::os::fd::{AsFd, AsRawFd};
    use std::sync::PoisonError;

    use super::Rest;
    use crate::subject::die;

    pub(super) fn install(rest: Rest) -> io::Result<()> {
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        let (from, to) = io::pipe()?;
        #[expect(unsafe_code, reason = "std replaces no descriptor")]
        // SAFETY: it touches no memory; number 1 is standard output, which nobody closes, and is a copy of `to` from now on.
        if unsafe { libc::dup2(to.as_raw_fd(), libc::STDOUT_FILENO) } < 0 {
            return Err(io::Error::last_os_error());
        }
        let pass_on = move || pass_on(from, out, &rest);
        std::thread::Builder::new().name("judge-output".into()).spawn(pass_on).map(drop)
    }

    /// Until nobody writes any more, nobody reads any more, or the process ends.
    fn pass_on(mut from: PipeReader, mut out: File, rest: &Rest) {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count) = from.read(&mut bytes) {
            let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
            let left = rest.map_or(u64::MAX, |(left, _)| left);
            let going = count.min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 || out.write_all(&bytes[..going]).is_err() {
                return;
            }
            if let Some((left, death)) = &mut *rest {
                *left -= going as u64;
                if *left == 0 {
                    die(*death);
                }
            }
        }
    }
}
