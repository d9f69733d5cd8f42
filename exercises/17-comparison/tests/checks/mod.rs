//! The promises of the four ways and of the two predictions, and the jobs that put them to the proof.
//!
//! [`suite`] holds the visible cases. [`jobs::Jobs`], [`predicted::predicts`] and [`predicted::names`] make further ones.

mod both;
pub(crate) mod cases;
mod each;
mod in_turn;
pub(crate) mod jobs;
mod left;
mod on_the_loop;
mod on_threads;
pub(crate) mod predicted;
mod reckoned;
mod seen;

use judge::suite::{Category, Check, Suite};

/// The visible suite. The first check of each function is the one about it alone, so that whoever has written one has its points.
pub(crate) fn suite() -> Suite {
    use Category::{Correctness, Ordering, Robustness, Speedup};
    Suite {
        id: "17",
        name: "comparison",
        supplied: &["fetch", "compute"],
        checks: vec![
            Check::visible(
                "works_one_after_another",
                Correctness,
                6,
                "`sequential` does one thing at a time, on the calling thread, and takes the sum of all",
                cases::in_turn(),
            ),
            Check::visible(
                "overlaps_on_threads",
                Speedup,
                14,
                "`threads` has `workers` jobs under way, or all that are left: they wait together, and compute together as far as there are cores",
                cases::on_threads(),
            ),
            Check::visible(
                "overlaps_waiting_on_the_loop",
                Speedup,
                14,
                "`event_loop` waits for all jobs at the same time, and computes each as its data arrives, on its own thread",
                cases::on_the_loop(),
            ),
            Check::visible(
                "overlaps_both",
                Speedup,
                16,
                "`mixed` waits for all jobs at the same time and computes `workers` of them beside, and the event loop is never blocked",
                cases::both(),
            ),
            Check::visible(
                "works_every_job",
                Correctness,
                6,
                "each way fetches each job once and computes it once, from its own data",
                cases::every_job(),
            ),
            Check::visible(
                "keeps_the_order",
                Ordering,
                10,
                "output i belongs to job i, whatever ends first, in each way",
                cases::orders(),
            ),
            Check::visible(
                "predicts_each_time",
                Correctness,
                16,
                "`predict` gives the ticks that each approach takes",
                cases::predictions(),
            ),
            Check::visible(
                "names_the_fastest",
                Correctness,
                8,
                "`fastest` names the approach that takes the fewest ticks; of several the cheapest",
                cases::winners(),
            ),
            Check::visible(
                "survives_a_panic",
                Robustness,
                6,
                "a job that panics makes the call panic, in each way, and never hangs it",
                cases::panics(),
            ),
            Check::visible(
                "refuses_zero_workers",
                Robustness,
                2,
                "`threads` and `mixed` panic with 0 workers, with `workers` in the message",
                cases::zero(),
            ),
            Check::visible(
                "leaves_nothing_running",
                Robustness,
                2,
                "when a call ends nothing of it is in progress, and until then whoever waits sleeps",
                cases::leftovers(),
            ),
        ],
    }
}
