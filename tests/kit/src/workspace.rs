//! Students' copies of the kit: the exercise as it was given, with their own `src/`.

use std::fs;
use std::path::PathBuf;

use toml::{Table, Value};

use crate::class::{copy, write_if_changed};

/// A workspace with a package per student, each the same exercise with other sources.
pub struct Workspace {
    folder: PathBuf,
    /// What each student answered: the name of a package and where its `src/` comes from.
    answers: Vec<(&'static str, String)>,
    exercise: &'static str,
}

impl Workspace {
    /// A workspace of this exercise (its slug) that lies in `folder` and stays there, so that the next run of the tests
    /// builds only what has changed. The answers are packages of the kit.
    #[must_use]
    pub fn new(folder: PathBuf, exercise: &'static str, answers: &[(&'static str, &str)]) -> Self {
        let answers = answers.iter().map(|(student, package)| (*student, (*package).to_owned()));
        Self { folder, answers: answers.collect(), exercise }
    }

    /// Builds everyone's visible tests; returns the programs by the names of the students.
    ///
    /// # Panics
    /// Where something does not compile.
    #[must_use]
    pub fn visible_tests(&self) -> Vec<(String, PathBuf)> {
        let kit = crate::kit();
        fs::create_dir_all(&self.folder).expect("a folder can be made");
        let members: Vec<String> = self.answers.iter().map(|(student, _)| self.member(student)).collect();
        write_if_changed(&self.folder.join("Cargo.toml"), manifest(&members).to_string().as_bytes());
        let toolchain = fs::read(kit.join("rust-toolchain.toml")).expect("the kit pins its toolchain");
        write_if_changed(&self.folder.join("rust-toolchain.toml"), &toolchain);
        let lock = fs::read(kit.join("Cargo.lock")).expect("the kit has a lock file");
        if !self.folder.join("Cargo.lock").exists() {
            // cargo takes out what is not needed here; the versions stay.
            write_if_changed(&self.folder.join("Cargo.lock"), &lock);
        }
        for (student, package) in &self.answers {
            let folder = self.folder.join(self.member(student));
            copy(&kit.join("exercises").join(self.exercise).join("tests"), &folder.join("tests"));
            copy(&kit.join(package).join("src"), &folder.join("src"));
            write_if_changed(&folder.join("Cargo.toml"), self.package(student).to_string().as_bytes());
        }
        crate::build(&self.folder, &["test", "--no-run", "--workspace", "--test", "visible"])
    }

    /// Where a student's package lies: messages name paths from `exercises/` on.
    fn member(&self, student: &str) -> String {
        format!("{student}/exercises/{}", self.exercise)
    }

    /// The exercise's manifest under another package name; the library's name stays.
    fn package(&self, student: &str) -> Table {
        let exercise = crate::kit().join("exercises").join(self.exercise);
        let mut manifest = read(&exercise.join("Cargo.toml"));
        let package = table(&mut manifest, "package");
        let name = package.insert("name".into(), student.into()).expect("a package has a name");
        let library = name.as_str().expect("a name is text").replace('-', "_");
        table(&mut manifest, "lib").insert("name".into(), library.into());
        manifest
    }
}

/// The kit's manifest, with other members.
pub(crate) fn manifest(members: &[String]) -> Table {
    let kit = crate::kit();
    let mut manifest = read(&kit.join("Cargo.toml"));
    let workspace = table(&mut manifest, "workspace");
    workspace.retain(|key, _| matches!(key, "resolver" | "package" | "dependencies" | "lints"));
    workspace.insert("members".into(), Value::from(members.to_vec()));
    let dependencies = table(workspace, "dependencies");
    dependencies.retain(|_, dependency| dependency.get("path").is_none());
    // What adapters are given.
    for package in ["judge", "web"] {
        let path = kit.join("grader").join(package);
        let path = Value::from(path.to_str().expect("the kit's path is valid UTF-8"));
        dependencies.insert(package.into(), Value::Table(Table::from_iter([("path".to_owned(), path)])));
    }
    manifest
}

fn read(path: &std::path::Path) -> Table {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table<'a>(of: &'a mut Table, key: &str) -> &'a mut Table {
    of.get_mut(key).and_then(Value::as_table_mut).unwrap_or_else(|| panic!("a manifest without [{key}]"))
}
