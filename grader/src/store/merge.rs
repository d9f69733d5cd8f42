//! Unites stores that machines made of parts of a class, as if one machine had graded all of it.
//!
//! Of each part the newest grading counts, and it must be complete. Invariant: only what was judged alike is united, no part
//! may be missing, and nothing is chosen between two results that do not agree: all of that is refused, with the way out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rusqlite::params;

use super::{Key, Number, Past, Place, Request, Results, Setup, give, now, to_text};
use crate::store::read::Row;

/// A partial store: its folder, its newest grading and what that has.
struct Part {
    folder: PathBuf,
    past: Past,
    rows: BTreeMap<Place, Row>,
}

/// Everything that the parts have, in one grading of the whole class.
pub(crate) struct United {
    setup: Setup,
    roster: Vec<String>,
    late: BTreeSet<String>,
    rows: BTreeMap<Place, Row>,
}

impl United {
    /// Reads the stores in these folders.
    pub(crate) fn new(folders: &[PathBuf]) -> Result<Self> {
        let parts = folders.iter().map(|folder| Part::read(folder)).collect::<Result<Vec<_>>>()?;
        let first = parts.first().context("there is nothing to unite")?;
        for part in &parts[1..] {
            if let Some(difference) = first.past.setup.difference(&part.past.setup) {
                bail!(
                    "{} and {} were not graded alike; they differ in {difference}. Grade one of them again as the other was",
                    first.folder.display(),
                    part.folder.display()
                );
            }
        }
        let roster = roster(&parts)?;
        let setup = first.past.setup.clone();
        let late = parts.iter().flat_map(|part| part.past.request.late.iter().cloned()).collect();
        let mut rows = BTreeMap::new();
        let mut whose: BTreeMap<Place, PathBuf> = BTreeMap::new();
        for part in parts {
            for (place, row) in part.rows {
                if let Some(before) = rows.get(&place) {
                    let other = whose.get(&place).unwrap_or(&part.folder);
                    match agree(before, &row) {
                        Ok(true) => {}
                        Ok(false) => continue,
                        Err(how) => bail!(
                            "{} and {} both have graded exercise {} of `{}`, {how}: leave one of the two out, or grade it again",
                            other.display(),
                            part.folder.display(),
                            place.exercise,
                            place.hand_in
                        ),
                    }
                }
                whose.insert(place.clone(), part.folder.clone());
                rows.insert(place, row);
            }
        }
        Ok(Self { setup, roster, late, rows })
    }
}

impl Part {
    fn read(folder: &Path) -> Result<Self> {
        let store = Results::read(folder)?;
        let past = store.gradings()?.pop();
        let past = past.with_context(|| format!("{} holds no grading", folder.display()))?;
        let rows: BTreeMap<Place, Row> = store.rows(past.number)?.into_iter().collect();
        ensure!(
            past.ended.is_some(),
            "{}: its newest grading was interrupted, or is under way, with {} of {} results; the command that began it goes on",
            folder.display(),
            rows.len(),
            past.size()
        );
        Ok(Self { folder: folder.to_owned(), past, rows })
    }
}

