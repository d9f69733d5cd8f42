//! Each job once, on its own data.

use judge::checks::{EachOnce, Policy};
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::super::shared::{COMPUTE, FETCH};

/// Each job is fetched exactly once, in whichever way.
pub(super) struct FetchedOnce;

impl Policy for FetchedOnce {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        EachOnce { kind: FETCH, noun: "job" }.judge(scenario, run).map_err(|finding| Finding {
            expected: "each job is fetched once, by `fetch` or by `fetch_async`".to_owned(),
            observed: finding.observed.replace("worked", "fetched"),
            ..finding
        })
    }
}

/// Each job is computed from what its own `fetch` gave. A pass says nothing of when.
pub(super) struct EachOnItsOwnData;

impl Policy for EachOnItsOwnData {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let fetched = |job: u64| {
            let fetch = run.works.iter().find(|work| work.work.kind == FETCH && work.work.key == job);
            fetch.and_then(|work| work.answer.as_ref())
        };
        let is_astray = |work: &&judge::run::WorkRecord| fetched(work.work.key) != Some(&work.work.input);
        let computed = run.works.iter().filter(|work| work.work.kind == COMPUTE);
        let Some(work) = computed.clone().find(is_astray) else { return Ok(()) };
        let whose = computed.map(|work| work.work.key).find(|&job| fetched(job) == Some(&work.work.input));
        let whose =
            whose.map_or("data that no `fetch` gave".to_owned(), |job| format!("the data of job {job}"));
        Err(Finding::fail(
            format!("job {} is computed from what its own `fetch` gave", work.work.key),
            format!("it was computed from {whose}"),
            "jobs and data are kept in two lists, and put together again in another order",
            "keep a job and its data together: compute it where it has been fetched, or carry its index along",
        ))
    }
}
