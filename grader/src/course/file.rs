//! Reads the course file, `course.toml`: GRADING.md has its schema.
//!
//! Invariant: what is not understood is refused with its line and what to write instead, and nothing is guessed: a rule that is
//! spelt wrong would be one that is not applied.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use judge::suite::{Category, Check, Suite, Visibility};
use serde::Deserialize;
use toml::Spanned;
use toml::value::{Datetime, Offset};

use super::effort::Effort;
use super::late::{Extension, Late};
use super::points::{Weighed, divided, weights};
use crate::intake::{Moment, ahead};
use crate::record::points;

/// What the teacher has decided.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules {
    /// What the course is called.
    pub(crate) title: Option<String>,
    /// Those that count, by their numbers.
    pub(super) exercises: BTreeMap<String, OfExercise>,
    pub(super) late: Late,
    /// By student, then by exercise; for all exercises under [`EVERY`].
    pub(super) extensions: BTreeMap<String, BTreeMap<String, Extension>>,
}

/// In place of an exercise's number: for each that has nothing of its own.
pub(super) const EVERY: &str = "days";

/// What an exercise counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OfExercise {
    /// Its points, in tenths.
    pub(super) tenths: u32,
    /// What some categories weigh.
    pub(super) categories: BTreeMap<Category, f64>,
    /// What some checks weigh.
    pub(super) checks: BTreeMap<String, f64>,
    /// Who may see some checks.
    pub(super) show: BTreeMap<String, Visibility>,
    pub(super) due: Option<Moment>,
    pub(super) effort: Effort,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    #[serde(default)]
    effort: EffortTable,
    #[serde(default)]
    late: LateTable,
    exercises: Option<BTreeMap<Spanned<String>, ExerciseTable>>,
    #[serde(default)]
    extensions: BTreeMap<String, BTreeMap<Spanned<String>, Spanned<toml::Value>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EffortTable {
    sequential_at_most: Option<Spanned<f64>>,
    parallel_at_least: Option<Spanned<f64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LateTable {
    percent_per_day: Option<Spanned<f64>>,
    days_at_most: Option<u32>,
    free_days: Option<u32>,
    grace_minutes: Option<u32>,
    utc_offset: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseTable {
    points: Option<Spanned<f64>>,
    due: Option<Spanned<Datetime>>,
    #[serde(default)]
    categories: BTreeMap<Spanned<Category>, Spanned<f64>>,
    #[serde(default)]
    checks: BTreeMap<Spanned<String>, Spanned<f64>>,
    #[serde(default)]
    show: BTreeMap<Spanned<String>, Visibility>,
    #[serde(default)]
    effort: EffortTable,
}

/// The most points of an exercise.
const POINTS_AT_MOST: f64 = 10_000.0;

impl Rules {
    /// Reads a course file for a kit with these suites.
    pub(crate) fn read(file: &Path, suites: Vec<Suite>) -> Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
        Self::parse(&text, &file.display(), suites)
    }

    /// The numbers of the exercises that count, in order.
    pub(crate) fn exercises(&self) -> Vec<String> {
        self.exercises.keys().cloned().collect()
    }

    /// Whether the points depend on what ran in parallel.
    pub(super) fn need_runs(&self) -> bool {
        self.exercises.values().any(|rules| rules.effort != Effort::NONE)
    }

    /// The points of an exercise, if it counts.
    pub(crate) fn points(&self, exercise: &str) -> Option<f64> {
        self.exercises.get(exercise).map(|rules| points(rules.tenths))
    }

    fn parse(text: &str, shown: &dyn Display, mut suites: Vec<Suite>) -> Result<Self> {
        let reader = Reader { text, shown, suites: &suites };
        let file: File = toml::from_str(text).map_err(|error| {
            let what = error.message().trim_end().replace('\n', "; ");
            reader.wrong(error.span().unwrap_or_default(), &what)
        })?;
        let effort = reader.effort(&file.effort, Effort::default())?;
        let mut exercises = BTreeMap::new();
        let tables = file.exercises.unwrap_or_default();
        for (name, table) in &tables {
            let suite = reader.suite(name)?;
            let of_exercise = reader.exercise(name, table, suite, effort)?;
            if exercises.insert(suite.id.to_owned(), of_exercise).is_some() {
                return Err(
                    reader.wrong(name.span(), &format!("exercise {} is there twice; keep one", suite.id))
                );
            }
        }
        if exercises.is_empty() {
            let first = suites.first().map_or("01", |suite| suite.id);
            return Err(anyhow!(
                "{shown}: no exercise counts; write a table for each that does: `[exercises.{first}]`"
            ));
        }
        let mut extensions = BTreeMap::new();
        for (id, given) in file.extensions {
            let given = given.into_iter().map(|(name, value)| reader.extension(&name, value, &exercises));
            extensions.insert(id, given.collect::<Result<_>>()?);
        }
        let late = reader.late(file.late)?;
        // Last, since it changes the suites.
        for suite in &mut suites {
            let Some(rules) = exercises.get(suite.id) else { continue };
            rules.show.iter().for_each(|(check, visibility)| suite.show(check, *visibility));
            if let Some((gate, check)) = suite.told_too_early().next() {
                let named = tables.values().flat_map(|table| table.show.keys());
                let mut named = named.filter(|name| [gate.id, check.id].contains(&name.as_ref().as_str()));
                let what = format!(
                    "whoever sees `{}` reads of `{}`, which comes before it; write `{} = \"{}\"` for that one, or hide both",
                    check.id,
                    gate.id,
                    gate.id,
                    check.visibility.as_str()
                );
                return Err(wrong(text, shown, &named.next().map(Spanned::span).unwrap_or_default(), &what));
            }
        }
        Ok(Self { title: file.title, exercises, late, extensions })
    }
}

fn shown_so(given: &BTreeMap<Spanned<String>, Visibility>) -> BTreeMap<String, Visibility> {
    given.iter().map(|(check, visibility)| (check.as_ref().clone(), *visibility)).collect()
}

/// With the line on which it is.
fn wrong(text: &str, shown: &dyn Display, span: &Range<usize>, what: &str) -> anyhow::Error {
    let before = text.get(..span.start).unwrap_or_default();
    anyhow!("{shown}:{}: {what}", before.matches('\n').count() + 1)
}

/// What reads, and says what is wrong.
struct Reader<'a> {
    text: &'a str,
    shown: &'a dyn Display,
    suites: &'a [Suite],
}

