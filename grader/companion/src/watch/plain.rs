//! Watching without a terminal: lines, and no keys.

use std::io::{Write, stdout};
use std::sync::mpsc::{Receiver, Sender};

use anyhow::Result;

use super::{Event, Runner, saved, wait};
use crate::course::{Course, Exercise};
use crate::draw::View;
use crate::standing::Standing;

/// Prints a verdict for each save, until it is killed.
pub(super) fn run(
    course: &Course,
    first: &Exercise,
    view: View,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let mut runner = Runner { scope, course, view, sender: sender.clone(), running: false, again: false };
        let mut current = first;
        runner.run(current);
        loop {
            match wait(events)? {
                Event::Saved(files) => {
                    if let Some(exercise) = saved(course, &files, current) {
                        current = exercise;
                        runner.run(current);
                    }
                }
                Event::Ended(_) if runner.ended() => runner.run(current),
                Event::Ended(standing) => {
                    print!("{}", told(current, &standing?, view));
                    stdout().flush()?;
                }
                Event::Key(_) | Event::Resized => {}
            }
        }
    })
}

fn told(exercise: &Exercise, standing: &Standing, view: View) -> String {
    let slug = &exercise.slug;
    match (standing, standing.count(), standing.first_failed()) {
        (Standing::NoBuild(messages), ..) => format!("{slug}: does not compile\n{}\n", messages.trim_end()),
        (_, Some((passed, all)), Some(failed)) => {
            format!(
                "{slug}: {passed} of {all} checks pass\n{}: {}",
                failed.id,
                failed.page(view.width, view.colours)
            )
        }
        (_, Some((_, all)), None) => format!("{slug}: done, all {all} checks pass\n"),
        _ => format!("{slug}: not begun\n"),
    }
}
