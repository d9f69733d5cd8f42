//! Gradings as they are in the store: as documents, and as lists of results.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, bail};
use rusqlite::params;
use serde::Serialize;

use super::{Judgement, Number, Origin, Partition, Place, Request, Results, Setup, from_text};
use crate::record::{Graded, Grading, SCHEMA, Submission, Verdict, sum};

/// A grading, without its results.
#[derive(Debug, Clone)]
pub(crate) struct Past {
    pub(crate) number: Number,
    /// UTC, to the second.
    pub(crate) began: String,
    /// `None`: it is under way, or was interrupted.
    pub(crate) ended: Option<String>,
    pub(crate) setup: Setup,
    pub(crate) request: Request,
    /// The ids of the whole class, in order.
    pub(crate) roster: Vec<String>,
}

/// An exercise of a hand-in in one grading.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) graded: Graded,
    /// The judgement, its key and how the hand-in came to it; `None` where the machine failed.
    pub(crate) result: Option<(Judgement, String, Origin)>,
}

/// A grading in figures.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) number: Number,
    pub(crate) began: String,
    /// `None`: it is under way, or was interrupted.
    pub(crate) ended: Option<String>,
    pub(crate) hand_ins: usize,
    /// How many results it has when it is complete.
    pub(crate) total: usize,
    pub(crate) results: u32,
    /// How often something had to be judged for it.
    pub(crate) judged: u32,
    pub(crate) failed: u32,
    pub(crate) partition: Option<Partition>,
    pub(crate) setup: Setup,
}

/// What a hand-in was told in a grading about an exercise.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) grading: Number,
    pub(crate) began: String,
    pub(crate) exercise: String,
    pub(crate) verdict: Verdict,
    pub(crate) score: Option<f64>,
    /// `None`: the machine failed.
    pub(crate) origin: Option<Origin>,
}

impl Past {
    /// The ids of the hand-ins that this grading is about, in order.
    pub(crate) fn hand_ins(&self) -> impl Iterator<Item = &String> {
        self.roster.iter().filter(|id| self.request.partition.is_none_or(|partition| partition.has(id)))
    }

    /// How many results it has when it is complete.
    pub(crate) fn size(&self) -> usize {
        self.hand_ins().count() * self.setup.exercises.len()
    }
}

impl Results {
    /// All gradings, oldest first.
    pub(crate) fn gradings(&self) -> Result<Vec<Past>> {
        let mut query = self.db.prepare(
            "SELECT number, datetime(began, 'unixepoch'), datetime(ended, 'unixepoch'), setup, request, roster
             FROM grading ORDER BY number",
        )?;
        let mut rows = query.query([])?;
        let mut gradings = Vec::new();
        while let Some(row) = rows.next()? {
            let json = |column: usize| row.get::<_, String>(column);
            gradings.push(Past {
                number: row.get(0)?,
                began: row.get(1)?,
                ended: row.get(2)?,
                setup: serde_json::from_str(&json(3)?)?,
                request: serde_json::from_str(&json(4)?)?,
                roster: serde_json::from_str(&json(5)?)?,
            });
        }
        Ok(gradings)
    }

    /// One of them; without a number the newest that came to its end.
    pub(crate) fn grading(&self, number: Option<Number>) -> Result<Past> {
        let mut gradings = self.gradings()?;
        let position = match number {
            Some(number) => gradings.iter().position(|past| past.number == number),
            None => gradings.iter().rposition(|past| past.ended.is_some()),
        };
        match (position, number) {
            (Some(position), _) => Ok(gradings.swap_remove(position)),
            (None, Some(number)) => {
                bail!("there is no grading {number}; `grader results list` names those that there are")
            }
            (None, None) => bail!("no grading has come to its end yet; give the command that began it again"),
        }
    }

    /// What a grading has of each exercise of each hand-in.
    pub(crate) fn rows(&self, grading: Number) -> Result<HashMap<Place, Row>> {
        self.rows_of(grading, None)
    }

    fn rows_of(&self, grading: Number, id: Option<&str>) -> Result<HashMap<Place, Row>> {
        let mut found = HashMap::new();
        let mut query = self.db.prepare(
            "SELECT hand_in, exercise, record, evidence, NULL, NULL, NULL FROM attempt
             WHERE grading = ?1 AND hand_in = ifnull(?2, hand_in)
             UNION ALL
             SELECT hand_in, exercise, record, evidence, judgement.id, key, origin
             FROM result JOIN judgement ON judgement.id = result.judgement
             WHERE grading = ?1 AND hand_in = ifnull(?2, hand_in)",
        )?;
        let mut rows = query.query(params![grading, id])?;
        while let Some(row) = rows.next()? {
            let place = Place { hand_in: row.get(0)?, exercise: row.get(1)? };
            let graded = from_text(&row.get::<_, String>(2)?, &row.get::<_, String>(3)?)?;
            let result = match row.get::<_, Option<i64>>(4)? {
                Some(judgement) => {
                    let origin: String = row.get(6)?;
                    let origin = Origin::ALL.into_iter().find(|known| known.as_str() == origin);
                    Some((Judgement(judgement), row.get(5)?, origin.context("a result of unknown origin")?))
                }
                None => None,
            };
            // An attempt is shown only where there is no result.
            if result.is_some() || !found.contains_key(&place) {
                found.insert(place, Row { graded, result });
            }
        }
        Ok(found)
    }

