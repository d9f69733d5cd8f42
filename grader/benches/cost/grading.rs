//! Grading a hand-in against compiling and linking it, and against a fresh `cargo test`.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::kit::{ANSWER, EXERCISE, Kit, command};
use crate::measure::{cost, cpu, in_turns, median, wall};

const ROUNDS: usize = 7;

/// The hand-ins of the larger class.
const CLASS: u8 = 9;

/// Measures against the floor and prints.
pub(crate) fn against_the_floor(kit: &Kit) -> Result<()> {
    let (one, many) = (class(kit, 1)?, class(kit, CLASS)?);
    grade(kit, one.path())?;
    let [floor, alone, class] = in_turns(
        ROUNDS,
        [&|| kit.compile_and_link().map(drop), &|| grade(kit, one.path()), &|| grade(kit, many.path())],
    )?;
    println!("grading the reference answer of exercise 03; medians of {ROUNDS}, in turns");
    println!("{:<58} {:>8} {:>8} {:>8}", "", "CPU s", "wall s", "ratio");
    let row = |name: &str, cpu: Vec<f64>, wall: Vec<f64>| {
        let ratio =
            median(cpu.iter().zip(crate::measure::cpu(&floor)).map(|(cpu, floor)| cpu / floor).collect());
        println!("{name:<58} {:>8.3} {:>8.3} {ratio:>8.2}", median(cpu), median(wall));
    };
    row("compiling and linking it alone (the floor)", cpu(&floor), wall(&floor));
    row("grading it alone, the start of the grader included", cpu(&alone), wall(&alone));
    row(
        &format!("grading one more in a class of {CLASS} (at most 1.5)"),
        one_more(&cpu(&class), &cpu(&alone)),
        one_more(&wall(&class), &wall(&alone)),
    );
    println!();
    Ok(())
}

/// Measures against a fresh `cargo test`, once, since that takes long, and prints.
pub(crate) fn against_a_fresh_test(kit: &Kit) -> Result<()> {
    let (one, many) = (class(kit, 1)?, class(kit, CLASS)?);
    let [alone, class] = in_turns(1, [&|| grade(kit, one.path()), &|| grade(kit, many.path())])?;
    let fresh = cost(|| fresh_cargo_test(kit, &["03-ordered-map".to_owned()]))?;
    let graded = median(one_more(&cpu(&class), &cpu(&alone)));
    let (cpu, wall) = (fresh.cpu.as_secs_f64(), fresh.wall.as_secs_f64());
    println!("a fresh `cargo test` of the same answer, once: {cpu:.1} s CPU, {wall:.1} s wall");
    println!("that is {:.0} times the CPU of grading it in a class (at least 20)\n", cpu / graded);
    Ok(())
}

/// What each hand-in but the first adds, round by round.
fn one_more(class: &[f64], alone: &[f64]) -> Vec<f64> {
    class.iter().zip(alone).map(|(class, alone)| (class - alone) / f64::from(CLASS - 1)).collect()
}

/// A class that hands in the reference answer so many times, each with a comment of its own: equal sources are judged once.
fn class(kit: &Kit, hand_ins: u8) -> Result<TempDir> {
    let class = tempfile::tempdir()?;
    for student in 0..hand_ins {
        let sources = class.path().join(format!("s{student}")).join(EXERCISE);
        copy(&kit.root.join(ANSWER).join("src"), &sources.join("src"))?;
        let lib = sources.join("src/lib.rs");
        let text = fs::read_to_string(&lib)?;
        fs::write(lib, format!("{text}\n// The answer of s{student}.\n"))?;
    }
    Ok(class)
}

fn grade(kit: &Kit, class: &Path) -> Result<()> {
    let mut grader = command(env!("CARGO_BIN_EXE_grader"), &kit.root);
    let output = grader.arg("grade").arg(class).args(["--exercise", "03", "--fail-under", "100"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// What a hosted classroom does: a checkout with the student's answers to these exercises, and an empty target folder.
pub(crate) fn fresh_cargo_test(kit: &Kit, exercises: &[String]) -> Result<()> {
    let checkout = tempfile::tempdir()?;
    for part in ["exercises", "grader", "solutions", "tests/hidden", "tests/kit"] {
        copy(&kit.root.join(part), &checkout.path().join(part))?;
    }
    for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(kit.root.join(file), checkout.path().join(file))?;
    }
    let mut cargo = command("cargo", checkout.path());
    cargo.args(["test", "--locked", "--quiet"]);
    for exercise in exercises {
        let answer = kit.root.join("solutions").join(exercise).join("src");
        copy(&answer, &checkout.path().join("exercises").join(exercise).join("src"))?;
        cargo.args(["-p", &format!("exercise-{}", &exercise[..2])]);
    }
    let output = cargo.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Copies a folder of files and folders.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
