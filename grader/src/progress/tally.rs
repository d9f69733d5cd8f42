//! Counts what is done, and says how long the rest may take.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::events::Event;
use crate::store::Origin;

/// Where a grading stands.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) total: usize,
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) running: Vec<String>,
    to_judge: usize,
    judged: usize,
    since: Instant,
}

/// From how many judgements on there is an estimate.
const ENOUGH: usize = 8;

impl Tally {
    pub(super) fn new() -> Self {
        let since = Instant::now();
        Self { total: 0, done: 0, failed: 0, running: Vec::new(), to_judge: 0, judged: 0, since }
    }

    pub(super) fn on(&mut self, event: &Event<'_>) {
        match event {
            Event::Begin { total, to_judge, .. } => {
                (self.total, self.to_judge) = (*total, *to_judge);
                self.since = Instant::now();
            }
            Event::Started { place } => self.running.push(format!("{} {}", place.hand_in, place.exercise)),
            Event::Graded { place, origin, .. } => {
                self.done += 1;
                self.ended(&format!("{} {}", place.hand_in, place.exercise), *origin == Origin::Judged);
            }
            Event::Failed { place, .. } => {
                self.failed += 1;
                self.ended(&format!("{} {}", place.hand_in, place.exercise), true);
            }
            Event::Retried { .. } | Event::Stopped { .. } | Event::End { .. } => {}
        }
    }

    fn ended(&mut self, name: &str, was_judged: bool) {
        if let Some(position) = self.running.iter().position(|running| running == name) {
            self.running.remove(position);
            self.judged += usize::from(was_judged);
        }
    }

    pub(super) fn left(&self) -> usize {
        self.total.saturating_sub(self.done + self.failed)
    }

    /// `23 of 60 graded, 1 could not be, 36 left, about 4 min`.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{} of {} graded", self.done, self.total);
        if self.failed > 0 {
            let _ = write!(text, ", {} could not be", self.failed);
        }
        let _ = write!(text, ", {} left", self.left());
        if let Some(left) = estimate(self.since.elapsed(), self.judged, self.to_judge) {
            let _ = write!(text, ", {}", in_words(left));
        }
        text
    }
}

/// How long the rest takes if it takes as long as what was judged; `None` while that says little. What has its result already,
/// or shares one, costs nothing and counts for nothing.
fn estimate(elapsed: Duration, judged: usize, to_judge: usize) -> Option<Duration> {
    let left = u32::try_from(to_judge.checked_sub(judged)?).ok()?;
    let judged = u32::try_from(judged).ok()?;
    (judged as usize >= ENOUGH && left > 0).then(|| elapsed * left / judged)
}

/// No more exactly than it is known.
fn in_words(left: Duration) -> String {
    match left.as_secs() {
        0..60 => "less than a minute".to_owned(),
        seconds @ 60..5400 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {}.{} h", seconds / 3600, seconds % 3600 / 360),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_goes_by_what_was_judged() {
        let minute = Duration::from_mins(1);
        assert_eq!(estimate(minute, ENOUGH - 1, 100), None);
        assert_eq!(estimate(minute, 10, 10), None);
        assert_eq!(estimate(minute, 10, 30), Some(2 * minute));
    }

    #[test]
    fn it_is_said_no_more_exactly_than_it_is_known() {
        let words = [3, 61, 3600, 6000].map(|seconds| in_words(Duration::from_secs(seconds)));
        assert_eq!(words, ["less than a minute", "about 2 min", "about 60 min", "about 1.6 h"]);
    }
}
