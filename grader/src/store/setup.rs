//! What decides verdicts besides the sources of a hand-in: the judge, the suites, the kit, the toolchain, the seed, the sandbox,
//! and how closely programs are looked at.
//!
//! Gradings with different setups are not one grading: results of one are not used in another, and such stores are not united.
//! The tier of the sandbox decides no verdict, but stands in the document, which must be true of every result in it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use judge::engine::launch::Sight;
use serde::{Deserialize, Serialize};
use toml::Table;

use super::digest::{Digest, files};
use crate::build::Prepared;
use crate::intake::Taken;
use crate::jail::Jail;
use crate::kit::{EXPLORER, Exercise, Kit};

/// The code that judges, as this program was built: see `build.rs`.
mod identity {
    include!(concat!(env!("OUT_DIR"), "/identity.rs"));
}

/// Raised where what follows makes other keys of the same things.
const KEYS: &str = "key/1";

/// A digest of everything that decides the verdict of an exercise of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(pub(super) String);

/// What decides verdicts besides the sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// The version of the grader. It stands in the document, and decides no verdict.
    pub(crate) grader: String,
    /// The judge and the grading pipeline.
    pub(crate) judge: String,
    /// What `rustc -vV` says.
    pub(crate) toolchain: String,
    pub(crate) seed: u64,
    /// The tier of the sandbox.
    pub(crate) sandbox: String,
    /// How closely programs are looked at.
    #[serde(default)]
    pub(crate) sight: Sight,
    /// Why not more closely. It stands in the document, and decides no verdict.
    #[serde(default)]
    pub(crate) sight_reason: Option<String>,
    /// Those that are graded, in order.
    pub(crate) exercises: Vec<OfExercise>,
}

/// What decides the verdicts of one exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfExercise {
    /// `03`.
    pub(crate) id: String,
    /// `ordered-map`.
    pub(crate) name: String,
    /// The hidden suite, as it is part of this program.
    pub(crate) suite: String,
    /// What the checkout gives it: manifest, adapter, the judge's half of the program, versions and profiles.
    pub(crate) kit: String,
}

impl Setup {
    /// Of a grading of the kit's exercises.
    pub(crate) fn new(kit: &Kit, prepared: &Prepared, jail: Jail, seed: u64) -> Result<Self> {
        let exercises =
            kit.exercises.iter().map(|exercise| OfExercise::new(kit, exercise)).collect::<Result<_>>()?;
        Ok(Self {
            grader: env!("CARGO_PKG_VERSION").to_owned(),
            judge: identity::JUDGE.to_owned(),
            toolchain: prepared.toolchain().to_owned(),
            seed,
            sandbox: jail.tier().as_str().to_owned(),
            sight: jail.sight(),
            sight_reason: jail.why_no_more_sight().map(str::to_owned),
            exercises,
        })
    }

    /// The key of these sources as an answer to the exercise with this index.
    pub(crate) fn key(&self, exercise: usize, taken: &Taken) -> Key {
        let OfExercise { id, name, suite, kit } = &self.exercises[exercise];
        let mut digest = Digest::new(KEYS);
        for part in [&self.judge, &self.toolchain, &self.sandbox, id, name, suite, kit] {
            digest = digest.and(part);
        }
        digest = digest.and(self.sight.as_str()).and(self.seed.to_le_bytes());
        Key(match taken {
            Taken::Missing(why) => digest.and("missing").and(why),
            Taken::Refused(why) => digest.and("refused").and(why),
            Taken::Sources(sources) => {
                sources.0.iter().fold(digest.and("sources"), |digest, (path, text)| {
                    digest.and(path.as_os_str().as_encoded_bytes()).and(text)
                })
            }
        }
        .finish())
    }

    /// All that decides the verdicts of this exercise.
    pub(super) fn of(&self, exercise: &str) -> (Option<&OfExercise>, [&str; 4], u64) {
        let of_exercise = self.exercises.iter().find(|one| one.id == exercise);
        (of_exercise, [&self.judge, &self.toolchain, &self.sandbox, self.sight.as_str()], self.seed)
    }

    /// What is not as in another setup, in words; `None` where both give the same verdicts and documents.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let ids = |setup: &Self| {
            setup.exercises.iter().map(|exercise| exercise.id.as_str()).collect::<Vec<_>>().join(", ")
        };
        let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        if self.grader != other.grader {
            return Some(format!("the grader: {} and {}", self.grader, other.grader));
        }
        if self.judge != other.judge {
            return Some("the judge: two builds of the grader from different sources".to_owned());
        }
        if self.toolchain != other.toolchain {
            let (one, another) = (first_line(&self.toolchain), first_line(&other.toolchain));
            let same = "the same version, for another system or of another build";
            return Some(format!(
                "the toolchain: {one} and {}",
                if one == another { same } else { &another }
            ));
        }
        if self.seed != other.seed {
            return Some(format!("the seed: {} and {}", self.seed, other.seed));
        }
        if self.sandbox != other.sandbox {
            return Some(format!("the sandbox: {} and {}", self.sandbox, other.sandbox));
        }
        if self.sight != other.sight {
            return Some(format!("the sight: {} and {}", self.sight.as_str(), other.sight.as_str()));
        }
        if ids(self) != ids(other) {
            return Some(format!("the exercises: {} and {}", ids(self), ids(other)));
        }
        let differs = |(one, other): &(&OfExercise, &OfExercise)| one != other;
        let (one, other) = self.exercises.iter().zip(&other.exercises).find(differs)?;
        let what = if one.suite == other.suite { "adapter, manifest or dependencies" } else { "suite" };
        Some(format!("the {what} of exercise {}", one.id))
    }
}

