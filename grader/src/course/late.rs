//! What was handed in late, by how much, and what that costs.
//!
//! When something was handed in is told by the platform's export (dates in names, metadata) or by the list of the class; `_LATE` says
//! that it was late and not by how much, which counts as one day. What of all this is known comes from the intake, and nothing is
//! read off a file system, whose times are those of whoever unpacked the archive.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::file::{EVERY, Rules};
use crate::intake::{DAY, EXTENSION, HANDED_IN, Moment, Person, STATUS};
use crate::record::{Change, Graded, Kind, sum};

/// What lateness costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Late {
    /// Of the points that an exercise got, for each day begun.
    pub(super) percent_per_day: f64,
    /// After so many days nothing counts.
    pub(super) days_at_most: i64,
    /// Days of each student's that cost nothing, over all exercises.
    pub(super) free_days: i64,
    /// Seconds after the deadline that are not late.
    pub(super) grace: i64,
    /// How many seconds the course's clock is ahead of UTC.
    pub(super) ahead: i64,
}

/// A tenth of the points for a day, for a week: being late costs something and not everything, and after a week solutions are discussed.
/// A quarter of an hour is what a full line and a slow platform take.
impl Default for Late {
    fn default() -> Self {
        Self { percent_per_day: 10.0, days_at_most: 7, free_days: 0, grace: 15 * 60, ahead: 0 }
    }
}

/// More time for one student.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Extension {
    Days(i64),
    Until(Moment),
}

/// What is known of when a student handed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct HandedIn<'a> {
    pub(super) id: &'a str,
    /// The platform says so.
    pub(super) is_late: bool,
    /// What the intake has learnt.
    pub(super) person: Option<&'a Person>,
}

impl HandedIn<'_> {
    fn at(&self) -> Option<Moment> {
        Moment::read(self.person?.get(HANDED_IN)?)
    }

    /// What the platform, or the list of the class, gives this student.
    fn extension(&self) -> Option<Extension> {
        let person = self.person?;
        let own = person.get(EXTENSION).map(str::trim);
        let days = own.and_then(|text| text.trim_start_matches('+').parse().ok());
        let granted = person.get(STATUS).and_then(|status| {
            let at = status.to_lowercase().find(GRANTED)?;
            Moment::read(status.get(at + GRANTED.len()..)?)
        });
        days.map(Extension::Days).or_else(|| own.and_then(Moment::read).or(granted).map(Extension::Until))
    }
}

/// What Moodle's status says before the date.
const GRANTED: &str = "extension granted until";

/// Takes off what lateness costs, of the exercises of one hand-in in order: free days are used by the first that are late.
pub(super) fn apply(rules: &Rules, handed_in: HandedIn<'_>, exercises: &mut [Graded]) {
    let mut free = rules.late.free_days;
    for graded in exercises.iter_mut().filter(|graded| graded.is_begun()) {
        let Some((days, because)) = days(rules, handed_in, &graded.id) else { continue };
        let (change, used) = rules.late.change(graded, days, free, because);
        free -= used;
        if let Some(change) = change {
            graded.change(change);
        }
    }
}

/// How many days late an exercise is, and how that is known; `None`: it is not, or nobody knows.
fn days(rules: &Rules, handed_in: HandedIn<'_>, exercise: &str) -> Option<(i64, &'static str)> {
    let due = rules.exercises.get(exercise)?.due?;
    let of_student = rules.extensions.get(handed_in.id);
    let of = |key: &str| of_student.and_then(|given: &BTreeMap<String, Extension>| given.get(key)).copied();
    let extension = of(exercise).or_else(|| of(EVERY)).or_else(|| handed_in.extension());
    let more = if let Some(Extension::Days(days)) = extension { days } else { 0 };
    let ahead = rules.late.ahead;
    let Some(at) = handed_in.at() else {
        // The platform knows by its own deadline, and not of what is given here.
        let is_extended = matches!(extension, Some(Extension::Until(_))) || more > 0;
        return (handed_in.is_late && !is_extended)
            .then_some((1, "late, as the platform says, and counted as a day"));
    };
    // What gives more time never takes any.
    let due = match extension {
        Some(Extension::Until(until)) => until.in_utc(ahead).max(due.in_utc(ahead)),
        _ => due.in_utc(ahead) + more * DAY,
    };
    let over = at.in_utc(ahead) - due;
    (over > rules.late.grace).then_some(((over + DAY - 1) / DAY, "late"))
}

