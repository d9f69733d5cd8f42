//! The one module that starts processes.
//!
//! On Linux it starts only the calling program: as a probe's child, or as the launcher, a fresh process with a single thread, so that
//! nothing complicated ever happens between a fork of a program with threads and its exec. It needs no code between fork
//! and exec: the launcher gets the channel as its stdin, and everything else through that.

#![expect(clippy::disallowed_methods, reason = "this is the module of this package that may start processes")]

use std::io;
use std::process::{Child, Command, Stdio};

#[cfg(target_os = "linux")]
use std::os::{fd::OwnedFd, unix::process::CommandExt};

/// Starts the calling program again as the launcher, with `channel` as its stdin, a pipe as stderr, no
/// environment and a process group of its own (an interrupt from the terminal is for the caller, who then stops it).
#[cfg(target_os = "linux")]
pub(crate) fn start_launcher(channel: OwnedFd) -> io::Result<Child> {
    Command::new("/proc/self/exe")
        .arg0(crate::linux::LAUNCHER_NAME)
        .arg(crate::linux::LAUNCHER_ARG)
        .env_clear()
        .process_group(0)
        .stdin(Stdio::from(channel))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
}

/// Starts the calling program again with this one argument.
#[cfg(target_os = "linux")]
pub(crate) fn start_again(argument: &str) -> io::Result<Child> {
    Command::new("/proc/self/exe").arg(argument).spawn()
}

/// Starts a program as a plain child: **no sandbox at all**, for systems where there is none.
#[cfg(not(target_os = "linux"))]
pub(crate) fn start_plain(spec: &crate::Spec, stdin: crate::Stdin) -> io::Result<Child> {
    Command::new(&spec.program)
        .args(&spec.args)
        .env_clear()
        .envs(kept_variables())
        .envs(spec.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&spec.work)
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// The few variables without which programs do not start: the system's own place on Windows, the search path elsewhere.
#[cfg(not(target_os = "linux"))]
fn kept_variables() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    ["PATH", "SystemRoot", "TEMP", "TMPDIR"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
}
