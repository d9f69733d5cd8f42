//! The kit under measurement: its compiler, its prepared dependencies, and the exercise's program built by hand.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::Message;
use tempfile::TempDir;

/// The exercise that most is measured on, and its reference answer.
pub(crate) const EXERCISE: &str = "exercises/03-ordered-map";
pub(crate) const ANSWER: &str = "solutions/03-ordered-map";

/// The exercises that there is a hidden suite of, by the names of their folders.
pub(crate) fn all() -> Vec<String> {
    hidden::suites(0).iter().map(|suite| format!("{}-{}", suite.id, suite.name)).collect()
}

/// The kit that this benchmark was built from.
pub(crate) struct Kit {
    pub(crate) root: PathBuf,
    compiler: PathBuf,
    /// The dependencies' libraries by name.
    libraries: HashMap<String, PathBuf>,
}

impl Kit {
    /// Builds what `grader` builds once for all hand-ins.
    pub(crate) fn prepared() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let mut sysroot = command("rustc", &root);
        let sysroot = sysroot.args(["--print", "sysroot"]).output()?;
        let compiler = Path::new(String::from_utf8(sysroot.stdout)?.trim()).join("bin/rustc");
        let mut cargo = command("cargo", &root);
        cargo.args(["build", "--locked", "--quiet", "--message-format=json-render-diagnostics"]);
        cargo.args([
            "--target-dir",
            "target/cost",
            "-p",
            "judge",
            "--features",
            "judge/async",
            "-p",
            "exercise-*",
        ]);
        let output = cargo.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the dependencies could not be built");
        let mut libraries = HashMap::new();
        for message in Message::parse_stream(&output.stdout[..]) {
            let Message::CompilerArtifact(artifact) = message? else { continue };
            let library = artifact.filenames.iter().find(|file| file.extension() == Some("rlib"));
            if let Some(library) = library {
                libraries.insert(artifact.target.name.clone(), library.as_std_path().to_owned());
            }
        }
        Ok(Self { root, compiler, libraries })
    }

    /// The floor: compiles the answer and links it with the adapter, as cargo does for the kit's development builds, with
    /// nothing else that grading does and none of its savings. The program is `subject` in this folder.
    pub(crate) fn compile_and_link(&self) -> Result<TempDir> {
        self.compile_and_link_those("03-ordered-map", &self.root.join(ANSWER).join("src/lib.rs"))
    }

    /// The same, of any answer to an exercise.
    pub(crate) fn compile_and_link_those(&self, exercise: &str, answer: &Path) -> Result<TempDir> {
        let folder = tempfile::tempdir()?;
        let name = format!("exercise_{}", &exercise[..2]);
        let library = format!("{name}={}", folder.path().join(format!("lib{name}.rlib")).display());
        let given = self.given(exercise)?;
        let give_all = |rustc: &mut Command| {
            for library in &given {
                self.give(rustc, library);
            }
        };
        self.rustc(folder.path(), answer, &name, "lib", |rustc| {
            rustc.args(["--emit=metadata,link", "-F", "unsafe_code"]);
            give_all(rustc);
        })?;
        let tests = self.root.join("exercises").join(exercise).join("tests");
        let root = folder.path().join("subject.rs");
        let of_it = |suite: &judge::suite::Suite| suite.id == &exercise[..2] && suite.has_processes();
        let workers = hidden::visible_suites().iter().any(of_it);
        let worker = if workers { "Some(adapter::worker)" } else { "None" };
        let mut text = format!("fn main() {{\n    judge::subject::serve((adapter::call, {worker}))\n}}\n");
        for module in ["adapter", "shared"] {
            let file = tests.join(module).with_extension("rs");
            if file.is_file() {
                let _ = writeln!(text, "#[path = \"{}\"]\nmod {module};", file.display());
            }
        }
        fs::write(&root, text)?;
        self.rustc(folder.path(), &root, "subject", "bin", |rustc| {
            rustc.args(["--emit=link", "--extern", &library]);
            give_all(rustc);
            self.give(rustc, "judge");
        })?;
        Ok(folder)
    }

    /// The libraries that the exercise in this folder gives to an answer.
    fn given(&self, exercise: &str) -> Result<Vec<String>> {
        let manifest = self.root.join("exercises").join(exercise).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(manifest)?.parse()?;
        let given = manifest.get("dependencies").and_then(toml::Value::as_table);
        Ok(given.into_iter().flat_map(toml::Table::keys).map(|name| name.replace('-', "_")).collect())
    }

    fn give<'a>(&self, rustc: &'a mut Command, library: &str) -> &'a mut Command {
        let file = self.libraries.get(library).map(|file| file.display().to_string()).unwrap_or_default();
        rustc.args(["--extern", &format!("{library}={file}")])
    }

    fn rustc(
        &self,
        folder: &Path,
        source: &Path,
        name: &str,
        kind: &str,
        more: impl FnOnce(&mut Command),
    ) -> Result<()> {
        let mut rustc = command(&self.compiler, folder);
        rustc.arg(source).args([&format!("--crate-name={name}"), &format!("--crate-type={kind}")]);
        rustc.args(["--edition=2024", "--out-dir=.", "-Cdebuginfo=limited", "-Ccodegen-units=1"]);
        let libraries = self.root.join("target/cost/debug/deps");
        rustc.arg(format!("-Ldependency={}", libraries.display()));
        more(&mut rustc);
        let output = rustc.output().context("rustc can't be started")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

/// A program that runs in this folder, with nothing to read.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures programs")]
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for variable in ["CARGO_TARGET_DIR", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

/// Opens the folder of a program, and a new scratch folder in it, to others: as root the program runs as somebody else.
pub(crate) fn open_to_others(folder: &Path) -> Result<PathBuf> {
    let scratch = folder.join("scratch");
    fs::create_dir(&scratch)?;
    for path in [folder, &scratch] {
        fs::set_permissions(path, Permissions::from_mode(0o755))?;
    }
    Ok(scratch)
}