impl Late {
    /// What so many days take of the points so far, and how many of the free days they use.
    fn change(&self, graded: &Graded, days: i64, free: i64, because: &str) -> (Option<Change>, i64) {
        let Some(score) = graded.score else { return (None, 0) };
        let is_over = days > self.days_at_most;
        let used = if is_over { 0 } else { days.min(free) };
        let charged = days - used;
        let days = judge::words::count(usize::try_from(days).unwrap_or(usize::MAX), "day");
        let mut why = format!("{days} late");
        if because != "late" {
            because.clone_into(&mut why);
        }
        let kept = if is_over {
            let _ = write!(why, ": after {} days nothing counts", self.days_at_most);
            0.0
        } else {
            if used > 0 && charged == 0 {
                why.push_str(", free of charge");
            } else if used > 0 {
                let _ = write!(why, ", {used} of them free");
            }
            #[expect(clippy::cast_precision_loss, reason = "a few days")]
            let percent = (self.percent_per_day * charged as f64).min(100.0);
            if charged > 0 {
                let _ = write!(why, ": -{percent} %");
            }
            // In favour of the student.
            (score * (100.0 - percent) / 10.0 - 1e-6).ceil() / 10.0
        };
        let points = sum([kept, -score]);
        (Some(Change { kind: Kind::Late, points, why, by: None, stale: false }), used)
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::rules;
    use super::*;
    use crate::report::example::judged;

    fn course(late: &str, extensions: &str) -> Rules {
        rules(&format!(
            "[late]\nutc_offset = \"+01:00\"\n{late}\n[exercises.03]\ndue = 2026-11-29T23:59\n[exercises.04]\ndue = 2026-12-01\n{extensions}"
        ))
    }

    fn person(fields: &[(&str, &str)]) -> Person {
        let more = fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned()));
        Person { more: more.collect(), ..Person::default() }
    }

    /// What is told of 03 and 04, of which each got 8 points.
    fn told(rules: &Rules, is_late: bool, person: &Person) -> String {
        let of = |id: &str| Graded { id: id.to_owned(), score: Some(8.0), ..judged(Vec::new()) };
        let mut exercises = [of("03"), of("04")];
        apply(rules, HandedIn { id: "s1", is_late, person: Some(person) }, &mut exercises);
        let changes = exercises.iter().flat_map(|graded| &graded.changes);
        changes.map(|change| format!("{:.1} {}", change.points, change.why)).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_day_begun_costs_after_the_grace_and_the_extension() {
        let at = |moment: &str| person(&[(HANDED_IN, moment)]);
        let plain = course("", "");
        assert_eq!(told(&plain, false, &at("2026-11-30 00:14")), "");
        assert_eq!(told(&plain, false, &at("2026-11-30 00:15")), "-0.8 1 day late: -10 %");
        assert_eq!(told(&plain, false, &at("2026-11-29 23:20Z")), "-0.8 1 day late: -10 %");
        assert_eq!(told(&plain, false, &at("2026-12-01 12:00")), "-1.6 2 days late: -20 %");
        assert_eq!(
            told(&plain, false, &at("2026-12-08 12:00")),
            "-8.0 9 days late: after 7 days nothing counts; -5.6 7 days late: -70 %"
        );
        let free = course("free_days = 2\npercent_per_day = 12.5", "");
        assert_eq!(
            told(&free, false, &at("2026-12-02 12:00")),
            "-1.0 3 days late, 2 of them free: -12.5 %; -1.0 1 day late: -12.5 %"
        );
        assert_eq!(told(&free, false, &at("2026-11-30 12:00")), "0.0 1 day late, free of charge");
        let extended = course("", "[extensions.s1]\ndays = 1\n04 = 2026-12-02T00:30\n");
        assert_eq!(
            told(&extended, false, &at("2026-12-02 01:00")),
            "-1.6 2 days late: -20 %; -0.8 1 day late: -10 %"
        );
    }

    #[test]
    fn a_platform_that_says_late_alone_is_taken_at_its_word_unless_there_is_an_extension() {
        let word = "late, as the platform says, and counted as a day: -10 %";
        let unknown = Person::default();
        assert_eq!(told(&course("", ""), true, &unknown), format!("-0.8 {word}; -0.8 {word}"));
        assert_eq!(told(&course("", "[extensions.s1]\ndays = 1\n"), true, &unknown), "");
        assert_eq!(told(&rules("[exercises.03]\n"), true, &unknown), "", "nothing is due");
        // A date says more.
        assert_eq!(told(&course("", ""), true, &person(&[(HANDED_IN, "2026-11-29 12:00")])), "");
    }

    #[test]
    fn platforms_and_lists_give_extensions_too() {
        let late = |field, text| {
            told(&course("", ""), false, &person(&[(HANDED_IN, "2026-12-01 12:00"), (field, text)]))
        };
        assert_eq!(late(EXTENSION, "1"), "-0.8 1 day late: -10 %");
        assert_eq!(late(EXTENSION, "+3"), "");
        assert_eq!(late(EXTENSION, "2026-12-01 11:00"), "-0.8 1 day late: -10 %");
        let status = "Submitted for grading - Extension granted until: Friday, 4 December 2026, 11:59 PM";
        assert_eq!(late(STATUS, status), "");
        assert_eq!(late(STATUS, "Submitted for grading"), "-1.6 2 days late: -20 %");
    }
}
