//! Hand-ins that share a program.

use anyhow::{Context, Result};

use super::Outcome;
use super::corpus::{Expected, Subject};
use super::harm::Canary;
use crate::build::{self, Answer, Built, Prepared, Program};
use crate::intake::{self, Sources, Taken};
use crate::jail::Jail;
use crate::kit::{Exercise, Kit};
use crate::record::Verdict;

/// How many share one. A few are enough: what all of a program's crates have in common is then a small part of each one's share.
const TOGETHER: usize = 12;

/// A subject that is to be judged.
pub(super) struct Ready {
    /// Its program, or what became of it before there was one.
    pub(super) built: Result<Program, Outcome>,
    /// They were there before the compiler saw it.
    pub(super) canaries: Vec<Canary>,
}

/// Which of an exercise's subjects share a program. Alone are the hostile, those that have none by their declaration, and all where
/// `alone` says so.
pub(super) fn of(subjects: &[Subject], alone: bool) -> Vec<Vec<&Subject>> {
    let (shared, others): (Vec<_>, Vec<_>) = subjects.iter().partition(|subject| !alone && shares(subject));
    let shared = shared.chunks(TOGETHER).map(<[_]>::to_vec);
    shared.chain(others.into_iter().map(|one| vec![one])).collect()
}

fn shares(subject: &Subject) -> bool {
    let judged = |verdict: &str| [Verdict::Pass, Verdict::Fail].iter().any(|one| one.as_str() == verdict);
    let has_program = match &subject.expected {
        Expected::NotDone => true,
        Expected::Declared(declared) => judged(&declared.verdict),
    };
    has_program && !subject.hostile
}

/// Builds them as one program; the results are in the same order.
pub(super) fn prepare(
    kit: &Kit,
    prepared: &Prepared,
    jail: Jail,
    exercise: &Exercise,
    subjects: &[&Subject],
) -> Result<Vec<Ready>> {
    let canaries = |subject: &&Subject| subject.harm().iter().map(Canary::new).collect::<Result<Vec<_>>>();
    let canaries = subjects.iter().map(canaries).collect::<Result<Vec<_>>>()?;
    let taken = |subject: &&Subject| intake::sources(&subject.root, &subject.package);
    let taken = subjects.iter().map(taken).collect::<Result<Vec<_>>>()?;
    let answers: Vec<_> =
        taken.iter().filter_map(sources).map(|sources| Answer { exercise, sources }).collect();
    let mut built = build::build_all(kit, prepared, jail, &answers)?.into_iter();
    let ready = taken.iter().zip(canaries).map(|(taken, canaries)| {
        let built = match taken {
            Taken::Missing(_) => Err(Outcome::not_judged(Verdict::Missing, String::new())),
            Taken::Refused(why) => Err(Outcome::not_judged(Verdict::Rejected, why.clone())),
            Taken::Sources(_) => match built.next().context("an answer was not built")? {
                Built::Failed(errors) => Err(Outcome::not_judged(Verdict::BuildError, errors)),
                Built::Refused(why) => Err(Outcome::not_judged(Verdict::Rejected, why)),
                Built::Program(program) => Ok(program),
            },
        };
        Ok(Ready { built, canaries })
    });
    ready.collect()
}

fn sources(taken: &Taken) -> Option<&Sources> {
    if let Taken::Sources(sources) = taken { Some(sources) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::corpus::subject;
    use super::*;

    #[test]
    fn who_has_a_program_shares_it_and_the_hostile_do_not() {
        let honest = |text| Subject { hostile: false, ..subject(text) };
        let judged = (0..=TOGETHER).map(|_| honest("[a]\nverdict = \"fail\"\nabout = \"\""));
        let others = [
            honest("[b]\nverdict = \"build_error\"\nabout = \"\""),
            subject("[c]\nverdict = \"pass\"\nabout = \"\""),
        ];
        let subjects: Vec<Subject> = judged.chain(others).collect();
        let sizes = |alone| of(&subjects, alone).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(false), [TOGETHER, 1, 1, 1]);
        assert_eq!(sizes(true), [1; TOGETHER + 3]);
    }
}