    /// Hand-ins that have the same sources for an exercise, in order: the exercise and their ids. Whoever has not begun is left out.
    pub(crate) fn alike(&self, grading: Number) -> Result<Vec<(String, Vec<String>)>> {
        let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (place, row) in self.rows(grading)? {
            if let Some((_, key, _)) = row.result.filter(|_| row.graded.is_begun()) {
                groups.entry((place.exercise, key)).or_default().push(place.hand_in);
            }
        }
        let alike = groups.into_iter().filter(|(_, ids)| ids.len() > 1).map(|((exercise, _), mut ids)| {
            ids.sort();
            (exercise, ids)
        });
        let mut alike: Vec<_> = alike.collect();
        alike.sort();
        Ok(alike)
    }

    /// How many results and failures a grading has so far.
    pub(crate) fn progress(&self, grading: Number) -> Result<HashMap<&'static str, u32>> {
        let mut counts = HashMap::new();
        let mut query = self.db.prepare("SELECT count(*) FROM result WHERE grading = ? AND origin = ?")?;
        for origin in Origin::ALL {
            counts.insert(
                origin.as_str(),
                query.query_row(params![grading, origin.as_str()], |row| row.get(0))?,
            );
        }
        let failed = self.db.query_row(
            "SELECT count(DISTINCT hand_in || '/' || exercise) FROM attempt WHERE grading = ?",
            [grading],
            |row| row.get(0),
        )?;
        counts.insert("failed", failed);
        Ok(counts)
    }

    /// All gradings with their figures, oldest first.
    pub(crate) fn list(&self) -> Result<Vec<Listed>> {
        let listed = self.gradings()?.into_iter().map(|past| {
            let counts = self.progress(past.number)?;
            let count = |kinds: &[Origin]| kinds.iter().filter_map(|kind| counts.get(kind.as_str())).sum();
            Ok(Listed {
                number: past.number,
                hand_ins: past.hand_ins().count(),
                total: past.size(),
                results: count(&Origin::ALL),
                judged: count(&[Origin::Judged]),
                failed: counts["failed"],
                partition: past.request.partition,
                began: past.began,
                ended: past.ended,
                setup: past.setup,
            })
        });
        listed.collect()
    }

    /// Every result that a hand-in was ever given, oldest first.
    pub(crate) fn history(&self, id: &str) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        for past in self.gradings()? {
            let rows = self.rows_of(past.number, Some(id))?;
            let mut rows: Vec<_> = rows.into_iter().collect();
            rows.sort_by(|(one, _), (other, _)| one.cmp(other));
            told.extend(rows.into_iter().map(|(place, row)| Told {
                grading: past.number,
                began: past.began.clone(),
                exercise: place.exercise,
                verdict: row.graded.verdict,
                score: row.graded.score,
                origin: row.result.map(|(_, _, origin)| origin),
            }));
        }
        Ok(told)
    }

    /// The document of a grading that came to its end.
    pub(crate) fn document(&self, past: &Past) -> Result<Grading> {
        let mut rows = self.rows(past.number)?;
        let mut submissions = Vec::new();
        for id in past.hand_ins() {
            let mut exercises = Vec::new();
            for exercise in &past.setup.exercises {
                let place = Place { hand_in: id.clone(), exercise: exercise.id.clone() };
                let row = rows.remove(&place).with_context(|| {
                    format!(
                        "grading {} has no result of {id} for exercise {}: it was interrupted",
                        past.number, exercise.id
                    )
                })?;
                exercises.push(row.graded);
            }
            submissions.push(submission(id.clone(), past.request.late.contains(id), exercises));
        }
        Ok(Grading {
            schema: SCHEMA.to_owned(),
            grader: past.setup.grader.clone(),
            seed: past.setup.seed,
            sandbox: past.setup.sandbox.clone(),
            sight: past.setup.sight,
            sight_reason: past.setup.sight_reason.clone(),
            submissions,
        })
    }
}

/// A hand-in with its sums.
fn submission(id: String, late: bool, exercises: Vec<Graded>) -> Submission {
    Submission {
        id,
        late,
        score: exercises.iter().map(|graded| graded.score).collect::<Option<Vec<_>>>().map(sum),
        max_score: sum(exercises.iter().map(|graded| graded.max_score)),
        exercises,
    }
}
