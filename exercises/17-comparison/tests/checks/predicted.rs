//! What `predict` and `fastest` say, against arithmetic.

use judge::checks::Policy;
use judge::run::Run;
use judge::scenario::{Call, Plan, Scenario};
use judge::suite::{Case, Finding};
use judge::wire::{Payload, Request};
use judge::words::{count, thousands};

use super::super::shared::{FASTEST, PREDICT, Question};
use super::reckoned::{NAMES, PROCESSES, SEQUENTIAL, Wrong, fastest, in_floats, ticks, with};

/// Each prediction is right.
pub(crate) fn predicts(label: &str, questions: &[Question]) -> Case {
    Case::of(asked(&format!("`predict`: {label}"), PREDICT, questions))
        .and(judge::checks::Returns)
        .and(Predicts(questions.to_vec()))
}

/// Each time the right approach is named.
pub(crate) fn names(label: &str, questions: &[Question]) -> Case {
    Case::of(asked(&format!("`fastest`: {label}"), FASTEST, questions))
        .and(judge::checks::Returns)
        .and(Names(questions.to_vec()))
}

/// The same question of each approach.
pub(crate) fn of_each(question: Question) -> impl Iterator<Item = Question> {
    (SEQUENTIAL..=PROCESSES).map(move |approach| Question { approach, ..question })
}

fn asked(label: &str, entry: u16, questions: &[Question]) -> Scenario {
    let input = Payload::of(questions.iter().flat_map(|question| question.numbers()));
    let call = Call { lane: 0, request: Request { entry, input } };
    Scenario::new(label, vec![call], Plan::default())
}

/// `predict` gives what arithmetic gives, for each of these. A pass proves it for these alone.
struct Predicts(Vec<Question>);

impl Policy for Predicts {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let said = run.calls[0].returned().map(|returned| returned.numbers.as_slice()).unwrap_or_default();
        let wrong = self.0.iter().zip(said).find(|(question, said)| ticks(**question) != **said);
        let Some((&question, &said)) = wrong else { return Ok(()) };
        let right = ticks(question);
        let is_it = |wrong: &&Wrong| with(question, **wrong) == said;
        let (cause, hint) = Wrong::ALL.iter().find(is_it).map_or(
            (
                "a mistake in the arithmetic, or something that is no arithmetic (a stopwatch tells of this machine, and another time each time)",
                "draw this case as the lesson does, a line for each worker, and count its rounds of waiting and of computing",
            ),
            |wrong| wrong.words(),
        );
        Err(Finding::fail(
            format!("{} takes {} ticks: {}", told(question), thousands(right), why(question)),
            format!("`predict` says {}", thousands(said)),
            cause,
            hint,
        ))
    }
}

/// `fastest` names the approach with the fewest ticks, the first of several, for each of these. A pass proves it for these alone.
struct Names(Vec<Question>);

impl Policy for Names {
    fn judge(&self, _scenario: &Scenario, run: &Run) -> Result<(), Finding> {
        let said = run.calls[0].returned().map(|returned| returned.numbers.as_slice()).unwrap_or_default();
        let wrong = self.0.iter().zip(said).find(|(question, said)| fastest(**question) != **said);
        let Some((&question, &said)) = wrong else { return Ok(()) };
        let right = fastest(question);
        let of = |approach| ticks(Question { approach, ..question });
        let each: Vec<String> = (SEQUENTIAL..=PROCESSES)
            .map(|approach| format!("{} {}", name(approach), thousands(of(approach))))
            .collect();
        let (cause, hint) = if of(said) == of(right) {
            (
                "of several that take as long an expensive one is taken; or `predict` is not right for one of them",
                "if `predicts_each_time` fails look there first; else go through the approaches in their order, and let a later one win only if it \
                 takes less (`min_by_key` keeps the first)",
            )
        } else if in_floats(of(said)) == in_floats(of(right)) {
            (
                "the times are compared as `f64`, which has no odd numbers above 2^53: some that differ are equal there",
                "compare the `u64` that `predict` gives",
            )
        } else {
            (
                "it is decided by a rule of thumb, or `predict` is not right for one of the approaches",
                "ask `predict` for each approach, and take the least; if `predicts_each_time` fails look there first",
            )
        };
        Err(Finding::fail(
            format!("{}: {} ({} ticks)", machine(question), name(right), each.join(", ")),
            format!("`fastest` names {}", name(said)),
            cause,
            hint,
        ))
    }
}

fn name(approach: u64) -> &'static str {
    usize::try_from(approach).ok().and_then(|approach| NAMES.get(approach)).copied().unwrap_or("none")
}

fn told(question: Question) -> String {
    format!("{} with {}", name(question.approach), machine(question))
}

fn machine(question: Question) -> String {
    let Question { jobs, fetch, compute, cores, workers, one_at_a_time, process_start, .. } = question;
    let number = |number: u64, noun: &str| count(usize::try_from(number).unwrap_or(usize::MAX), noun);
    format!(
        "{} (fetch {}, compute {}), {}, {}{}{}",
        number(jobs, "job"),
        thousands(fetch),
        thousands(compute),
        number(cores, "core"),
        number(workers, "worker"),
        if one_at_a_time { ", threads one at a time" } else { "" },
        if process_start > 0 {
            format!(", processes start in {}", thousands(process_start))
        } else {
            String::new()
        },
    )
}

/// The arithmetic, in words.
fn why(question: Question) -> String {
    let Question { approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start } = question;
    if jobs == 0 {
        return "there is nothing to do".to_owned();
    }
    let rounds =
        |places: u64, length: u64| format!("{} × {}", thousands(jobs.div_ceil(places)), thousands(length));
    let places = workers.min(if one_at_a_time && approach != PROCESSES { 1 } else { cores });
    let on_workers = match (fetch, compute) {
        (_, 0) => rounds(workers, fetch),
        (0, _) => rounds(places, compute),
        _ => format!("{} + {}", rounds(workers, fetch), rounds(places, compute)),
    };
    match NAMES[usize::try_from(approach).unwrap_or_default()] {
        "Sequential" => format!("{} × ({} + {})", thousands(jobs), thousands(fetch), thousands(compute)),
        "EventLoop" => format!("{} + {} × {}", thousands(fetch), thousands(jobs), thousands(compute)),
        "Mixed" => format!("{} + {}", thousands(fetch), rounds(places, compute)),
        "Processes" if process_start > 0 => format!("{} + {on_workers}", thousands(process_start)),
        _ => on_workers,
    }
}
