//! Launching programs that nobody trusts.
//!
//! The calling binary starts itself again as a fresh, single-threaded **launcher**, which fences itself in, starts the
//! program, watches it, kills whatever it leaves behind and sends a result record; the same launcher can run its program
//! again ([`Launcher`]). So every binary that launches
//! something calls [`launcher_main_if_asked`] as the first thing in `main`.
//!
//! ```no_run
//! use sandbox::{Spec, launch, launcher_main_if_asked, probe};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     launcher_main_if_asked();
//!     let tier = probe().best().ok_or("nothing can be launched here")?;
//!     let (judge, subject) = std::os::unix::net::UnixStream::pair()?;
//!     let mut jailed = launch(tier, &Spec::run("/var/grading/7/subject", "/var/grading/7/work"), subject.into())?;
//!     // … talk to the subject over `judge`, look at /proc/<jailed.pid()> …
//!     jailed.stop();
//!     println!("{tier}: {:?}", jailed.wait().how);
//!     Ok(())
//! }
//! ```
//!
//! What must hold:
//! - Invariant: nothing of the program's reaches the result. It never has the channel that the result comes over, and
//!   a missing or malformed record is [`How::NoResult`], never a guess.
//! - Invariant: a tier is there as a whole or not at all. A step that fails is an error that names it. ([`probe()`] says
//!   which tiers this machine has; SECURITY.md lists the few things that only newer kernels add to them.)
//! - Invariant: no verdict depends on time. The wall limit is a backstop and shows as [`How::WallLimit`].
//! - A sandbox protects the machine, not the verdict: the program may write whatever it likes, on every stream it has.
//!
//! What each tier promises, and what not, is in SECURITY.md. On systems other than Linux there is [`Tier::Limits`] alone,
//! a plain child process: not sandboxed.

#![deny(unsafe_code)]

mod ended;
mod error;
mod limits;
mod output;
mod probe;
mod process;
mod promise;
mod spec;
mod tier;
mod view;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

pub use ended::{Captured, Ended, How};
pub use error::Error;
pub use limits::Limits;
pub use probe::{Probe, probe};
pub use promise::Room;
pub use spec::{Role, Spec, ViewEntry};
pub use tier::Tier;
pub use view::{library_view, toolchain_view};

#[cfg(target_os = "linux")]
pub use linux::{Jailed, Launcher, Observer, Promise, holds_processes, launch, launcher_main_if_asked};
#[cfg(not(target_os = "linux"))]
pub use portable::{Jailed, Launcher, Observer, Promise, holds_processes, launch, launcher_main_if_asked};

/// What a launched program gets as its stdin; for a judged program one end of a socket pair.
#[cfg(unix)]
pub type Stdin = std::os::fd::OwnedFd;
/// What a launched program gets as its stdin.
#[cfg(windows)]
pub type Stdin = std::os::windows::io::OwnedHandle;