impl OfExercise {
    fn new(kit: &Kit, exercise: &Exercise) -> Result<Self> {
        let id = exercise.suite.id;
        let suite = identity::SUITES.iter().find(|(number, _)| *number == id);
        let (_, suite) =
            suite.with_context(|| format!("this grader was built without a digest of suite {id}"))?;
        let of_kit = of_kit(kit, exercise).context("the kit can't be read")?;
        Ok(Self {
            id: id.to_owned(),
            name: exercise.suite.name.to_owned(),
            suite: (*suite).to_owned(),
            kit: of_kit,
        })
    }
}

/// The files of the checkout that are compiled into a judged program, or decide how it is.
fn of_kit(kit: &Kit, exercise: &Exercise) -> Result<String> {
    let root = kit.root();
    let folder = exercise.folder();
    let mut paths = vec![PathBuf::from(&folder).join("Cargo.toml")];
    let adapter = exercise.adapter(kit)?;
    paths.extend(adapter.iter().map(|(name, _)| PathBuf::from(&folder).join("tests").join(name)));
    if exercise.explorer(kit)?.is_some() {
        paths.push(PathBuf::from(exercise.hidden_folder()).join(EXPLORER));
        paths.push("grader/explore/Cargo.toml".into());
        paths.extend(files(root, "grader/explore/src", &|_| true)?);
    }
    paths.push("Cargo.lock".into());
    paths.extend(["grader/judge/Cargo.toml", "grader/web/Cargo.toml"].map(PathBuf::from));
    paths.extend(files(root, "grader/forkserver/src", &|_| true)?);
    paths.extend(files(root, "grader/judge/src", &|path| !path.ends_with("engine"))?);
    paths.extend(files(root, "grader/web/src", &|_| true)?);
    let manifest: Table = std::fs::read_to_string(root.join("Cargo.toml"))?.parse()?;
    let profiles = manifest.get("profile").map(ToString::to_string).unwrap_or_default();
    Ok(Digest::new("kit").and_files(root, &paths)?.and(profiles).finish())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::intake::Sources;

    pub(crate) fn setup() -> Setup {
        let exercise = |id: &str| OfExercise {
            id: id.into(),
            name: "test".into(),
            suite: format!("suite {id}"),
            kit: format!("kit {id}"),
        };
        Setup {
            grader: "0.1.0".into(),
            judge: "judge".into(),
            toolchain: "rustc 1.0".into(),
            seed: 0,
            sandbox: "namespaces".into(),
            sight: Sight::Threads,
            sight_reason: None,
            exercises: vec![exercise("01"), exercise("02")],
        }
    }

    fn sources(files: &[(&str, &str)]) -> Taken {
        Taken::Sources(Sources(
            files.iter().map(|(path, text)| (path.into(), text.as_bytes().to_vec())).collect(),
        ))
    }

    #[test]
    fn whatever_decides_a_verdict_makes_another_key() {
        let answer = sources(&[("lib.rs", "one")]);
        let mut keys = std::collections::BTreeSet::new();
        let mut new =
            |setup: &Setup, taken: &Taken| assert!(keys.insert(setup.key(0, taken)), "{taken:?} {setup:?}");
        new(&setup(), &answer);
        new(&setup(), &sources(&[("lib.rs", "other")]));
        new(&setup(), &sources(&[("a.rs", ""), ("lib.rs", "one")]));
        new(&setup(), &sources(&[("b.rs", ""), ("lib.rs", "one")]));
        new(&setup(), &sources(&[("lib.rs", "o"), ("ne", "")]));
        new(&setup(), &Taken::Missing("nothing".into()));
        new(&setup(), &Taken::Refused("one".into()));
        new(&Setup { judge: "newer".into(), ..setup() }, &answer);
        new(&Setup { toolchain: "rustc 1.1".into(), ..setup() }, &answer);
        new(&Setup { seed: 1, ..setup() }, &answer);
        new(&Setup { sandbox: "limits".into(), ..setup() }, &answer);
        new(&Setup { sight: Sight::CpuTime, ..setup() }, &answer);
        let mut changed = setup();
        changed.exercises[0].suite = "newer".into();
        new(&changed, &answer);
        changed = setup();
        changed.exercises[0].kit = "newer".into();
        new(&changed, &answer);
    }

    #[test]
    fn another_exercises_suite_and_the_graders_version_make_the_same_key() {
        let answer = sources(&[("lib.rs", "one")]);
        let mut changed = Setup { grader: "9.9.9".into(), ..setup() };
        changed.exercises[1].suite = "newer".into();
        assert_eq!(changed.key(0, &answer), setup().key(0, &answer));
        assert_ne!(changed.key(1, &answer), setup().key(1, &answer));
    }

    #[test]
    fn a_difference_is_named() {
        let difference = |change: fn(&mut Setup)| {
            let mut other = setup();
            change(&mut other);
            setup().difference(&other)
        };
        assert_eq!(difference(|_| {}), None);
        assert_eq!(difference(|other| other.seed = 7).as_deref(), Some("the seed: 0 and 7"));
        let suite = difference(|other| other.exercises[1].suite = "newer".into());
        assert_eq!(suite.as_deref(), Some("the suite of exercise 02"));
        let toolchain = difference(|other| other.toolchain = "rustc 2.0\nhost: x".into());
        assert_eq!(toolchain.as_deref(), Some("the toolchain: rustc 1.0 and rustc 2.0"));
    }
}
