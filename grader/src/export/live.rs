//! Writes results as they come: where a site's time limit ends everything, what was graded until then counts.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::grade::Observer;
use crate::intake::HandIn;
use crate::kit::{Exercise, Kit};
use crate::record::{Graded, points};
use crate::report::audience::Audience;

use super::{Beside, Destination, Exporter, Sheet, Target, write};

/// Passes on what goes on, and writes a hand-in's results anew after each exercise.
pub(crate) struct Live<'a> {
    inner: &'a dyn Observer,
    files: Vec<File>,
    /// For each file what the exercises have come to so far, as its readers are to see it.
    so_far: Mutex<Vec<Sheet>>,
}

struct File {
    exporter: &'static dyn Exporter,
    path: PathBuf,
    audience: Audience,
}

impl<'a> Live<'a> {
    /// For one hand-in. The first files are written at once. Of those formats that are not made for parts there are none.
    pub(crate) fn new(
        inner: &'a dyn Observer,
        files: impl Iterator<Item = (Target, PathBuf, Audience)>,
        kit: &Kit,
        hand_in: &HandIn,
    ) -> Self {
        let files =
            files.map(|(format, path, audience)| File { exporter: format.exporter(), path, audience });
        let files: Vec<File> = files.filter(|file| file.exporter.takes_parts()).collect();
        let exercises = kit.exercises.iter().map(|exercise| {
            let suite = &exercise.suite;
            (suite.id, suite.name, points(suite.tenths()))
        });
        let nothing = Sheet::unfinished(&hand_in.id, exercises);
        let live = Self { inner, so_far: Mutex::new(vec![nothing; files.len()]), files };
        live.write(|_, _| {});
        live
    }

    fn write(&self, update: impl Fn(&mut Sheet, Audience)) {
        let mut sheets = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        for (file, sheet) in self.files.iter().zip(sheets.iter_mut()) {
            update(sheet, file.audience);
            let to = Destination::Path(&file.path);
            // The whole is written at the end, where a failure is told.
            let _ = write(file.exporter, std::slice::from_ref(sheet), &Beside::default(), &to);
        }
    }
}

impl Observer for Live<'_> {
    fn started(&self, hand_in: &HandIn, exercise: &Exercise) {
        self.inner.started(hand_in, exercise);
    }

    fn ended(&self, hand_in: &HandIn, graded: &Graded) {
        self.inner.ended(hand_in, graded);
        self.write(|sheet, audience| sheet.finish(graded, audience));
    }
}
