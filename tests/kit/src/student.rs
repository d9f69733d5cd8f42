//! A student's copy of the kit: exercises and companion, without solutions, hidden suites and grader.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;

use crate::class::{copy, write_if_changed};

/// A copy in a folder that stays, so that the next run of the tests builds only what has changed.
pub struct Student(PathBuf);

impl Student {
    /// These exercises as they are given, whatever others the kit has.
    ///
    /// # Panics
    /// Where the machine has no room for it.
    #[must_use]
    pub fn new(folder: PathBuf, slugs: &[&str]) -> Self {
        let kit = crate::kit();
        fs::create_dir_all(&folder).expect("a folder can be made");
        // What earlier tests left: verdicts and answers.
        for old in ["target", "exercises"] {
            let _ = fs::remove_dir_all(folder.join(old));
        }
        // As a release lays them out.
        let stubs = folder.join("companion/stubs");
        fs::create_dir_all(&stubs).expect("a folder can be made");
        for slug in slugs {
            let exercise = kit.join("exercises").join(slug);
            copy(&exercise, &folder.join("exercises").join(slug));
            let stub = fs::read(exercise.join("src/lib.rs")).expect("the exercise has a stub");
            write_if_changed(&stubs.join(format!("{slug}.rs")), &stub);
        }
        let mut manifest = crate::workspace::manifest(&["exercises/*".to_owned()]);
        // In one target folder cargo tells packages of one name in two workspaces apart by their version, not by their path.
        manifest["workspace"]["package"]["version"] = "0.0.0-student".into();
        write_if_changed(&folder.join("Cargo.toml"), manifest.to_string().as_bytes());
        for file in ["rust-toolchain.toml", "Cargo.lock"] {
            // cargo takes out of the lock file what is not needed here; the versions stay.
            if !folder.join(file).exists() {
                write_if_changed(
                    &folder.join(file),
                    &fs::read(kit.join(file)).expect("the kit has this file"),
                );
            }
        }
        Self(folder)
    }

    /// The copy's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The student's file of an exercise.
    #[must_use]
    pub fn library(&self, slug: &str) -> PathBuf {
        self.0.join("exercises").join(slug).join("src/lib.rs")
    }

    /// The student saves the answer of this package of the kit.
    ///
    /// # Panics
    /// Where the kit has no such package.
    pub fn saves(&self, slug: &str, package: &str) {
        let answer =
            fs::read(crate::kit().join(package).join("src/lib.rs")).expect("the kit has this answer");
        // At once: who watches never sees half a file.
        write_if_changed(&self.library(slug), &answer);
    }

    /// `cargo kit`, in this copy. It builds into the target folder of these tests.
    ///
    /// # Panics
    /// Where it does not compile.
    #[must_use]
    pub fn companion(&self) -> Command {
        Self::companion_in(&self.0)
    }

    /// The same in any kit.
    ///
    /// # Panics
    /// Where it does not compile.
    #[must_use]
    pub fn companion_in(kit: &Path) -> Command {
        static COMPANION: OnceLock<PathBuf> = OnceLock::new();
        let built = COMPANION.get_or_init(|| {
            let mut built = crate::build(&crate::kit(), &["build", "--locked", "-p", "kit"]);
            built.pop().expect("cargo names the program that it built").1
        });
        let mut command = crate::program(built);
        command.current_dir(kit).env("CARGO_TARGET_DIR", crate::target());
        command
    }
}
