//! A promise of the event loop, judged on the story of a run.

use judge::checks::{Policy, Returns, WaitsAsleep};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;
use judge::words;

use super::story::{Story, What};
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

/// No call panics, also after scripts have: what they leave behind is what the loop has to be ready for.
pub(super) struct ReturnsAfterPanics;

impl Policy for ReturnsAfterPanics {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Judged {
        Returns.judge(scenario, run).map_err(|finding| {
            let story = Story::of(run);
            let panicked = story.events.iter().find_map(|event| match event.what {
                What::Ended(script, None) => Some(script),
                _ => None,
            });
            let Some(script) = panicked else { return finding };
            let who = story.name(script);
            if finding.observed.contains("PoisonError") {
                let cause =
                    format!("{who} panicked before, as this case has it, while a lock was held: since then it is poisoned");
                let hint = "hold no lock while a future is polled: take the future out, let go of every lock, and then poll";
                return Finding { cause, hint: hint.to_owned(), ..finding };
            }
            if !story.tasks.contains(&script) && !story.events.iter().any(|event| matches!(event.what, What::Back(back, _) if back == script))
            {
                let cause = "the panic of `main` is caught, and another one takes its place (`panic!`, `expect`, `unwrap`), or the loop is \
                             not ready for it: something is as it is only in the middle of a `block_on`";
                let hint = "let the panic through, or go on with it as it is (`resume_unwind(payload)`); whatever has to be put in order \
                            before that, the drop of a guard sees to";
                return Finding { cause: cause.to_owned(), hint: hint.to_owned(), ..finding };
            }
            let cause = format!(
                "{who} panicked before, as this case has it, and your code is not ready for that: it takes a result for granted, or finds \
                 something as it is only in the middle of a `block_on`"
            );
            let hint = "look at the line that the message names: a task that panics is `Err(Panicked)` for its handle and nothing else, and \
                        a panic of `main` leaves the loop as its end does (let the drop of a guard see to that)";
            Finding { cause, hint: hint.to_owned(), ..finding }
        })
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
