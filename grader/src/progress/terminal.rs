//! Progress on a terminal: a line for each judgement under way, and one with the counts.

use std::collections::HashMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::tally::Tally;
use crate::events::{Event, Observer};
use crate::store::Place;

pub(super) struct Terminal {
    all: MultiProgress,
    bar: ProgressBar,
    running: HashMap<Place, ProgressBar>,
    tally: Tally,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let all = MultiProgress::new();
        let bar = all.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{bar:30} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { all, bar, running: HashMap::new(), tally: Tally::new() }
    }

    fn take_up(&mut self, place: &Place) {
        let line = self.all.insert_before(&self.bar, ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        line.set_message(format!("{} {}", place.hand_in, place.exercise));
        line.enable_steady_tick(Duration::from_millis(200));
        self.running.insert(place.clone(), line);
    }

    fn put_down(&mut self, place: &Place) {
        if let Some(line) = self.running.remove(place) {
            line.finish_and_clear();
            self.all.remove(&line);
        }
    }
}

impl Observer for Terminal {
    fn on(&mut self, event: &Event<'_>) {
        self.tally.on(event);
        match event {
            Event::Begin { total, .. } => self.bar.set_length(*total as u64),
            Event::Started { place } => self.take_up(place),
            Event::Retried { place, attempt, of, .. } => {
                if let Some(line) = self.running.get(*place) {
                    let again = attempt + 1;
                    line.set_message(format!("{} {}: try {again} of {of}", place.hand_in, place.exercise));
                }
            }
            Event::Graded { place, .. } | Event::Failed { place, .. } => self.put_down(place),
            Event::Stopped { .. } | Event::End { .. } => return,
        }
        self.bar.set_position((self.tally.done + self.tally.failed) as u64);
        self.bar.set_message(self.tally.text());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        for line in self.running.values() {
            line.finish_and_clear();
        }
        self.bar.finish_and_clear();
    }
}
