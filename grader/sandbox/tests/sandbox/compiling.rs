//! A real compiler in the sandbox: rustc compiles and links with the view that is documented, and what it is given to
//! compile reads nothing else.

#![expect(clippy::disallowed_methods, reason = "rustc is asked where its files are")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use sandbox::{Ended, How, Spec, Tier, ViewEntry, toolchain_view};

use crate::stage::{Running, SECRET, Stage};
use crate::trials::{Bench, FENCED, ensure, expect_how};

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    let mut trials = bench.each("compiling::hello_world", &FENCED, hello_world);
    trials.extend(bench.each("compiling::include_a_secret", &FENCED, include_a_secret));
    trials.extend(bench.each("compiling::endless_constant", &FENCED, endless_constant));
    trials
}

fn sysroot() -> Result<PathBuf, String> {
    static SYSROOT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    SYSROOT
        .get_or_init(|| {
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let output = Command::new(rustc)
                .args(["--print", "sysroot"])
                .output()
                .map_err(|error| error.to_string())?;
            let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            if output.status.success() {
                Ok(path.into())
            } else {
                Err(format!("rustc has no sysroot: {output:?}"))
            }
        })
        .clone()
}

/// Compiles this text to `program` in the work directory.
fn compile(tier: Tier, stage: &Stage, source: &str, cpu_seconds: u64) -> Result<Ended, String> {
    let sysroot = sysroot()?;
    fs::create_dir(stage.path("src")).map_err(|error| error.to_string())?;
    fs::write(stage.path("src/main.rs"), source).map_err(|error| error.to_string())?;
    let mut view = toolchain_view(&sysroot);
    view.push(ViewEntry::at(stage.path("src"), "/src"));
    let mut spec = Spec::compile(sysroot.join("bin/rustc"), stage.path("work"), view);
    spec.limits.cpu_seconds = cpu_seconds;
    let inside = |path: PathBuf| spec.path_in(tier, &path).map_err(|error| error.to_string());
    let (source, program) = (inside(stage.path("src/main.rs"))?, inside(stage.path("work/program"))?);
    let edition = "--edition=2024".into();
    spec.args = vec![edition, "-o".into(), program.into(), source.into()];
    Ok(Running::to_the_end(tier, &spec))
}

fn hello_world(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let ended = compile(tier, &stage, "fn main() { println!(\"hello from inside\"); }", 60)?;
    expect_how(&ended, How::Exit(0))?;
    // Out of the directory that the compiler could write to, before it is run.
    let program = stage.path("program");
    fs::copy(stage.path("work/program"), &program).map_err(|error| error.to_string())?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())?;
    fs::create_dir(stage.path("run")).map_err(|error| error.to_string())?;
    let ended = Running::to_the_end(tier, &Spec::run(program, stage.path("run")));
    expect_how(&ended, How::Exit(0))?;
    ensure(ended.stdout.text() == "hello from inside\n", ended.stdout.text())
}

fn include_a_secret(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let secret = stage.path("secret");
    let source = format!("compile_error!(include_str!(\"{}\")); fn main() {{}}", secret.display());
    let ended = compile(tier, &stage, &source, 60)?;
    expect_how(&ended, How::Exit(1))?;
    ensure(ended.stderr.text().contains("couldn't read"), ended.stderr.text())?;
    ensure(!ended.stderr.text().contains(SECRET), "the secret got out")
}

fn endless_constant(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let source = "#![allow(long_running_const_eval)] const X: () = loop {}; fn main() { X }";
    expect_how(&compile(tier, &stage, source, 1)?, How::Signal(Signal::SIGXCPU as i32))
}
