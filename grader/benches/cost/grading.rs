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

/// Measures and prints.
pub(crate) fn measure(kit: &Kit) -> Result<()> {
    let (one, many) = (class(kit, 1)?, class(kit, CLASS)?);
    grade(kit, one.path())?;
    let [floor, alone, class] = in_turns(
        ROUNDS,
        [&|| kit.compile_and_link().map(drop), &|| grade(kit, one.path()), &|| grade(kit, many.path())],
    )?;
    let fresh = cost(|| fresh_cargo_test(kit))?;

    let per_hand_in: Vec<f64> = cpu(&class)
        .iter()
        .zip(cpu(&alone))
        .map(|(class, alone)| (class - alone) / f64::from(CLASS - 1))
        .collect();
    let ratio = |of: &[f64], by: &[f64]| median(of.iter().zip(by).map(|(of, by)| of / by).collect());
    println!("grading one hand-in of exercise 03, the reference answer; medians of {ROUNDS}, in turns");
    println!("{:<58} {:>8} {:>8} {:>8}", "", "CPU s", "wall s", "ratio");
    let row = |name: &str, cpu: f64, wall: f64, ratio: f64| {
        println!("{name:<58} {cpu:>8.3} {wall:>8.3} {ratio:>8.2}");
    };
    let floor_cpu = cpu(&floor);
    row("compiling and linking it alone (the floor)", median(floor_cpu.clone()), median(wall(&floor)), 1.0);
    row(
        "grading it alone, the start of the grader included",
        median(cpu(&alone)),
        median(wall(&alone)),
        ratio(&cpu(&alone), &floor_cpu),
    );
    let seconds: Vec<f64> = wall(&class)
        .iter()
        .zip(wall(&alone))
        .map(|(class, alone)| (class - alone) / f64::from(CLASS - 1))
        .collect();
    row(
        &format!("grading one more in a class of {CLASS} (at most 1.5)"),
        median(per_hand_in.clone()),
        median(seconds),
        ratio(&per_hand_in, &floor_cpu),
    );
    let fresh_cpu = fresh.cpu.as_secs_f64();
    row(
        "a fresh `cargo test` of it (once)",
        fresh_cpu,
        fresh.wall.as_secs_f64(),
        fresh_cpu / median(floor_cpu),
    );
    println!(
        "a fresh `cargo test` costs {:.0} times as much CPU as grading it in a class (at least 20)\n",
        fresh_cpu / median(per_hand_in)
    );
    Ok(())
}

/// A class that hands in the reference answer so many times.
fn class(kit: &Kit, hand_ins: u8) -> Result<TempDir> {
    let class = tempfile::tempdir()?;
    for student in 0..hand_ins {
        let sources = class.path().join(format!("s{student}")).join(EXERCISE);
        copy(&kit.root.join(ANSWER).join("src"), &sources.join("src"))?;
    }
    Ok(class)
}

fn grade(kit: &Kit, class: &Path) -> Result<()> {
    let mut grader = command(env!("CARGO_BIN_EXE_grader"), &kit.root);
    let output = grader.arg("grade").arg(class).args(["--exercise", "03", "--fail-under", "100"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}

/// What a hosted classroom does: a checkout with the student's answer, and an empty target folder.
fn fresh_cargo_test(kit: &Kit) -> Result<()> {
    let checkout = tempfile::tempdir()?;
    for part in ["exercises", "grader", "solutions", "tests/hidden", "tests/kit"] {
        copy(&kit.root.join(part), &checkout.path().join(part))?;
    }
    for file in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(kit.root.join(file), checkout.path().join(file))?;
    }
    copy(&kit.root.join(ANSWER).join("src"), &checkout.path().join(EXERCISE).join("src"))?;
    let mut cargo = command("cargo", checkout.path());
    let output = cargo.args(["test", "--locked", "--quiet", "-p", "exercise-03"]).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Copies a folder of files and folders.
fn copy(from: &Path, to: &Path) -> Result<()> {
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
