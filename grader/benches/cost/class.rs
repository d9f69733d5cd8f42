//! Whole classes of all exercises, generated from the corpus: the floor, our grader cold and cached, and the usual way, side by side;
//! and how the cost grows with the class.
//!
//! - The floor: rustc and the linker alone, on the same sources, without anything else.
//! - Cold: `grader grade --out` into an empty folder. Cached: the same command again.
//! - The usual way: `cargo test` in a fresh copy of the kit for each hand-in, as hosted classrooms do. It costs the same for each,
//!   and much: it is measured once, on the reference answer.
//!
//! The class is the same on every machine. Of 20 answers to an exercise 12 are right, 5 wrong, 1 is untouched and 2 do not compile,
//! each with a comment of its own; who is right in one exercise may be wrong in the next. Every tenth hand-in is a copy of the one
//! before, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::grading::{copy, fresh_cargo_test};
use crate::kit::{Kit, all, command};
use crate::measure::{Cost, cost};

const CORPUS: &str = "tests/submissions";

/// The classes' sizes, and the largest that is graded without being asked for.
const SIZES: [usize; 3] = [10, 100, 1_000];
const LARGEST: usize = 100;

/// How many hand-ins the floor is measured on: a round of the class's composition.
const SAMPLE: usize = 20;

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let largest = largest()?;
    let exercises = all();
    let corpora =
        exercises.iter().map(|exercise| Corpus::read(&kit.root, exercise)).collect::<Result<_>>()?;
    let corpora = Corpora(corpora);
    let sample = corpora.class(SAMPLE)?;
    let floor = per(&cost(|| floor(kit, sample.path()))?, SAMPLE);
    // The dependencies are built once for all classes: that is not of this one.
    grade(kit, corpora.class(1)?.path(), tempfile::tempdir()?.path())?;
    let usual = cost(|| fresh_cargo_test(kit, &exercises))?.cpu.as_secs_f64();
    println!("classes on all exercises, generated from the corpus; CPU seconds for each hand-in");
    println!(
        "{:>9} {:>8} {:>8} {:>8} {:>10} {:>12} {:>11} {:>13} {:>12}",
        "hand-ins",
        "floor",
        "cold",
        "cached",
        "usual way",
        "cold/floor",
        "usual/cold",
        "usual/cached",
        "cold, wall s"
    );
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        let class = corpora.class(size)?;
        let results = tempfile::tempdir()?;
        let cold = cost(|| grade(kit, class.path(), results.path()))?;
        let cached = per(&cost(|| grade(kit, class.path(), results.path()))?, size);
        let (each, wall) = (per(&cold, size), cold.wall.as_secs_f64());
        println!(
            "{size:>9} {floor:>8.3} {each:>8.3} {cached:>8.4} {usual:>10.1} {:>12.2} {:>11.0} {:>13.0} {wall:>12.1}",
            each / floor,
            usual / each,
            usual / cached,
        );
    }
    println!("(the start of the grader is in every figure, and shared by the class)\n");
    Ok(())
}

/// `--largest=1000`.
fn largest() -> Result<usize> {
    let given = std::env::args().find_map(|argument| argument.strip_prefix("--largest=").map(str::to_owned));
    given
        .map_or(Ok(LARGEST), |given| given.parse().with_context(|| format!("--largest={given} is no number")))
}

/// For each hand-in.
fn per(cost: &Cost, size: usize) -> f64 {
    cost.cpu.as_secs_f64() / f64::from(u32::try_from(size).unwrap_or(u32::MAX))
}

/// Compiles and links each answer. One that does not compile costs what that costs.
fn floor(kit: &Kit, class: &Path) -> Result<()> {
    for hand_in in fs::read_dir(class)? {
        let exercises = hand_in?.path().join("exercises");
        for exercise in &all() {
            drop(kit.compile_and_link_those(exercise, &exercises.join(exercise).join("src/lib.rs")));
        }
    }
    Ok(())
}

fn grade(kit: &Kit, class: &Path, results: &Path) -> Result<()> {
    let mut grader = command(env!("CARGO_BIN_EXE_grader"), &kit.root);
    let output = grader.arg("grade").arg(class).arg("--out").arg(results).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// What there is of every exercise.
struct Corpora(Vec<Corpus>);

impl Corpora {
    /// A class of so many.
    fn class(&self, size: usize) -> Result<TempDir> {
        let class = tempfile::tempdir()?;
        for student in 0..size {
            // Every tenth has it from the neighbour.
            let author = if student % 10 == 9 { student - 1 } else { student };
            for (number, corpus) in self.0.iter().enumerate() {
                let exercise = class.path().join(format!("s{student:04}/exercises")).join(&corpus.exercise);
                let src = exercise.join("src");
                copy(corpus.answer(author + 7 * number), &src)?;
                let lib = src.join("lib.rs");
                let text = fs::read_to_string(&lib)?;
                fs::write(lib, format!("{text}\n// The answer of s{author:04}.\n"))?;
            }
        }
        Ok(class)
    }
}

/// The `src/` folders of the corpus of an exercise by the kind of answer, in order.
struct Corpus {
    exercise: String,
    right: Vec<PathBuf>,
    wrong: Vec<PathBuf>,
    broken: Vec<PathBuf>,
    stub: PathBuf,
}

impl Corpus {
    fn read(root: &Path, exercise: &str) -> Result<Self> {
        let folder = root.join(CORPUS).join(exercise);
        let mut folders: Vec<PathBuf> =
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        folders.sort();
        let of = |kind: &str| -> Vec<PathBuf> {
            let is = |folder: &&PathBuf| {
                folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(kind))
            };
            let src = |folder: &PathBuf| folder.join("exercises").join(exercise).join("src");
            folders.iter().filter(is).map(src).collect()
        };
        let stub = root.join("exercises").join(exercise).join("src");
        Ok(Self {
            exercise: exercise.to_owned(),
            right: of("right-"),
            wrong: of("wrong-"),
            broken: of("broken-"),
            stub,
        })
    }

    /// The answer with this number.
    fn answer(&self, number: usize) -> &Path {
        let round = number / 20;
        let nth = |answers: &'_ [PathBuf], number: usize| number % answers.len().max(1);
        match number % 20 {
            0..12 => &self.right[nth(&self.right, round * 12 + number % 20)],
            place @ 12..17 => &self.wrong[nth(&self.wrong, round * 5 + place - 12)],
            17 => &self.stub,
            _ => &self.broken[nth(&self.broken, round)],
        }
    }
}
