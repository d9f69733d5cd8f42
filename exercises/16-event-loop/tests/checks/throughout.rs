//! What holds in every story, whatever it was made for.

use std::sync::Arc;

use judge::checks::{Policy, Returns};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::{Case, Suite};

use super::ends::drops_what_has_ended;
use super::polls::{in_the_order_of_wakes, loses_no_wake, only_what_was_woken, where_it_belongs};
use super::promise::Judged;
use super::story::{Story, What};
use super::times::{in_the_order_of_their_making, keeps_time};

/// Whether a promise holds in a story.
type Holds = fn(&Story) -> Judged;

/// Promises that no story contradicts, beside the checks that are about them.
const PROMISES: [(&str, Holds); 7] = [
    ("runs_tasks", where_it_belongs),
    ("polls_only_what_was_woken", only_what_was_woken),
    ("loses_no_wake", |story| unless_busy(story, loses_no_wake)),
    ("keeps_time", |story| unless_busy(story, keeps_time)),
    ("fires_timers_in_order", in_the_order_of_their_making),
    ("runs_in_the_order_of_wakes", |story| unless_busy(story, in_the_order_of_wakes)),
    ("lets_go", drops_what_has_ended),
];

/// While a poll takes time nobody else is polled and no timer rings; and where those whose time comes meanwhile stand among those
/// who are ready is left open.
fn unless_busy(story: &Story, promise: Holds) -> Judged {
    if story.events.iter().any(|event| event.what == What::Busy) { Ok(()) } else { promise(story) }
}

/// Judges every story of the suite by all of these. Checks share runs, so that nothing is played for it.
pub(crate) fn judged_throughout(mut suite: Suite) -> Suite {
    let mut scenarios: Vec<Arc<Scenario>> = Vec::new();
    for case in suite.checks.iter().flat_map(|check| &check.cases) {
        if !scenarios.iter().any(|known| known.label == case.scenario.label) {
            scenarios.push(Arc::clone(&case.scenario));
        }
    }
    for (check, promise) in PROMISES {
        let holds = |scenario: &Scenario| {
            let cases = suite.check(check).map_or(&[][..], |check| &check.cases);
            cases.iter().any(|case| case.scenario.label == scenario.label)
        };
        let others = scenarios.iter().filter(|scenario| !holds(scenario));
        let others = others.map(|scenario| Case {
            scenario: Arc::clone(scenario),
            policies: vec![Box::new(Throughout(promise))],
            given: None,
        });
        let others: Vec<Case> = others.collect();
        suite.extend(check, others);
    }
    suite
}

/// Judges runs that came to an end. Of others the check says something that the story was made for: so no mistake fails checks that
/// are about something else.
struct Throughout(Holds);

impl Policy for Throughout {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Judged {
        if Returns.judge(scenario, run).is_err() {
            return Ok(());
        }
        (self.0)(&Story::of(run))
    }

    fn leaves_the_end_open(&self) -> bool {
        true
    }
}