impl Reader<'_> {
    fn wrong(&self, span: Range<usize>, what: &str) -> anyhow::Error {
        wrong(self.text, self.shown, &span, what)
    }

    fn suite(&self, name: &Spanned<String>) -> Result<&Suite> {
        let number = format!("{:0>2}", name.as_ref());
        let is_it = |suite: &&Suite| suite.id == number || suite.name == name.as_ref();
        self.suites.iter().find(is_it).ok_or_else(|| {
            let known = self.suites.iter().map(|suite| suite.id).collect::<Vec<_>>().join(", ");
            let what = format!("there is no exercise `{}`; the kit has {known}", name.as_ref());
            self.wrong(name.span(), &what)
        })
    }

    fn check<'s>(&self, name: &Spanned<String>, suite: &'s Suite) -> Result<&'s Check> {
        suite.check(name.as_ref()).ok_or_else(|| {
            let known = suite.checks.iter().map(|check| check.id).collect::<Vec<_>>().join(", ");
            let what = format!("{} has no check `{}`; it has {known}", suite.name, name.as_ref());
            self.wrong(name.span(), &what)
        })
    }

    fn percent(&self, value: Option<&Spanned<f64>>, otherwise: f64) -> Result<f64> {
        let Some(value) = value else { return Ok(otherwise) };
        let is_one = (0.0..=100.0).contains(value.as_ref());
        let wrong = || {
            self.wrong(value.span(), &format!("{} is no share; write percent, from 0 to 100", value.as_ref()))
        };
        is_one.then(|| *value.as_ref()).ok_or_else(wrong)
    }

    fn weight(&self, value: &Spanned<f64>) -> Result<f64> {
        let is_one = (0.0..=POINTS_AT_MOST).contains(value.as_ref());
        let wrong = || self.wrong(value.span(), &format!("{} is no weight; write 0 or more", value.as_ref()));
        is_one.then(|| *value.as_ref()).ok_or_else(wrong)
    }

    fn effort(&self, table: &EffortTable, otherwise: Effort) -> Result<Effort> {
        Ok(Effort {
            sequential_at_most: self
                .percent(table.sequential_at_most.as_ref(), otherwise.sequential_at_most)?,
            parallel_at_least: self.percent(table.parallel_at_least.as_ref(), otherwise.parallel_at_least)?,
        })
    }

    fn late(&self, table: LateTable) -> Result<Late> {
        let otherwise = Late::default();
        let ahead = |zone: Spanned<String>| {
            let wrong = || {
                let what = format!("`{}` is no offset from UTC; write it as \"+01:00\"", zone.as_ref());
                self.wrong(zone.span(), &what)
            };
            ahead(zone.as_ref()).ok_or_else(wrong)
        };
        Ok(Late {
            percent_per_day: self.percent(table.percent_per_day.as_ref(), otherwise.percent_per_day)?,
            days_at_most: table.days_at_most.map_or(otherwise.days_at_most, i64::from),
            free_days: table.free_days.map_or(otherwise.free_days, i64::from),
            grace: table.grace_minutes.map_or(otherwise.grace, |minutes| i64::from(minutes) * 60),
            ahead: table.utc_offset.map(ahead).transpose()?.unwrap_or(otherwise.ahead),
        })
    }

    fn exercise(
        &self,
        name: &Spanned<String>,
        table: &ExerciseTable,
        suite: &Suite,
        effort: Effort,
    ) -> Result<OfExercise> {
        let mut categories = BTreeMap::new();
        for (category, weight) in &table.categories {
            let is_there = suite.checks.iter().any(|check| check.category == *category.as_ref());
            if !is_there {
                let what = format!("{} has no check of {}", suite.name, category.as_ref().as_str());
                return Err(self.wrong(category.span(), &what));
            }
            categories.insert(*category.as_ref(), self.weight(weight)?);
        }
        let mut checks = BTreeMap::new();
        for (check, weight) in &table.checks {
            checks.insert(self.check(check, suite)?.id.to_owned(), self.weight(weight)?);
        }
        for check in table.show.keys() {
            self.check(check, suite)?;
        }
        Ok(OfExercise {
            tenths: self.tenths(name, table.points.as_ref(), suite, &checks, &categories)?,
            categories,
            checks,
            show: shown_so(&table.show),
            due: table.due.as_ref().map(|due| self.moment(*due.as_ref(), due.span())).transpose()?,
            effort: self.effort(&table.effort, effort)?,
        })
    }

    /// The points of an exercise: those that the file gives it, or else what its checks weigh.
    fn tenths(
        &self,
        name: &Spanned<String>,
        given: Option<&Spanned<f64>>,
        suite: &Suite,
        checks: &BTreeMap<String, f64>,
        categories: &BTreeMap<Category, f64>,
    ) -> Result<u32> {
        let of_suite = suite.checks.iter().map(|check| Weighed {
            id: check.id,
            category: check.category,
            points: points(check.tenths),
        });
        let weights = weights(&of_suite.collect::<Vec<_>>(), checks, categories);
        let weight: f64 = weights.iter().sum();
        if weight <= 0.0 {
            return Err(self.wrong(name.span(), "every check weighs 0; give one of them more"));
        }
        let (given, span) = given.map_or((weight, name.span()), |given| (*given.as_ref(), given.span()));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just below")]
        let tenths = (given * 10.0).round() as u32;
        let is_in_tenths = (given * 10.0 - f64::from(tenths)).abs() < 1e-6;
        if !is_in_tenths || !(0.1..=POINTS_AT_MOST).contains(&given) {
            let what = format!("{given} points; write tenths, from 0.1 to {POINTS_AT_MOST}");
            return Err(self.wrong(span, &what));
        }
        debug_assert_eq!(divided(tenths, &weights).iter().sum::<u32>(), tenths);
        Ok(tenths)
    }

    fn extension(
        &self,
        name: &Spanned<String>,
        value: Spanned<toml::Value>,
        exercises: &BTreeMap<String, OfExercise>,
    ) -> Result<(String, Extension)> {
        let span = value.span();
        let given = match value.into_inner() {
            toml::Value::Integer(days) if (0..1000).contains(&days) => Extension::Days(days),
            toml::Value::Datetime(due) => Extension::Until(self.moment(due, span)?),
            other => {
                let what =
                    format!("{other} is no extension; write days, as 3, or until when, as 2026-12-04T23:59");
                return Err(self.wrong(span, &what));
            }
        };
        if name.as_ref() == EVERY {
            return Ok((EVERY.to_owned(), given));
        }
        let suite = self.suite(name)?;
        if exercises.get(suite.id).is_some_and(|exercise| exercise.due.is_some()) {
            return Ok((suite.id.to_owned(), given));
        }
        let what = format!("there is nothing to extend: exercise {} has no `due` in this file", suite.id);
        Err(self.wrong(name.span(), &what))
    }

    /// A day alone lasts until its end.
    fn moment(&self, written: Datetime, span: Range<usize>) -> Result<Moment> {
        let ahead = written.offset.map(|offset| match offset {
            Offset::Z => 0,
            Offset::Custom { minutes } => i64::from(minutes) * 60,
        });
        let time = written
            .time
            .map_or([23, 59, 59], |time| [time.hour, time.minute, time.second.unwrap_or(0)].map(i64::from));
        let date = written.date.map(|date| [i64::from(date.year), date.month.into(), date.day.into()]);
        date.and_then(|date| Moment::new(date, time, ahead))
            .ok_or_else(|| self.wrong(span, &format!("`{written}` is no day; write 2026-11-30T23:59")))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use judge::scenario::{Call, Plan, Scenario};
    use judge::suite::Case;
    use judge::wire::{Payload, Request};

    use super::*;

    /// Two exercises: the first has three checks that call the same function, the other one check.
    pub(in crate::course) fn suites() -> Vec<Suite> {
        let case = || {
            let call = Call { lane: 0, request: Request { entry: 0, input: Payload::default() } };
            vec![Case::of(Scenario::new("case", vec![call], Plan::default()))]
        };
        let check = |id, category, tenths| Check::visible(id, category, tenths, "", case());
        let three = vec![
            check("maps", Category::Correctness, 20),
            check("even", Category::Speedup, 50),
            check("uneven", Category::Speedup, 30),
        ];
        vec![
            Suite { id: "03", name: "ordered-map", supplied: &[], checks: three },
            Suite {
                id: "04",
                name: "downloads",
                supplied: &[],
                checks: vec![check("all", Category::Ordering, 100)],
            },
        ]
    }

    pub(in crate::course) fn rules(text: &str) -> Rules {
        Rules::parse(text, &"course.toml", suites()).expect("the file is understood")
    }

    fn why(text: &str) -> String {
        Rules::parse(text, &"course.toml", suites()).expect_err("the file is refused").to_string()
    }

    #[test]
    fn a_file_says_what_counts_and_what_it_does_not_say_is_as_ever() {
        let rules = rules(
            "title = \"Parallel\"\n[effort]\nsequential_at_most = 40\n[late]\nfree_days = 2\nutc_offset = \"+01:00\"\n\
             [exercises.03]\npoints = 20\ndue = 2026-11-30T23:59\nchecks = { uneven = 5 }\nshow = { uneven = \"hidden\" }\n\
             [exercises.downloads]\ncategories = { ordering = 7.5 }\neffort = { parallel_at_least = 0 }\n\
             [extensions.s07]\ndays = 3\n03 = 2026-12-04\n",
        );
        assert_eq!(rules.exercises(), ["03", "04"]);
        let [three, four] = ["03", "04"].map(|id| &rules.exercises[id]);
        assert_eq!((three.tenths, four.tenths), (200, 75));
        assert_eq!(three.due.map(|due| due.to_string()).as_deref(), Some("2026-11-30 23:59"));
        assert_eq!((three.effort.sequential_at_most, three.effort.parallel_at_least), (40.0, 30.0));
        assert_eq!((four.effort.sequential_at_most, four.effort.parallel_at_least), (40.0, 0.0));
        assert_eq!((rules.late.free_days, rules.late.ahead), (2, 3600));
        let Extension::Until(until) = rules.extensions["s07"]["03"] else { panic!("a date") };
        assert_eq!(until.to_string(), "2026-12-04 23:59:59");
        assert_eq!(rules.extensions["s07"][EVERY], Extension::Days(3));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_what_to_write() {
        for (text, said) in [
            ("", "course.toml: no exercise counts; write a table for each that does: `[exercises.03]`"),
            ("[exercises.09]\n", "course.toml:1: there is no exercise `09`; the kit has 03, 04"),
            (
                "[exercises.03]\npoint = 1\n",
                "course.toml:2: unknown field `point`, expected one of `points`, ",
            ),
            (
                "[exercises.03]\npoints = 0.25\n",
                "course.toml:2: 0.25 points; write tenths, from 0.1 to 10000",
            ),
            ("[exercises.03]\npoints = -1\n", "course.toml:2: -1 points; write tenths"),
            ("[exercises.03]\npoints = nan\n", "course.toml:2: NaN points; write tenths"),
            (
                "[exercises.03]\n\nchecks = { evn = 1 }\n",
                "course.toml:3: ordered-map has no check `evn`; it has maps, even, uneven",
            ),
            (
                "[exercises.03]\nchecks = { maps = 0 }\ncategories = { speedup = 0 }\n",
                "course.toml:1: every check weighs 0",
            ),
            (
                "[exercises.04]\ncategories = { speedup = 1 }\n",
                "course.toml:2: downloads has no check of speedup",
            ),
            (
                "[exercises.03]\ncategories = { speed = 1 }\n",
                "course.toml:2: unknown variant `speed`, expected one of `correctness`",
            ),
            (
                "[exercises.03]\nshow = { maps = \"hidden\" }\n",
                "course.toml:2: whoever sees `even` reads of `maps`",
            ),
            (
                "[exercises.03]\ndue = 23:59:00\n",
                "course.toml:2: `23:59:00` is no day; write 2026-11-30T23:59",
            ),
            (
                "[exercises.03]\n[effort]\nsequential_at_most = 120\n",
                "course.toml:3: 120 is no share; write percent",
            ),
            (
                "[exercises.03]\n[late]\nutc_offset = \"CET\"\n",
                "course.toml:3: `CET` is no offset from UTC; write it as \"+01:00\"",
            ),
            ("[exercises.03]\n[late]\nfree_days = -1\n", "course.toml:3: "),
            ("[exercises.03]\n[exercises.3]\n", "course.toml:2: exercise 03 is there twice; keep one"),
            (
                "[exercises.03]\n[extensions.s1]\n03 = 2\n",
                "course.toml:3: there is nothing to extend: exercise 03 has no `due`",
            ),
            (
                "[exercises.03]\n[extensions.s1]\ndays = \"two\"\n",
                "course.toml:3: \"two\" is no extension; write days, as 3",
            ),
            ("[exercises.03\n", "course.toml:1: "),
        ] {
            let told = why(text);
            assert!(told.starts_with(said), "{text:?}: {told}");
        }
    }
}
