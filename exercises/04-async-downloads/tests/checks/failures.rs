//! What one download's failure, or its panic, does to the others: nothing.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Scenario, Then};
use judge::suite::Finding;
use judge::words::{count, list};

use super::cases::DOWNLOAD;

/// These URLs read `Err`, all others `Ok`.
pub(super) struct FailAlone {
    pub(super) urls: Vec<usize>,
}

impl Policy for FailAlone {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(returned) = run.calls[0].returned() else { return Ok(()) };
        let failed: Vec<usize> =
            (0..returned.texts.len()).filter(|&i| !returned.texts[i].is_empty()).collect();
        if failed == self.urls {
            return Ok(());
        }
        if self.urls.is_empty() {
            return Err(Finding::fail(
                "every URL reads `Ok`: no download failed",
                format!("`Err` at {}", list(failed)),
                "a result is judged by its body, or a URL by its looks: an empty body is a body, too",
                "keep each `Result` as it is",
            ));
        }
        Err(Finding::fail(
            format!("URL {} reads `Err`, every other one `Ok`", list(&self.urls)),
            format!("`Err` at {}", list(failed)),
            "one download's failure changes what another one reads",
            "keep each `Result` as it is; do not use `?` or `try_join` on them",
        ))
    }
}

/// `URL 1`, `URLs 1 and 3`.
fn urls(all: &[usize]) -> String {
    format!("URL{} {}", if all.len() == 1 { "" } else { "s" }, list(all))
}

/// `URL 1 reads`, `URLs 1 and 3 read`.
fn read(all: &[usize]) -> String {
    format!("{} read{}", urls(all), if all.len() == 1 { "s" } else { "" })
}

/// The call panics; or each URL whose download panics reads `Err`, and every other one is downloaded and reads what it gave.
pub(super) struct PanicsOrErr;

impl Policy for PanicsOrErr {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let Some(returned) = run.calls[0].returned() else { return Ok(()) };
        let planned: Vec<&Then> = scenario.plan.of_kind(DOWNLOAD).map(|(_, planned)| &planned.then).collect();
        let bad = |url: &usize| matches!(planned[*url], Then::Panic(_));
        let (bad, others): (Vec<usize>, Vec<usize>) = (0..planned.len()).partition(bad);
        let ended = |url: usize| run.works.iter().find(|work| work.work.key == url as u64 && !work.dropped);
        let finding = |observed: String, cause: &str, hint: &str| {
            let expected =
                format!("the call panics; or {} `Err`, and every other URL what it gave", read(&bad));
            Err(Finding::fail(expected, observed, cause, hint))
        };
        if bad.iter().any(|&url| ended(url).is_none()) {
            return finding(
                "the call returned before the download could panic".to_owned(),
                "the download is not started, or given up before its end",
                "see the check that each URL is downloaded once",
            );
        }
        let reads_err = |url: &usize| returned.texts.get(*url).is_some_and(|text| !text.is_empty());
        let all_there = returned.numbers.len() == planned.len();
        let answer = |url: usize| ended(url).and_then(|work| work.answer.as_ref());
        let failed = |url: usize| answer(url).is_some_and(|answer| !answer.texts.is_empty());
        let missed: Vec<usize> = bad.iter().copied().filter(|url| !reads_err(url)).collect();
        let instead: Vec<usize> =
            others.iter().copied().filter(|url| reads_err(url) && !failed(*url)).collect();
        if all_there && !missed.is_empty() && !instead.is_empty() {
            return finding(
                format!("it returned, and {} `Err`, and not {}", read(&instead), urls(&missed)),
                "the `Err` of a panic stands at another URL's place: a `JoinError` does not say which URL it was, and a count (of the \
                 results so far, or of the tasks that have ended) does not either",
                "keep the index where the panic can't take it along: handles in the order of the URLs, a map from the task's id \
                 (`join_next_with_id`), or `catch_unwind` inside of the task",
            );
        }
        if !all_there || !missed.is_empty() {
            return finding(
                format!(
                    "{} of {} panicked, and the call returned as if nothing had happened, with {}",
                    bad.len(),
                    count(planned.len(), "download"),
                    count(returned.numbers.len(), "result")
                ),
                "the panic of a spawned task is dropped with its `JoinError`, or only the first one counts",
                "make each `JoinError` an `Err` of its own URL, or pass the panic on",
            );
        }
        let gave = |url: usize| answer(url).map(|answer| (answer.numbers[0], answer.texts.is_empty()));
        let reads = |url: usize| (returned.numbers[url], returned.texts[url].is_empty());
        let never: Vec<usize> = others.iter().copied().filter(|&url| gave(url).is_none()).collect();
        let lost = |url: &usize| gave(*url).is_some_and(|gave| gave != reads(*url));
        let lost: Vec<usize> = others.iter().copied().filter(lost).collect();
        let mut observed = vec![format!("it returned, and {} `Err`", read(&bad))];
        if !lost.is_empty() {
            observed.push(format!("{} something else than the download gave", read(&lost)));
        }
        if !never.is_empty() {
            observed.push(format!("never downloaded to the end: {}", urls(&never)));
        }
        if observed.len() == 1 {
            return Ok(());
        }
        finding(
            observed.join("; "),
            "the panic takes others along: what its task (a lane, a worker) had downloaded before goes with it, what it would have \
             taken next is taken by nobody, or the first failure ends the wait for all",
            "bring each result home when it is there: a task for each URL, or a place or a channel outside of the task; or pass the panic on",
        )
    }
}
