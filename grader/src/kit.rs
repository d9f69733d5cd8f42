//! The pristine kit: the checkout that holds the exercises' manifests, adapters and suites.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use judge::suite::Suite;

/// What an exercise's adapter and checks both need. It lies beside them, and an exercise may do without.
pub(crate) const SHARED: &str = "shared.rs";

/// The adapter of a crate that is compiled for exploring. It lies beside the hidden suite, and most exercises do without.
pub(crate) const EXPLORER: &str = "explore.rs";

/// A file of an adapter: its name, and its text.
pub(crate) type AdapterFile = (&'static str, String);

/// A checkout of the kit.
pub(crate) struct Kit {
    root: PathBuf,
    /// The exercises with their hidden suites, in order.
    pub(crate) exercises: Vec<Exercise>,
    /// Those that were not selected: nothing is graded of them.
    others: Vec<Exercise>,
}

/// An exercise of the kit.
pub(crate) struct Exercise {
    /// Its hidden suite, with its number and name.
    pub(crate) suite: Suite,
}

impl Exercise {
    /// `03-ordered-map`.
    pub(crate) fn slug(&self) -> String {
        format!("{}-{}", self.suite.id, self.suite.name)
    }

    /// `exercises/03-ordered-map`, as it lies in the kit and in a hand-in.
    pub(crate) fn folder(&self) -> String {
        format!("exercises/{}", self.slug())
    }

    /// The package, `exercise-03`.
    pub(crate) fn package(&self) -> String {
        format!("exercise-{}", self.suite.id)
    }

    /// The library's name, `exercise_03`.
    pub(crate) fn library(&self) -> String {
        format!("exercise_{}", self.suite.id)
    }

    /// The folder of its hidden suite, `tests/hidden/03-ordered-map`.
    pub(crate) fn hidden_folder(&self) -> String {
        format!("tests/hidden/{}", self.slug())
    }

    /// Its pristine adapter: the files of its folder `tests` that are compiled into a judged program, the adapter itself first, then
    /// what it shares with the checks if there is such a file.
    pub(crate) fn adapter(&self, kit: &Kit) -> Result<Vec<AdapterFile>> {
        let tests = kit.root.join(self.folder()).join("tests");
        std::iter::once(read(&tests, "adapter.rs")).chain(shared(&tests)).collect()
    }

    /// The adapter for exploring, with what it shares with the checks; `None` where the exercise is not explored.
    pub(crate) fn explorer(&self, kit: &Kit) -> Result<Option<Vec<AdapterFile>>> {
        let hidden = kit.root.join(self.hidden_folder());
        if !hidden.join(EXPLORER).is_file() {
            return Ok(None);
        }
        let tests = kit.root.join(self.folder()).join("tests");
        std::iter::once(read(&hidden, EXPLORER)).chain(shared(&tests)).collect::<Result<_>>().map(Some)
    }
}

impl Kit {
    /// The kit at `root`, or else the one that this program was built from.
    pub(crate) fn find(root: Option<PathBuf>, seed: u64) -> Result<Self> {
        let root = root.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
        ensure!(
            root.join("exercises").is_dir() && root.join("Cargo.lock").is_file(),
            "{} is not a checkout of the kit: it holds no `exercises` folder and `Cargo.lock`; name one with --kit",
            root.display()
        );
        let exercises = hidden::suites(seed).into_iter().map(|suite| Exercise { suite }).collect();
        Ok(Self { root: root.canonicalize()?, exercises, others: Vec::new() })
    }

    /// Its root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The exercises' names, as `03-ordered-map`.
    pub(crate) fn slugs(&self) -> Vec<String> {
        self.exercises.iter().map(Exercise::slug).collect()
    }

    /// All exercises, in order, whichever are selected.
    pub(crate) fn everything(&self) -> Vec<&Exercise> {
        let mut all: Vec<_> = self.exercises.iter().chain(&self.others).collect();
        all.sort_by_key(|exercise| exercise.suite.id);
        all
    }

    /// Takes the visible suites in place of the hidden ones.
    pub(crate) fn as_given_to_students(&mut self) {
        self.exercises = hidden::visible_suites().into_iter().map(|suite| Exercise { suite }).collect();
    }

    /// Keeps the exercises with these numbers (`03`, `3` or `03-ordered-map`); all where none is named.
    pub(crate) fn select(&mut self, wanted: &[String]) -> Result<()> {
        for name in wanted {
            let known = self.exercises.iter().any(|exercise| is_named(exercise, name));
            ensure!(known, "there is no exercise `{name}`; the kit has {}", self.slugs().join(", "));
        }
        if !wanted.is_empty() {
            let is_wanted = |exercise: &mut Exercise| wanted.iter().any(|name| is_named(exercise, name));
            let selected = self.exercises.extract_if(.., is_wanted).collect();
            self.others.extend(std::mem::replace(&mut self.exercises, selected));
        }
        Ok(())
    }
}

fn shared(tests: &Path) -> Option<Result<AdapterFile>> {
    tests.join(SHARED).is_file().then(|| read(tests, SHARED))
}

fn read(folder: &Path, name: &'static str) -> Result<AdapterFile> {
    let file = folder.join(name);
    let text = std::fs::read_to_string(&file);
    Ok((name, text.with_context(|| format!("{} can't be read", file.display()))?))
}

fn is_named(exercise: &Exercise, name: &str) -> bool {
    let number = format!("{name:0>2}");
    exercise.suite.id == number || exercise.slug() == name || exercise.suite.name == name
}
