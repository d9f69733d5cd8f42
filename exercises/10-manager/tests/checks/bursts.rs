//! Threads of a client that make calls at the same moment, each under a key of its own.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::Scenario;
use judge::suite::Finding;

use super::super::shared::{Gave, Step, of_next, row};
use super::history::{following, session, shown, steps, told};
use super::standstill::word_end;

/// Each call of a burst gives what its own thread has made. A pass proves it for the interleavings that came about: which these are,
/// nobody decides.
pub(super) struct OwnAnswers;

impl Policy for OwnAnswers {
    fn judge(&self, scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        (0..run.calls.len()).try_for_each(|call| {
            let first = session(scenario, call).first;
            steps(run, call).try_for_each(|work| {
                let Some(Step::Burst { threads, rounds, seed }) = told(work) else { return Ok(()) };
                let Some(next) = following(run, work) else { return Ok(()) };
                let client = of_next(work.work.key).0.wrapping_sub(first);
                own_answers(client, threads, rounds, seed, &next.work.input.numbers)
            })
        })
    }

    fn word_end(&self, finding: Finding, run: &Run) -> Finding {
        word_end(finding, run)
    }
}

fn own_answers(client: u64, threads: u64, rounds: u64, seed: u64, gave: &[u64]) -> Result<(), Finding> {
    let rows: Vec<_> = (0..threads).flat_map(|thread| row(thread, rounds, seed)).collect();
    let gave: Vec<Option<Gave>> = gave.chunks(3).map(Gave::from_numbers).collect();
    let wrong: Vec<usize> =
        (0..rows.len()).filter(|&place| gave.get(place) != Some(&Some(rows[place].1))).collect();
    let Some(&place) = wrong.first() else { return Ok(()) };
    let (op, _) = rows[place];
    let came = gave.get(place).copied().flatten();
    let of_another = rows.iter().enumerate().any(|(other, (_, due))| other != place && Some(*due) == came);
    let key = op.key().map(shown).unwrap_or_default();
    let (observed, cause, hint) = match came {
        Some(Gave::Gone) => (
            "it gave `Gone`".to_owned(),
            "the requests of several threads got mixed on their way: the manager found something that is no request, and stopped serving",
            "a request goes out in one piece: hold a lock while you write it",
        ),
        Some(_) if of_another => (
            "it gave what another call of these should have given".to_owned(),
            "an answer goes to another caller: the lock is given back between a request and its answer, or numbers of requests are used twice",
            "hold one lock from the request to its answer; or number the requests (one counter for all threads), and let one thread read \
             answers and hand each to whoever asked",
        ),
        _ => (
            "it gave something else".to_owned(),
            "requests or answers of several threads get mixed on their way",
            "a message goes out in one piece, and is read in one: hold a lock from the request to its answer",
        ),
    };
    Err(Finding::fail(
        format!(
            "with {threads} threads on one proxy of client {client}, each with a key of its own, `{}({key})` gives what its own thread has made",
            op.name()
        ),
        format!("{observed}; so did {} of {} calls", wrong.len(), rows.len()),
        cause,
        hint,
    ))
}
