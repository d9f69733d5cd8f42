//! The Linux implementation. The caller's side is `jailed` (with `channel`, `order` and `record` for the way to the
//! launcher, `observe` for looking at the program); everything else runs in the launcher:
//!
//! ```text
//! launcher ── descriptors, then by tier
//!   namespaces: unshare ── fork: outer launcher waits │ init (pid 1): mounts, privileges, supervise
//!   otherwise:                                         │ privileges, supervise
//! supervise ── for each run, fork: watches, sweeps, reports │ inmate: limits, fence (Landlock), filter (seccomp), exec
//!   or once, where the program can be forked: that inmate is a template, and each run a fork of it
//! ```

mod cage;
mod capabilities;
mod cgroups;
mod channel;
mod decision;
mod descriptors;
mod failure;
mod fence;
mod filter;
mod inmate;
mod jailed;
mod launcher;
mod mounts;
mod namespaces;
mod observe;
mod order;
mod privileges;
mod promise;
mod record;
mod rlimits;
mod supervise;
mod sweep;
mod syscalls;
mod template;
mod tree;
mod workdir;

pub(crate) use cage::Cage;
pub use jailed::{Jailed, Launcher, launch};
pub use launcher::launcher_main_if_asked;
pub(crate) use launcher::{LAUNCHER_ARG, LAUNCHER_NAME};
pub use observe::Observer;
pub use promise::Promise;
pub use tree::holds_processes;