/// The ids of the whole class, in the order of one machine.
fn roster(parts: &[Part]) -> Result<Vec<String>> {
    let partitions: Vec<_> = parts.iter().filter_map(|part| part.past.request.partition).collect();
    let first = &parts[0];
    let other = parts.iter().find(|part| part.past.roster != first.past.roster);
    if partitions.is_empty() {
        return Ok(if other.is_none() {
            first.past.roster.clone()
        } else {
            // Of different folders of hand-ins: as if they lay in one.
            let ids: BTreeSet<&String> = parts.iter().flat_map(|part| &part.past.roster).collect();
            ids.into_iter().cloned().collect()
        });
    }
    if let Some(whole) = parts.iter().find(|part| part.past.request.partition.is_none()) {
        bail!("{} was graded without --partition, and others with it: leave it out", whole.folder.display());
    }
    let count = partitions[0].count;
    if let Some(other) = partitions.iter().find(|partition| partition.count != count) {
        bail!(
            "{} and {other} are parts of different divisions: grade all parts with the same N",
            partitions[0]
        );
    }
    let missing: Vec<String> = (1..=count)
        .filter(|index| partitions.iter().all(|partition| partition.index != *index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    ensure!(missing.is_empty(), "the partition {} is missing: name its folder, too", missing.join(", "));
    if let Some(other) = other {
        let (one, another): (BTreeSet<_>, BTreeSet<_>) =
            (first.past.roster.iter().collect(), other.past.roster.iter().collect());
        let in_one = one.symmetric_difference(&another).next();
        let what = in_one
            .map_or("the order of the hand-ins".to_owned(), |id| format!("`{id}`, which one of them lacks"));
        bail!(
            "{} and {} are parts of different classes; they differ in {what}",
            first.folder.display(),
            other.folder.display()
        );
    }
    Ok(first.past.roster.clone())
}

/// Whether the second of two is to be shown, where they do not contradict one another; else how they do.
fn agree(one: &Row, other: &Row) -> Result<bool, &'static str> {
    match (&one.result, &other.result) {
        // The machine failed in one of them: that says nothing.
        (None, _) => Ok(true),
        (_, None) => Ok(false),
        (Some((_, key, _)), Some((_, other_key, _))) if key != other_key => Err("of different sources"),
        _ if one.graded != other.graded => Err("of the same sources, with different results"),
        _ => Ok(false),
    }
}

impl Results {
    /// Adds what was united, as a grading that has come to its end.
    pub(crate) fn add(&mut self, united: &United) -> Result<Number> {
        let transaction = self.db.transaction()?;
        transaction.execute(
            "INSERT INTO grading (began, ended, setup, request, roster) VALUES (?1, ?1, ?2, ?3, ?4)",
            params![
                now(),
                serde_json::to_string(&united.setup)?,
                serde_json::to_string(&Request { late: united.late.clone(), ..Request::default() })?,
                serde_json::to_string(&united.roster)?
            ],
        )?;
        let grading = transaction.last_insert_rowid();
        for (place, row) in &united.rows {
            let (record, evidence) = to_text(&row.graded)?;
            match &row.result {
                Some((_, key, origin)) => {
                    let judgement =
                        super::same_judgement(&transaction, &Key(key.clone()), &record, &evidence)?;
                    give(&transaction, grading, place, judgement, *origin)?;
                }
                None => super::attempt(&transaction, grading, place, &record, &evidence)?,
            }
        }
        transaction.commit()?;
        Ok(grading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Taken;
    use crate::record::{Graded, Verdict};
    use crate::store::setup::tests::setup;
    use crate::store::{Origin, Partition};

    /// A folder of partial stores.
    struct Parts(tempfile::TempDir);

    impl Parts {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        /// One that has graded these with this score, or failed to, by this setup.
        fn part(
            &self,
            name: &str,
            setup: &Setup,
            partition: Option<Partition>,
            scores: &[(&str, Option<f64>)],
        ) -> PathBuf {
            let folder = self.0.path().join(name);
            let mut store = Results::open(&folder).unwrap();
            let request = Request { partition, ..Request::default() };
            let roster = ["alice", "bob", "carol"].map(str::to_owned);
            let grading = store.begin(setup, &request, &roster).unwrap();
            for (id, score) in scores {
                let graded = Graded {
                    id: "01".into(),
                    name: "test".into(),
                    verdict: if score.is_some() { Verdict::Pass } else { Verdict::Error },
                    score: *score,
                    max_score: 10.0,
                    message: None,
                    checks: Vec::new(),
                    changes: Vec::new(),
                };
                let place = Place { hand_in: (*id).into(), exercise: "01".into() };
                let key = setup.key(0, &Taken::Refused((*id).into()));
                match score {
                    Some(_) => store.judged(grading, &key, &graded, &[(place, Origin::Judged)]).unwrap(),
                    None => store.failed(grading, &graded, &[place]).unwrap(),
                }
            }
            store.end(grading).unwrap();
            folder
        }
    }

    fn one_exercise() -> Setup {
        let mut setup = setup();
        setup.exercises.truncate(1);
        setup
    }

    fn partition(text: &str) -> Partition {
        text.parse().expect("it is I/N")
    }

    fn why(parts: &[PathBuf]) -> String {
        United::new(parts).err().expect("it is refused").to_string()
    }

    #[test]
    fn parts_are_united_in_the_order_of_the_class() {
        let (parts, setup) = (Parts::new(), one_exercise());
        let b = parts.part("b", &setup, None, &[("carol", Some(3.0)), ("alice", Some(1.0))]);
        let a = parts.part("a", &setup, None, &[("bob", Some(2.0)), ("alice", Some(1.0))]);
        let mut store = Results::in_memory().unwrap();
        let number = store.add(&United::new(&[b, a]).unwrap()).unwrap();
        let document = store.document(&store.grading(Some(number)).unwrap()).unwrap();
        let scores: Vec<_> = document.submissions.iter().map(|one| (one.id.as_str(), one.score)).collect();
        assert_eq!(scores, [("alice", Some(1.0)), ("bob", Some(2.0)), ("carol", Some(3.0))]);
    }

    #[test]
    fn a_result_stands_against_a_failure_of_the_machine() {
        let (parts, setup) = (Parts::new(), one_exercise());
        let all = [("alice", Some(1.0)), ("bob", Some(2.0)), ("carol", None)];
        let a = parts.part("a", &setup, None, &all);
        let b = parts.part("b", &setup, None, &[("carol", Some(3.0))]);
        for parts in [[a.clone(), b.clone()], [b, a]] {
            let united = United::new(&parts).unwrap();
            let carol = Place { hand_in: "carol".into(), exercise: "01".into() };
            assert_eq!(united.rows[&carol].graded.score, Some(3.0));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_named() {
        let (parts, setup) = (Parts::new(), one_exercise());
        let bob = [("bob", Some(2.0))];
        let third = parts.part("third", &setup, Some(partition("1/3")), &bob);
        assert_eq!(
            why(std::slice::from_ref(&third)),
            "the partition 2/3, 3/3 is missing: name its folder, too"
        );
        let half = parts.part("half", &setup, Some(partition("1/2")), &bob);
        assert!(why(&[third.clone(), half]).starts_with("1/3 and 1/2 are parts of different divisions"));
        let whole = parts.part("whole", &setup, None, &bob);
        assert!(why(&[third.clone(), whole.clone()]).contains("whole was graded without --partition"));

        let contrary = parts.part("contrary", &setup, None, &[("bob", Some(0.0))]);
        assert!(
            why(&[whole.clone(), contrary])
                .contains("both have graded exercise 01 of `bob`, of the same sources")
        );
        let mut changed = setup.clone();
        changed.exercises[0].suite = "newer".into();
        let newer = parts.part("newer", &changed, None, &bob);
        assert!(why(&[whole.clone(), newer]).contains("they differ in the suite of exercise 01"));

        let mut store = Results::open(&whole).unwrap();
        store.begin(&setup, &Request::default(), &["alice".into()]).unwrap();
        assert!(why(&[whole]).contains("was interrupted, or is under way, with 0 of 1 results"));
    }
}
