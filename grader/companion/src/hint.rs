//! `cargo kit hint`: a hint of the lesson, no more at a time.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::course::Exercise;
use crate::draw::{Tone, View};

/// The hint with this number, from 1.
pub(crate) fn page(exercise: &Exercise, number: usize, view: View) -> Result<String> {
    let hints = &exercise.lesson.hints;
    let hint = number.checked_sub(1).and_then(|index| hints.get(index));
    let hint = hint.with_context(|| format!("the lesson of {} has {} hints", exercise.slug, hints.len()))?;
    let heading = format!("{} · {}: hint {number} of {}", exercise.id, exercise.lesson.title, hints.len());
    let mut page = format!("{}\n\n", view.paint(Tone::Strong, &heading));
    for line in hint.lines().filter(|line| !line.starts_with("```")) {
        let _ = writeln!(page, "  {line}");
    }
    let next = if number < hints.len() {
        format!("not enough? cargo kit hint {} {}", exercise.id, number + 1)
    } else {
        format!("the whole lesson: exercises/{}/README.md", exercise.slug)
    };
    let _ = writeln!(page, "\n{}", view.paint(Tone::Faint, &next));
    Ok(page)
}
