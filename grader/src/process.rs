//! Starts the toolchain for the kit's own code: the one module of this crate that starts processes. Hand-ins go to `jail`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};

/// Runs `cargo` in the kit, with these flags for every call of rustc, and returns what it printed. Its progress goes to this
/// program's standard error.
pub(crate) fn cargo(kit: &Path, arguments: &[&str], rustc_flags: &[String]) -> Result<Output> {
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(kit).stdin(Stdio::null()).stderr(Stdio::inherit());
    // Set by a cargo that runs this program; they would change what this one builds.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "RUSTFLAGS"] {
        command.env_remove(variable);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", rustc_flags.join("\x1f"));
    command.output().context("`cargo` could not be started: is Rust installed (https://rustup.rs)?")
}

/// Runs a tool of this toolchain. False where there is none, or it failed.
pub(crate) fn tool(sysroot: &Path, tool: &Path, arguments: &[&OsStr]) -> bool {
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    let mut command = Command::new(sysroot.join(tool));
    // Tools do not find the toolchain's libraries by themselves: rustc and rustup tell them like this.
    command.env("LD_LIBRARY_PATH", sysroot.join("lib"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What `rustc` of the toolchain that the kit pins says to this.
pub(crate) fn rustc(kit: &Path, arguments: &[&str]) -> Result<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
    let output = Command::new("rustc").args(arguments).current_dir(kit).stderr(Stdio::inherit()).output();
    let output = output.context("`rustc` could not be started: is Rust installed (https://rustup.rs)?")?;
    anyhow::ensure!(output.status.success(), "`rustc {}` failed", arguments.join(" "));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
