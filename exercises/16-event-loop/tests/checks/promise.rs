//! A promise of the event loop, judged on the story of a run.

use judge::checks::{Policy, WaitsAsleep};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words;

use super::story::Story;
use super::stuck;
use super::times::sleeps_when_idle;

/// What a promise's check comes to.
pub(super) type Judged = Result<(), Finding>;

/// Judges by this; of a run that did not come to an end it tells what never happened. A pass proves the promise for the moments that
/// were played: what else may happen between two of the judge's rests is not tried.
pub(super) struct Promise<F>(pub(super) F);

impl<F: Fn(&Story) -> Judged + Send + Sync> Policy for Promise<F> {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Judged {
        (self.0)(&Story::of(run))
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        let story = Story::of(run);
        stuck::word(finding, &story, run, &self.0)
    }
}

/// The thread of the loop waits in `park` alone, and nobody else waits in its place.
pub(super) struct WaitsInPark;

impl Policy for WaitsInPark {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Judged {
        if let Some(blocked) = run.waiting.blocking.first() {
            let place = blocked
                .place
                .as_ref()
                .map_or_else(String::new, |place| format!(" at {}", words::place(place)));
            return Err(stuck::elsewhere(&blocked.thread, &blocked.wait, &place));
        }
        WaitsAsleep.judge(scenario, run)
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        stuck::word(finding, &Story::of(run), run, &sleeps_when_idle)
    }
}
