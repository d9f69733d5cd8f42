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

/// Columns of a stop and of the arrow to the next one, from roomy to tight: `○ 01 ──▶ `, `○ 01 ▶ `, `○ 01 `.
const STOPS: [usize; 3] = [9, 7, 5];

/// Columns of a stop without an arrow.
const STOP: usize = "o 01".len();

/// Columns of the names of the lines.
const NAMES: usize = 10;

/// The levels across, threads and async down, as roomy as the window allows:
///
/// ```text
///           beginner   intermediate
///  threads  ✔ 01 ────▶ ◐ 02 ──▶ ○ 03
///  async    ○ 04 ────▶ ○ 05
/// ```
fn path(standings: &[(&Exercise, Standing)], view: View) -> String {
    let at = |is_async: bool, level: Level| {
        standings.iter().filter(move |(exercise, _)| {
            exercise.lesson.is_async == is_async && exercise.lesson.level == level
        })
    };
    let levels = |stop: usize| {
        Level::ALL.map(|level| {
            let stops = at(false, level).count().max(at(true, level).count());
            (level, if stops == 0 { 0 } else { (stops * stop).max(level.as_str().len() + 3) })
        })
    };
    // The last stop has no arrow.
    let fits = |stop: &usize| {
        let wide: usize = levels(*stop).iter().map(|(_, width)| width).sum();
        NAMES + wide + STOP - stop <= view.width
    };
    let stop = STOPS.into_iter().find(fits).unwrap_or(STOPS[STOPS.len() - 1]);
    let levels = levels(stop);
    let levels = levels.iter().filter(|(_, width)| *width > 0);
    let mut page = " ".repeat(NAMES);
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
                    let room_for_arrow = if stops.peek().is_some() { stop } else { room } - STOP;
                    page.push_str(&arrow(room_for_arrow));
                    room = room.saturating_sub(stop);
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

/// An arrow between two stops in so many columns; a gap where there is no room for one.
fn arrow(columns: usize) -> String {
    match columns.checked_sub(" ▶ ".chars().count()) {
        Some(more) => format!(" {}▶ ", "─".repeat(more)),
        None => " ".repeat(columns),
    }
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::lesson::Lesson;

    /// So many exercises of each level on the line of threads, and one advanced one about async code.
    fn course(levels: [usize; 3]) -> Vec<Exercise> {
        let levels =
            Level::ALL.into_iter().zip(levels).flat_map(|(level, count)| vec![(level, false); count]);
        let all = levels.chain([(Level::Advanced, true)]).zip(1..);
        let exercise = |((level, is_async), number): ((Level, bool), usize)| Exercise {
            id: format!("{number:02}"),
            slug: String::new(),
            folder: PathBuf::new(),
            lesson: Lesson { title: String::new(), level, is_async, hints: Vec::new() },
            stub: None,
        };
        all.map(exercise).collect()
    }

    #[test]
    fn the_map_is_as_roomy_as_the_window_allows() {
        let course = course([1, 6, 4]);
        let standings: Vec<_> = course.iter().map(|exercise| (exercise, Standing::NotBegun)).collect();
        let widest = |width| {
            let map = path(&standings, View { width, colours: false });
            map.lines().map(|line| line.chars().count()).max()
        };
        assert_eq!([140, 106, 105, 88, 87, 20].map(widest), [106, 106, 88, 88, 70, 70].map(Some));
    }
}
