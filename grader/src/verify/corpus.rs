//! The corpus: `tests/submissions/NN-slug/declared.toml` is the one place that says what each hand-in beside it must get.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::kit::{Exercise, Kit};
use crate::record::Verdict;

/// Something whose verdict is known beforehand.
pub(crate) struct Subject {
    pub(crate) name: String,
    /// Its package lies at `package` below `root`.
    pub(crate) root: PathBuf,
    pub(crate) package: String,
    pub(crate) expected: Expected,
    /// Whether the compiler may have nothing to say.
    pub(crate) must_not_warn: bool,
}

/// What a subject must get.
pub(crate) enum Expected {
    /// Every check says that it is not done yet.
    NotDone,
    /// Its declared verdict.
    Declared(Declared),
}

/// An entry of `declared.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Declared {
    pub(crate) verdict: String,
    /// With `fail`: the category of a check that must not pass, and the status that it must have.
    pub(crate) category: Option<String>,
    pub(crate) status: Option<String>,
    /// With `fail`: exactly these checks do not pass.
    pub(crate) checks: Option<Vec<String>>,
    /// What the learner thought.
    #[expect(dead_code, reason = "for whoever reads the corpus")]
    about: String,
}

impl Declared {
    fn pass() -> Self {
        Self {
            verdict: Verdict::Pass.as_str().into(),
            category: None,
            status: None,
            checks: None,
            about: String::new(),
        }
    }
}

/// The stub, the solution and the corpus of an exercise.
pub(crate) fn subjects(kit: &Kit, exercise: &Exercise) -> Result<Vec<Subject>> {
    let slug = exercise.slug();
    let of_kit = |name: &str, folder: &str, expected| Subject {
        name: name.to_owned(),
        root: kit.root().to_owned(),
        package: format!("{folder}/{slug}"),
        expected,
        must_not_warn: true,
    };
    let mut subjects = vec![
        of_kit("stub", "exercises", Expected::NotDone),
        of_kit("solution", "solutions", Expected::Declared(Declared::pass())),
    ];
    let corpus = kit.root().join("tests/submissions").join(&slug);
    let file = corpus.join("declared.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let declared: BTreeMap<String, Declared> =
        toml::from_str(&text).with_context(|| format!("{} is not understood", file.display()))?;
    let mut undeclared = folders(&corpus)?;
    undeclared.retain(|name| !declared.contains_key(name));
    ensure!(undeclared.is_empty(), "{} does not declare {}", file.display(), undeclared.join(", "));
    for (name, declared) in declared {
        let root = corpus.join(&name);
        ensure!(root.is_dir(), "{} declares `{name}`, and there is no such folder", file.display());
        let expected = Expected::Declared(declared);
        subjects.push(Subject { name, root, package: exercise.folder(), expected, must_not_warn: false });
    }
    Ok(subjects)
}

fn folders(corpus: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(corpus).with_context(|| format!("{} can't be read", corpus.display()))?;
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    Ok(folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}
