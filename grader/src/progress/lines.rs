//! Progress in a log: plain lines on standard error.

use std::time::{Duration, Instant};

use judge::words::printable;

use super::tally::Tally;
use crate::events::{Event, Observer};

/// How often there is a line where not each result has one. A short grading has none.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

pub(super) struct Lines {
    tally: Tally,
    /// When the last line was printed; `None`: each result has a line.
    last: Option<Instant>,
}

impl Lines {
    pub(super) fn each() -> Self {
        Self { tally: Tally::new(), last: None }
    }

    pub(super) fn now_and_then() -> Self {
        Self { tally: Tally::new(), last: Some(Instant::now()) }
    }

    fn each_result(&self, event: &Event<'_>) -> Option<String> {
        let what = match event {
            Event::Graded { place, origin, result } => {
                let score = result.score.unwrap_or_default();
                let (verdict, origin) = (result.verdict.as_str(), origin.as_str());
                let of = result.max_score;
                format!("{} {}: {verdict} {score:.1} / {of:.1} ({origin})", place.hand_in, place.exercise)
            }
            Event::Failed { place, .. } => {
                format!("{} {}: could not be graded", place.hand_in, place.exercise)
            }
            Event::Retried { place, attempt, of, trouble } => {
                format!("{} {}: try {attempt} of {of} failed: {trouble}", place.hand_in, place.exercise)
            }
            _ => return None,
        };
        Some(format!("[{}] {what}", self.tally.text()))
    }
}

impl Observer for Lines {
    fn on(&mut self, event: &Event<'_>) {
        self.tally.on(event);
        let line = match &mut self.last {
            None => self.each_result(event),
            Some(last) if last.elapsed() >= NOW_AND_THEN => {
                *last = Instant::now();
                Some(self.tally.text())
            }
            Some(_) => None,
        };
        if let Some(line) = line {
            eprintln!("{}", printable(&line));
        }
    }
}
