//! Writes results as they come: where a site's time limit ends everything, what was graded until then counts.

use std::path::PathBuf;

use crate::events::{Event, Observer};
use crate::intake::HandIn;
use crate::record::Graded;
use crate::report::audience::Audience;

use super::{Beside, Destination, Exporter, Sheet, Target, write};

/// Writes a hand-in's results again after each exercise.
pub(crate) struct Live {
    files: Vec<File>,
    marked: Marked,
}

/// What an exercise comes to by the rules of the course and by hand.
type Marked = Box<dyn Fn(&Graded) -> Graded>;

struct File {
    exporter: &'static dyn Exporter,
    path: PathBuf,
    audience: Audience,
    /// What the exercises have come to so far, as its readers are to see it.
    so_far: Sheet,
}

impl Live {
    /// For one hand-in. The first files are written at once. Of those formats that are not made for parts there are none.
    /// The exercises are given by number, name and points.
    pub(crate) fn new<'a>(
        files: impl Iterator<Item = (Target, PathBuf, Audience)>,
        exercises: impl Iterator<Item = (&'a str, &'a str, f64)>,
        hand_in: &HandIn,
        marked: Marked,
    ) -> Self {
        let nothing = Sheet::unfinished(&hand_in.id, exercises);
        let file = |(format, path, audience): (Target, _, _)| File {
            exporter: format.exporter(),
            path,
            audience,
            so_far: nothing.clone(),
        };
        let files: Vec<File> = files.map(file).filter(|file| file.exporter.takes_parts()).collect();
        files.iter().for_each(File::write);
        Self { files, marked }
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
        let result = (self.marked)(result);
        for file in &mut self.files {
            file.so_far.finish(&result, file.audience);
            file.write();
        }
    }
}
