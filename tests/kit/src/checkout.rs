//! A copy of the whole kit that another exercise may join, with what was built of it: cargo builds only what the exercise changes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// What a copy needs of a checkout; of the corpus nothing.
const PARTS: [&str; 13] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "WRITING.md",
    "exercises",
    "grader",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "solutions",
    "tests/hidden",
];

/// Kinds of files that no build writes into: they are replaced as a whole, so that a second name for them is as good as a copy.
const NEVER_WRITTEN_INTO: [&str; 4] = ["rlib", "rmeta", "so", "a"];

/// A copy that goes when this is dropped.
pub struct Checkout(TempDir);

impl Default for Checkout {
    fn default() -> Self {
        Self::new()
    }
}

impl Checkout {
    /// A copy of this kit as it lies here.
    ///
    /// # Panics
    /// Where the machine has no room for it.
    #[must_use]
    pub fn new() -> Self {
        let kit = crate::kit();
        // What is copied must be there, and complete: the grader, and what it builds of the kit to grade at all.
        let class = crate::Class::new().with_nothing("nobody", "03-ordered-map");
        class.grader().args(["grade", "class", "--exercise", "03"]).assert().success();
        // Beside the target folder, for second names of its files.
        let copy = Self(tempfile::tempdir_in(crate::target()).expect("a temporary folder can be made"));
        for part in PARTS.iter().copied().chain(["tests/kit/Cargo.toml", "tests/kit/src"]) {
            take(&kit.join(part), &copy.folder().join(part));
        }
        let attacks = copy.folder().join("tests/submissions/attacks");
        fs::create_dir_all(&attacks).expect("a folder can be made");
        fs::write(attacks.join("declared.toml"), "").expect("a file can be written");
        // The fingerprints first: where somebody builds meanwhile, what they call done is done.
        for part in [".fingerprint", "build", "deps"] {
            take(&crate::target().join("debug").join(part), &copy.folder().join("target/debug").join(part));
        }
        take(&kit.join("target/grader/debug"), &copy.folder().join("target/grader/debug"));
        copy
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Builds its own grader.
    ///
    /// # Panics
    /// Where it does not compile.
    #[must_use]
    pub fn grader(&self) -> PathBuf {
        // As the copied parts were built: with another setting cargo would build them anew.
        let mut cargo = crate::program("cargo");
        cargo.current_dir(self.folder());
        cargo.args(["build", "--quiet", "-p", "grader", "--bin", "grader"]).assert().success();
        self.folder().join("target/debug/grader")
    }

    /// A program of this copy, in its folder.
    pub fn program(&self, path: impl AsRef<Path>) -> Command {
        let mut command = crate::program(path);
        command.current_dir(self.folder());
        command
    }
}

/// Copies a file or a folder with the times of its files, by which cargo tells what is built.
fn take(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder can be made");
        let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        for entry in entries.map(|entry| entry.expect("the folder can be read")) {
            take(&entry.path(), &to.join(entry.file_name()));
        }
        return;
    }
    fs::create_dir_all(to.parent().unwrap_or(to)).expect("a folder can be made");
    let kind = from.extension().and_then(|kind| kind.to_str());
    let shared = kind.is_some_and(|kind| NEVER_WRITTEN_INTO.contains(&kind));
    if (shared && fs::hard_link(from, to).is_ok()) || is_unneeded(from) {
        return;
    }
    // A build that goes on meanwhile may have removed it.
    if fs::copy(from, to).is_ok() {
        let time = fs::metadata(from).and_then(|data| data.modified());
        let set = time.and_then(|time| File::options().write(true).open(to)?.set_modified(time));
        set.unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    }
}

/// Programs are large and linked anew; the modules that they were linked from are of no use.
fn is_unneeded(file: &Path) -> bool {
    let in_deps = file.parent().is_some_and(|folder| folder.ends_with("deps"));
    in_deps && file.extension().is_none_or(|kind| kind == "o")
}
