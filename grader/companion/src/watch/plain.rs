//! Watching without a terminal: lines, and no keys.

use std::io::{Write, stdout};
use std::sync::mpsc::{Receiver, Sender};

use anyhow::Result;

use super::{Event, Runner, saved, wait, waiting};
use crate::course::{Course, Exercise};
use crate::draw::View;
use crate::standing::Standing;

/// Prints a verdict for each save, until it is killed or so many were told.
pub(super) fn run(
    course: &'static Course,
    first: &'static Exercise,
    verdicts: Option<usize>,
    view: View,
    sender: &Sender<Event>,
    events: &Receiver<Event>,
) -> Result<()> {
    let mut runner = Runner::new(course, view, sender);
    let (mut current, mut told) = (first, 0);
    runner.run(current);
    while verdicts.is_none_or(|verdicts| told < verdicts) {
        match wait(events)? {
            Event::Saved(files) => {
                if let Some(exercise) = saved(course, &files, current) {
                    current = exercise;
                    runner.run(current);
                }
            }
            Event::Ended(exercise, standing) => {
                // Told also where it is out of date: who reads lines waits for one after each save.
                match standing {
                    Ok(standing) => {
                        print!("{}", page(exercise, &standing, view));
                        told += 1;
                    }
                    Err(error) => println!("{}: {}", exercise.slug, waiting(&error)),
                }
                stdout().flush()?;
                if runner.ended() {
                    runner.run(current);
                }
            }
            Event::Key(_) | Event::Resized => {}
        }
    }
    Ok(())
}

fn page(exercise: &Exercise, standing: &Standing, view: View) -> String {
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
