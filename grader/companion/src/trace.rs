//! `cargo kit trace`: what the student's code did in a check, in text, as a picture and as a trace.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use judge::front::CheckRecord;

use crate::course::{Course, Exercise};
use crate::draw::{Tone, View};
use crate::standing::{self, Standing, passes};

/// Writes the pictures of a check; returns what to print.
pub(crate) fn run(course: &Course, exercise: &Exercise, check: Option<&str>, view: View) -> Result<String> {
    let record = record(course, exercise, check, view)?;
    write(course, exercise, &record, view)
}

/// The same for a check that was run already.
pub(crate) fn write(
    course: &Course,
    exercise: &Exercise,
    record: &CheckRecord,
    view: View,
) -> Result<String> {
    let verdict = if passes(record) {
        view.paint(Tone::Good, "pass")
    } else {
        view.paint(Tone::Bad, record.status.as_str())
    };
    let mut page = format!("{} · {}: {verdict}\n", exercise.id, record.id);
    if !record.case.is_empty() {
        let _ = writeln!(page, "{}\n", record.case);
    }
    let Some(timeline) = record.timeline.as_ref().filter(|timeline| !timeline.is_empty()) else {
        page.push_str("no call of the work was started: there is nothing to draw\n");
        return Ok(page);
    };
    let _ = writeln!(page, "{}\n{}", timeline.summary(), timeline.text(view.width, view.colours));
    let title = format!("exercise {} · {} · {}", exercise.id, record.id, record.case);
    let folder = course.scratch().join("trace");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let file = |kind: &str| folder.join(format!("{}-{}.{kind}", exercise.id, record.id));
    let (picture, trace) = (file("svg"), file("json"));
    save(&picture, &timeline.svg(&title))?;
    save(&trace, &timeline.perfetto(&title))?;
    let _ = writeln!(page, "picture  {}\n         open it in a browser", picture.display());
    let _ = writeln!(
        page,
        "trace    {}\n         open https://ui.perfetto.dev and drop the file there; 1 tick is 1 ms",
        trace.display()
    );
    Ok(page)
}

fn save(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

fn record(course: &Course, exercise: &Exercise, check: Option<&str>, view: View) -> Result<CheckRecord> {
    if let Some(check) = check {
        let record = standing::one(course, exercise, check, view)?;
        return record.with_context(|| {
            format!("exercise {} has no check `{check}`: cargo kit run {0} lists them", exercise.id)
        });
    }
    match standing::of(course, exercise, view)? {
        Standing::NotBegun => bail!("{} is not begun: there is nothing to draw yet", exercise.library_name()),
        Standing::NoBuild(messages) => {
            bail!("{} does not compile\n{}", exercise.library_name(), messages.trim_end())
        }
        Standing::Checked(records) => {
            let drawn =
                |record: &&CheckRecord| record.timeline.as_ref().is_some_and(|timeline| !timeline.is_empty());
            let failed = records.iter().find(|record| !passes(record) && drawn(record));
            // The most is to be seen where there is the most work.
            let work = |record: &&CheckRecord| record.timeline.as_ref().map(|timeline| timeline.bars.len());
            let record = failed.or_else(|| records.iter().filter(drawn).max_by_key(work));
            record.cloned().with_context(|| format!("no check of {} started any work", exercise.slug))
        }
    }
}
