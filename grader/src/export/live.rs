//! Writes results as they come: where a site's time limit ends everything, what was graded until then counts.

use std::path::PathBuf;

use crate::events::{Event, Observer};
use crate::intake::HandIn;
use crate::kit::Kit;
use crate::record::points;
use crate::report::audience::Audience;

use super::{Beside, Destination, Exporter, Sheet, Target, write};

/// Writes a hand-in's results anew after each exercise.
pub(crate) struct Live(Vec<File>);

struct File {
    exporter: &'static dyn Exporter,
    path: PathBuf,
    audience: Audience,
    /// What the exercises have come to so far, as its readers are to see it.
    so_far: Sheet,
}

impl Live {
    /// For one hand-in. The first files are written at once. Of those formats that are not made for parts there are none.
    pub(crate) fn new(
        files: impl Iterator<Item = (Target, PathBuf, Audience)>,
        kit: &Kit,
        hand_in: &HandIn,
    ) -> Self {
        let exercises = kit.exercises.iter().map(|exercise| {
            let suite = &exercise.suite;
            (suite.id, suite.name, points(suite.tenths()))
        });
        let nothing = Sheet::unfinished(&hand_in.id, exercises);
        let file = |(format, path, audience): (Target, _, _)| File {
            exporter: format.exporter(),
            path,
            audience,
            so_far: nothing.clone(),
        };
        let files: Vec<File> = files.map(file).filter(|file| file.exporter.takes_parts()).collect();
        files.iter().for_each(File::write);
        Self(files)
    }
}

impl File {
    fn write(&self) {
        let to = Destination::Path(&self.path);
        // The whole is written at the end, where a failure is told.
        let _ = write(self.exporter, std::slice::from_ref(&self.so_far), &Beside::default(), &to);
    }
}

impl Observer for Live {
    fn on(&mut self, event: &Event<'_>) {
        let (Event::Graded { result, .. } | Event::Failed { result, .. }) = event else { return };
        for file in &mut self.0 {
            file.so_far.finish(result, file.audience);
            file.write();
        }
    }
}
