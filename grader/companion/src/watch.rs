//! `cargo kit watch`: the checks of what was saved, at once, and again with each save.
//!
//! Threads tell what happens (the file system, the keys, the test run) through one channel; one loop answers. A save during
//! a run is run when that run has ended. Without a terminal it prints plain lines and takes no keys.

mod plain;
mod screen;

use std::collections::BTreeSet;
use std::io::{IsTerminal, stdout};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::event::KeyEvent;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::course::{Course, Exercise};
use crate::draw::View;
use crate::standing::{self, Standing};

/// Editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(30);

/// What can happen.
enum Event {
    /// Files were saved.
    Saved(Vec<PathBuf>),
    /// A key was pressed.
    Key(KeyEvent),
    /// The terminal has another size.
    Resized,
    /// A run of this exercise has ended.
    Ended(&'static Exercise, Result<Standing>),
}

/// Watches until the student quits, or without a terminal until so many verdicts were told.
pub(crate) fn run(
    course: &'static Course,
    exercise: Option<&str>,
    verdicts: Option<usize>,
    view: View,
) -> Result<()> {
    let first = match exercise {
        Some(named) => course.exercise(named)?,
        None => next(course, None)?,
    };
    let (sender, events) = channel();
    let _watching = watch_files(course, &sender)?;
    if stdout().is_terminal() {
        screen::run(course, first, view, &sender, &events)
    } else {
        plain::run(course, first, verdicts, view, &sender, &events)
    }
}

fn watch_files(course: &Course, sender: &Sender<Event>) -> Result<RecommendedWatcher> {
    let (files, touched) = channel();
    let told = move |event: notify::Result<notify::Event>| {
        // Reading a file is told too; who answered to that by reading would never come to an end.
        if let Ok(event) = event
            && !event.kind.is_access()
        {
            // Nobody listens any more once the student has quit.
            let _ = files.send(event.paths);
        }
    };
    let mut watcher =
        notify::recommended_watcher(told).context("this system does not tell of saved files")?;
    for exercise in &course.exercises {
        // Not `src` itself: whoever makes that again makes another folder.
        let folder = &exercise.folder;
        let begun = watcher.watch(folder, RecursiveMode::Recursive);
        begun.with_context(|| format!("{} can't be watched", folder.display()))?;
    }
    let sender = sender.clone();
    std::thread::spawn(move || settle(&touched, &sender));
    Ok(watcher)
}

/// Tells of saved files once nothing more has come for a moment.
fn settle(touched: &Receiver<Vec<PathBuf>>, sender: &Sender<Event>) {
    while let Ok(mut files) = touched.recv() {
        while let Ok(more) = touched.recv_timeout(SETTLE) {
            files.extend(more);
        }
        if sender.send(Event::Saved(files)).is_err() {
            return;
        }
    }
}

/// The exercise whose sources are among these files: the one that is looked at, if it is.
fn saved(course: &'static Course, files: &[PathBuf], current: &Exercise) -> Option<&'static Exercise> {
    let source = |file: &&PathBuf| file.extension().is_some_and(|kind| kind == "rs");
    let saved = files.iter().filter(source).filter_map(|file| course.of_file(file));
    let saved: Vec<&Exercise> = saved.collect();
    let is_current = |exercise: &&&Exercise| exercise.id == current.id;
    saved.iter().find(is_current).or_else(|| saved.first()).copied()
}

/// The first exercise after this one that is not known to be done, else the one after it.
fn next(course: &'static Course, after: Option<&Exercise>) -> Result<&'static Exercise> {
    let after = after.and_then(|after| course.exercises.iter().position(|exercise| exercise.id == after.id));
    let begin = after.map_or(0, |after| after + 1);
    let round = course.exercises.iter().cycle().skip(begin).take(course.exercises.len());
    for exercise in round {
        let known = standing::known(course, exercise).ok().flatten();
        if !known.is_some_and(|standing| standing.done()) {
            return Ok(exercise);
        }
    }
    course.exercises.iter().cycle().nth(begin).context("this kit has no exercises")
}

/// Exercises that are known to be done, without running any.
fn known_done(course: &Course) -> BTreeSet<String> {
    let done = |exercise: &&Exercise| {
        standing::known(course, exercise)
            .is_ok_and(|standing| standing.is_some_and(|standing| standing.done()))
    };
    course.exercises.iter().filter(done).map(|exercise| exercise.id.clone()).collect()
}

/// Runs checks, one run at a time, each in a thread of its own; its end is told as an event. Who quits does not wait for it.
struct Runner {
    course: &'static Course,
    view: View,
    sender: Sender<Event>,
    running: bool,
    again: bool,
    /// Whether what is remembered of this code does not count.
    afresh: bool,
}

impl Runner {
    fn new(course: &'static Course, view: View, sender: &Sender<Event>) -> Self {
        Self { course, view, sender: sender.clone(), running: false, again: false, afresh: false }
    }

    /// Runs the checks of an exercise, or notes that they have to be run again.
    fn run(&mut self, exercise: &'static Exercise) {
        if self.running {
            self.again = true;
            return;
        }
        (self.running, self.again) = (true, false);
        let afresh = std::mem::take(&mut self.afresh);
        let (course, view, sender) = (self.course, self.view, self.sender.clone());
        std::thread::spawn(move || {
            // What was judged already is told at once.
            let run = if afresh { standing::by_running } else { standing::of };
            let _ = sender.send(Event::Ended(exercise, run(course, exercise, view)));
        });
    }

    /// Runs them although nothing was saved that the system told of.
    fn run_afresh(&mut self, exercise: &'static Exercise) {
        self.afresh = true;
        self.run(exercise);
    }

    /// A run has ended: whether what it found is out of date.
    fn ended(&mut self) -> bool {
        self.running = false;
        self.again
    }
}

/// What is told where the checks could not be run: mostly because an editor or git has taken the file away for a moment.
fn waiting(error: &anyhow::Error) -> String {
    format!("{error:#}\n\nThe checks run again with the next save.")
}

/// Waits for the next event.
fn wait(events: &Receiver<Event>) -> Result<Event> {
    events.recv().context("nobody tells of anything any more")
}
