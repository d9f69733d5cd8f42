//! What the end-to-end tests share: the real programs in a scrubbed environment, and folders of hand-ins.
//!
//! Invariant: a program under test sees the variables named here and no others, so that nobody's settings change a result.

mod checkout;
mod class;
mod student;
mod workspace;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
pub use checkout::Checkout;
pub use class::Class;
pub use student::Student;
pub use workspace::Workspace;

/// What the toolchain needs to find itself and its downloads.
const KEPT: [&str; 5] = ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "CARGO_NET_OFFLINE"];

/// The kit's root folder.
///
/// # Panics
/// Where the kit is gone.
#[must_use]
pub fn kit() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the kit lies where these tests were built")
}

/// A program with no variables but those that the toolchain needs.
pub fn program(path: impl AsRef<Path>) -> Command {
    let mut command = Command::new(path.as_ref());
    command.env_clear();
    for variable in KEPT {
        if let Some(value) = std::env::var_os(variable) {
            command.env(variable, value);
        }
    }
    command
}

/// The real `grader`, built by the first test that asks for it.
///
/// # Panics
/// Where it does not compile.
pub fn grader() -> Command {
    static GRADER: OnceLock<PathBuf> = OnceLock::new();
    let built = GRADER.get_or_init(|| {
        let mut built = build(&kit(), &["build", "--locked", "-p", "grader", "--bin", "grader"]);
        built.pop().expect("cargo names the program that it built").1
    });
    program(built)
}

/// The visible tests of an exercise of the kit, by its package, as a student who has just begun has them.
///
/// # Panics
/// Where they don't compile.
#[must_use]
pub fn visible_tests(package: &str) -> PathBuf {
    build(&kit(), &["test", "--locked", "--no-run", "-p", package, "--test", "visible"])
        .pop()
        .expect("cargo names the test target that it built")
        .1
}

/// Builds in `folder`, into the target folder that these tests were built into, so that dependencies are built once.
/// Returns the programs with the names of their packages.
fn build(folder: &Path, arguments: &[&str]) -> Vec<(String, PathBuf)> {
    let mut cargo = program("cargo");
    cargo.current_dir(folder).args(arguments).args(["--quiet", "--message-format=json-render-diagnostics"]);
    cargo.arg("--target-dir").arg(target());
    let output = cargo.output().expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {} failed:\n{errors}", arguments.join(" "));
    let messages = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let messages = messages.map(|line| serde_json::from_slice(line).expect("cargo prints JSON lines"));
    messages
        .filter_map(|message: serde_json::Value| {
            let program = message["executable"].as_str()?;
            // `path+file:///FOLDER#NAME@VERSION`
            let (_, package) = message["package_id"].as_str()?.rsplit_once('#')?;
            let name = package.split('@').next()?;
            Some((name.to_owned(), PathBuf::from(program)))
        })
        .collect()
}

/// The target folder of this build: a test binary lies in `<target>/<profile>/deps`.
fn target() -> PathBuf {
    let program = std::env::current_exe().expect("the system tells where this program lies");
    program.ancestors().nth(3).expect("cargo puts tests below a target folder").to_owned()
}
