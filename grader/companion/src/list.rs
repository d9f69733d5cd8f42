//! `cargo kit list`: the path through the course, and where the student stands.

use std::fmt::Write;

use anyhow::Result;

use crate::course::{Course, Exercise};
use crate::draw::{Tone, View};
use crate::lesson::Level;
use crate::standing::{self, Standing};

/// The page.
pub(crate) fn page(course: &Course, view: View) -> Result<String> {
    let mut standings = Vec::new();
    for exercise in &course.exercises {
        let standing = if let Some(standing) = standing::known(course, exercise)? {
            standing
        } else {
            eprintln!("running the checks of {} …", exercise.slug);
            standing::by_running(course, exercise, view)?
        };
        standings.push((exercise, standing));
    }
    Ok(drawn(&standings, view))
}

fn drawn(standings: &[(&Exercise, Standing)], view: View) -> String {
    let mut page = path(standings, view);
    page.push('\n');
    let titles =
        standings.iter().map(|(exercise, _)| exercise.lesson.title.chars().count()).max().unwrap_or(0);
    for (exercise, standing) in standings {
        let (sign, tone) = sign(standing);
        let lesson = &exercise.lesson;
        let level = format!("{}{}", lesson.level.as_str(), if lesson.is_async { ", async" } else { "" });
        let told = told(standing);
        let _ = writeln!(
            page,
            " {} {}  {:<titles$}  {level:<19}  {}",
            view.paint(tone, sign),
            view.paint(Tone::Strong, &exercise.id),
            lesson.title,
            view.paint(tone, &told)
        );
    }
    let done = standings.iter().filter(|(_, standing)| standing.done()).count();
    let _ = writeln!(page, "\n {} done", view.progress(done, standings.len(), 30));
    if let Some((next, standing)) = standings.iter().find(|(_, standing)| !standing.done()) {
        let verb = if matches!(standing, Standing::NotBegun) { "begin" } else { "go on" };
        let _ =
            writeln!(page, " {verb} with exercises/{}/README.md and cargo kit watch {}", next.slug, next.id);
    }
    page
}

/// The levels across, threads and async down:
///
/// ```text
///           beginner   intermediate
///  threads  ✔ 01 ────▶ ◐ 02 ──▶ ○ 03
///  async    ○ 04 ────▶ ○ 05
/// ```
fn path(standings: &[(&Exercise, Standing)], view: View) -> String {
    const STOP: usize = "○ 01 ──▶ ".len() - "○──▶".len() + "o-->".len();
    let at = |is_async: bool, level: Level| {
        standings.iter().filter(move |(exercise, _)| {
            exercise.lesson.is_async == is_async && exercise.lesson.level == level
        })
    };
    let levels = Level::ALL.map(|level| {
        let stops = at(false, level).count().max(at(true, level).count());
        (level, if stops == 0 { 0 } else { (stops * STOP).max(level.as_str().len() + 3) })
    });
    let levels = levels.iter().filter(|(_, width)| *width > 0);
    let mut page = " ".repeat(10);
    for (level, width) in levels.clone() {
        let _ = write!(page, "{:<width$}", level.as_str());
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    for (name, is_async) in [("threads", false), ("async", true)] {
        let _ = write!(page, " {name:<9}");
        let last = standings.iter().rev().find(|(exercise, _)| exercise.lesson.is_async == is_async);
        let Some((last, _)) = last else { continue };
        for (level, width) in levels.clone() {
            let mut room = *width;
            let mut stops = at(is_async, *level).peekable();
            while let Some((exercise, standing)) = stops.next() {
                let (sign, tone) = sign(standing);
                let _ = write!(page, "{} {}", view.paint(tone, sign), exercise.id);
                if exercise.id == last.id {
                    room = 0;
                } else {
                    // The last arrow of a level leads to the next one.
                    let arrow = if stops.peek().is_some() { STOP } else { room } - "o 01".len();
                    let _ = write!(page, " {}▶ ", "─".repeat(arrow.saturating_sub(3)));
                    room = room.saturating_sub(STOP);
                }
            }
            if room == *width && exercises_follow(standings, is_async, *level) {
                let _ = write!(page, "{}▶ ", "─".repeat(room - 2));
            }
        }
        page.push('\n');
    }
    page
}

/// Whether this line of the course goes on beyond a level, which it has no exercise of.
fn exercises_follow(standings: &[(&Exercise, Standing)], is_async: bool, level: Level) -> bool {
    standings
        .iter()
        .any(|(exercise, _)| exercise.lesson.is_async == is_async && exercise.lesson.level > level)
}

fn sign(standing: &Standing) -> (&'static str, Tone) {
    match standing {
        Standing::NotBegun => ("○", Tone::Faint),
        Standing::NoBuild(_) => ("✗", Tone::Bad),
        Standing::Checked(_) if standing.done() => ("✔", Tone::Good),
        Standing::Checked(_) => ("◐", Tone::Partly),
    }
}

fn told(standing: &Standing) -> String {
    match (standing, standing.count()) {
        (Standing::NotBegun, _) => "not begun".to_owned(),
        (_, Some((passed, all))) if passed == all => "done".to_owned(),
        (_, Some((passed, all))) => format!("{passed} of {all} checks pass"),
        (_, None) => "does not compile".to_owned(),
    }
}
