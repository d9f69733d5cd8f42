//! `cargo kit reset`: `src/lib.rs` as it was given. Invariant: what the student wrote is kept beside it, and no copy is ever
//! written over.

use std::fs::{self, File};
use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::course::{Course, Exercise};

/// Asks, keeps a copy, and puts the stub back.
pub(crate) fn run(course: &Course, exercise: &Exercise, yes: bool) -> Result<()> {
    let name = exercise.library_name();
    if exercise.stub.is_none() {
        bail!("{name} has no copy to go back to: this is a checkout of the kit itself; git restore {name}");
    }
    if !changed(exercise)? {
        println!("{name} is as it was given: there is nothing to reset");
        return Ok(());
    }
    if !yes && !agreed(&name)? {
        println!("nothing was changed");
        return Ok(());
    }
    let copy = reset(exercise)?;
    let copy = copy.strip_prefix(&course.root).unwrap_or(&copy).display();
    println!("{name} is as it was given; your answer is kept in {copy}");
    Ok(())
}

/// Whether there is anything to reset.
pub(crate) fn changed(exercise: &Exercise) -> Result<bool> {
    Ok(match &exercise.stub {
        Some(stub) => text(exercise)? != stub.as_bytes(),
        None => false,
    })
}

/// Puts the stub back; returns where the copy of the student's text is.
pub(crate) fn reset(exercise: &Exercise) -> Result<PathBuf> {
    let stub = exercise.stub.as_ref().context("the kit keeps no copy of the stub")?;
    let mine = text(exercise)?;
    for number in 1_u32.. {
        let copy = exercise.folder.join(format!("src/lib.rs.bak-{number}"));
        match File::create_new(&copy) {
            Ok(mut file) => {
                let kept = file.write_all(&mine).and_then(|()| file.sync_all());
                kept.with_context(|| format!("{} can't be written: nothing was reset", copy.display()))?;
                fs::write(exercise.library(), stub).context("the stub can't be written")?;
                return Ok(copy);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("{} can't be made: nothing was reset", copy.display()));
            }
        }
    }
    bail!("there are too many copies beside {}", exercise.library_name())
}

fn text(exercise: &Exercise) -> Result<Vec<u8>> {
    fs::read(exercise.library()).with_context(|| format!("{} can't be read", exercise.library().display()))
}

fn agreed(name: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("reset asks first, and nobody is there to answer: say `--yes`");
    }
    print!("put {name} back to the stub? Your answer is kept in a copy beside it. [y/N] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
