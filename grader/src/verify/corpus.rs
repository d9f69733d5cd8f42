//! The corpus: `tests/submissions/NN-slug/declared.toml` is the one place that says what each hand-in beside it must get, and
//! `tests/submissions/attacks/declared.toml` does so for the hostile ones, which may be of any exercise.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::harm::Harm;
use crate::kit::{Exercise, Kit};
use crate::record::Verdict;

/// The folder of the hostile hand-ins.
const ATTACKS: &str = "attacks";

/// Something whose verdict is known beforehand.
pub(crate) struct Subject {
    pub(crate) name: String,
    /// Its package lies at `package` below `root`.
    pub(crate) root: PathBuf,
    pub(crate) package: String,
    pub(crate) expected: Expected,
    /// Whether the compiler may have nothing to say.
    pub(crate) must_not_warn: bool,
    /// Whether it is of the attacks: no code to run without a sandbox.
    pub(crate) hostile: bool,
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
    /// The weakest sandbox in which this must hold; without it the hand-in is not run.
    pub(crate) needs: Option<String>,
    /// Whether chance or load decides which checks it fails (a race that it mostly wins, spinning that starves others): then
    /// `cargo test` may miss what the grader sees.
    #[serde(default)]
    pub(crate) by_chance: bool,
    /// What must not have happened afterwards.
    #[serde(default)]
    pub(crate) harm: Vec<Harm>,
    /// What the learner thought.
    pub(crate) about: String,
}

impl Declared {
    fn pass() -> Self {
        Self {
            verdict: Verdict::Pass.as_str().into(),
            category: None,
            status: None,
            checks: None,
            needs: None,
            by_chance: false,
            harm: Vec::new(),
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
        hostile: false,
    };
    let handed_in = |(name, (root, declared)), hostile| Subject {
        name,
        root,
        package: exercise.folder(),
        expected: Expected::Declared(declared),
        must_not_warn: false,
        hostile,
    };
    let mut subjects = vec![
        of_kit("stub", "exercises", Expected::NotDone),
        of_kit("solution", "solutions", Expected::Declared(Declared::pass())),
    ];
    subjects.extend(declared(kit.root(), &slug)?.into_iter().map(|one| handed_in(one, false)));
    // Those of this exercise, whatever they are: an attack may be a link.
    let mut attacks = declared(kit.root(), ATTACKS)?;
    attacks.retain(|_, (root, _)| fs::symlink_metadata(root.join(exercise.folder())).is_ok());
    subjects.extend(attacks.into_iter().map(|one| handed_in(one, true)));
    Ok(subjects)
}

/// The hand-ins of a folder of the corpus: where they lie and what they must get.
pub(crate) fn declared(root: &Path, folder: &str) -> Result<BTreeMap<String, (PathBuf, Declared)>> {
    let corpus = root.join("tests/submissions").join(folder);
    let file = corpus.join("declared.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let declared = read(&text).with_context(|| format!("{} is not understood", file.display()))?;
    let mut undeclared = folders(&corpus)?;
    undeclared.retain(|name| !declared.contains_key(name));
    ensure!(undeclared.is_empty(), "{} does not declare {}", file.display(), undeclared.join(", "));
    let there = declared.into_iter().map(|(name, declared)| {
        let root = corpus.join(&name);
        ensure!(
            root.join("exercises").is_dir(),
            "{} declares `{name}`, and there is no such hand-in",
            file.display()
        );
        Ok((name, (root, declared)))
    });
    there.collect()
}

fn read(text: &str) -> Result<BTreeMap<String, Declared>> {
    let declared: BTreeMap<String, Declared> = toml::from_str(text)?;
    for (name, Declared { needs, .. }) in &declared {
        if let Some(needs) = needs {
            ensure!(strength(needs).is_some(), "`{name}` needs `{needs}`, which is no sandbox");
        }
    }
    Ok(declared)
}

/// How strong a sandbox is, by its name.
fn strength(sandbox: &str) -> Option<usize> {
    ["none", "limits", "landlock", "namespaces"].iter().position(|name| *name == sandbox)
}

impl Subject {
    /// The sandbox that it needs, where this one is weaker.
    pub(crate) fn needs_more_than(&self, sandbox: &str) -> Option<&str> {
        let Expected::Declared(Declared { needs: Some(needs), .. }) = &self.expected else { return None };
        (strength(sandbox) < strength(needs)).then_some(needs)
    }

    /// Whether its exact checks are declared, and no luck decides them: then what its author is told is kept.
    pub(super) fn is_well_known(&self) -> bool {
        matches!(&self.expected, Expected::Declared(declared) if declared.checks.is_some() && !declared.by_chance)
    }

    /// What must not have happened afterwards.
    pub(crate) fn harm(&self) -> &[Harm] {
        match &self.expected {
            Expected::NotDone => &[],
            Expected::Declared(declared) => &declared.harm,
        }
    }
}

fn folders(corpus: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(corpus).with_context(|| format!("{} can't be read", corpus.display()))?;
    let folders = entries.flatten().filter(|entry| entry.path().is_dir());
    Ok(folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

/// A subject declared so.
#[cfg(test)]
pub(super) fn subject(text: &str) -> Subject {
    let (name, declared) = read(text).expect("it is understood").pop_first().expect("it declares one");
    let expected = Expected::Declared(declared);
    Subject {
        name,
        root: PathBuf::new(),
        package: String::new(),
        expected,
        must_not_warn: false,
        hostile: true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ATTACK: &str =
        "[attack-a]\nverdict = \"pass\"\nneeds = \"landlock\"\nharm = [{ told = \"x\" }]\nabout = \"\"";

    #[test]
    fn an_attack_runs_in_the_sandbox_that_it_needs_and_in_stronger_ones() {
        let attack = subject(ATTACK);
        assert_eq!(attack.needs_more_than("none"), Some("landlock"));
        assert_eq!(attack.needs_more_than("limits"), Some("landlock"));
        assert_eq!(attack.needs_more_than("landlock"), None);
        assert_eq!(attack.needs_more_than("namespaces"), None);
        assert_eq!(attack.harm().len(), 1);
    }

    #[test]
    fn a_word_that_is_not_known_is_an_error() {
        for (right, wrong) in [("landlock", "bubblewrap"), ("needs", "need"), ("told", "tells")] {
            assert!(read(&ATTACK.replace(right, wrong)).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_declaration_is_read_or_refused(
            text in any::<String>(),
            cut in 0..ATTACK.len(),
            junk in "[\\[\\]{}=\"',\n\\\\a0.-]{0,12}",
        ) {
            let _ = read(&text);
            let _ = read(&format!("{}{junk}{}", &ATTACK[..cut], &ATTACK[cut..]));
        }
    }
}
