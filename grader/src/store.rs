//! The results store: what was ever judged, for whom, and in which grading. An `SQLite` database, `results.sqlite` in the folder of
//! `--out`; in memory where nothing is to be kept.
//!
//! - A **judgement** is what the judge said of sources, under a [`Key`] of everything that decides it. It is made once, and
//!   shown to everyone who has the same sources.
//! - A **result** says whose judgement it is, in one grading. A **grading** is all results of one call of the command.
//! - An **attempt** is what came of it where the machine failed: never a result, and tried again by the next grading.
//!
//! Invariant: rows are added and never changed or replaced (`prune` alone removes, whole gradings); so what a grading said
//! can be shown and compared later. Invariant: a judgement and its results are one transaction, on the disk before anybody
//! is told: a grader that is killed leaves nothing half done. Invariant: one grader at a time writes to a folder.
//!
//! `schema`: the tables. `setup`: the keys. `read`: gradings, as documents and as lists. `compare`: two of them. `merge`: unites partial stores.
//! `partition`: who grades which part of a class.

mod compare;
mod digest;
mod merge;
mod partition;
mod read;
mod schema;
mod setup;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::record::{Evidence, Graded};
pub(crate) use compare::{Comparison, Side};
pub(crate) use merge::United;
pub(crate) use partition::Partition;
pub(crate) use read::{Listed, Past, Told};
pub(crate) use setup::{Key, Setup};

/// The file in the folder of `--out`.
const FILE: &str = "results.sqlite";
/// Held locked by the one grader that writes there.
const LOCK: &str = "results.lock";

/// An open store.
pub(crate) struct Results {
    db: Connection,
    _lock: Option<File>,
}

/// What was asked for, so that it can be asked for again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// As absolute paths. Empty: it was united from partial stores.
    pub(crate) paths: Vec<PathBuf>,
    #[serde(default)]
    pub(crate) manifest: Option<PathBuf>,
    pub(crate) kit: Option<PathBuf>,
    pub(crate) partition: Option<Partition>,
    /// Each path is one hand-in.
    #[serde(default)]
    pub(crate) is_one: bool,
    /// Whose hand-ins were late, as was seen then.
    #[serde(default)]
    pub(crate) late: BTreeSet<String>,
}

/// An exercise of a hand-in, by the id of each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Place {
    pub(crate) hand_in: String,
    pub(crate) exercise: String,
}

/// How a hand-in came to a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// Its sources were judged.
    Judged,
    /// Those of another hand-in were, and are the same.
    Shared,
    /// It had this result before, and nothing that decides it has changed.
    Unchanged,
    /// It was not to be looked at again.
    Kept,
}

impl Origin {
    pub(crate) const ALL: [Self; 4] = [Self::Judged, Self::Shared, Self::Unchanged, Self::Kept];

    /// Its name in the store and in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Shared => "shared",
            Self::Unchanged => "unchanged",
            Self::Kept => "kept",
        }
    }
}

/// The number of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judgement(i64);

/// The number of a grading: 1 is the first.
pub(crate) type Number = i64;

impl Results {
    /// One that is gone with this.
    pub(crate) fn in_memory() -> Result<Self> {
        let mut db = Connection::open_in_memory()?;
        schema::prepare(&mut db, Path::new("memory"))?;
        Ok(Self { db, _lock: None })
    }

    /// The one in this folder, made where there is none, to write to.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let path = folder.join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.with_context(|| format!("{} can't be opened", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => bail!(
                "another grader is writing to {}: wait until it has ended, or name another folder",
                folder.display()
            ),
            Err(fs::TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} can't be locked", path.display()));
            }
        }
        let path = folder.join(FILE);
        let mut db =
            Connection::open(&path).with_context(|| format!("{} can't be opened", path.display()))?;
        schema::prepare(&mut db, &path)?;
        Ok(Self { db, _lock: Some(lock) })
    }

    /// The one that is in this folder, to read. A grader may be writing to it.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.is_file() {
            bail!("{} holds no results ({FILE}): `grader grade --out DIR` makes them", folder.display());
        }
        let mut db =
            Connection::open(&path).with_context(|| format!("{} can't be opened", path.display()))?;
        schema::prepare(&mut db, &path)?;
        Ok(Self { db, _lock: None })
    }

    /// Begins a grading of a class, whose hand-ins are all named in the roster, in order.
    pub(crate) fn begin(&mut self, setup: &Setup, request: &Request, roster: &[String]) -> Result<Number> {
        self.db.execute(
            "INSERT INTO grading (began, setup, request, roster) VALUES (?, ?, ?, ?)",
            params![
                now(),
                serde_json::to_string(setup)?,
                serde_json::to_string(request)?,
                serde_json::to_string(roster)?
            ],
        )?;
        Ok(self.db.last_insert_rowid())
    }

    /// The newest judgement under this key.
    pub(crate) fn judgement(&self, key: &Key) -> Result<Option<Judgement>> {
        let mut query =
            self.db.prepare_cached("SELECT id FROM judgement WHERE key = ? ORDER BY id DESC LIMIT 1")?;
        Ok(query.query_row([&key.0], |row| row.get(0).map(Judgement)).optional()?)
    }

    /// Whether the hand-in itself was given a judgement under this key before.
    pub(crate) fn had(&self, place: &Place, key: &Key) -> Result<bool> {
        let mut query = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM result JOIN judgement ON judgement.id = result.judgement
             WHERE hand_in = ? AND exercise = ? AND key = ?)",
        )?;
        Ok(query.query_row(params![place.hand_in, place.exercise, key.0], |row| row.get(0))?)
    }

    /// Keeps a judgement, and gives it to these.
    pub(crate) fn judged(
        &mut self,
        grading: Number,
        key: &Key,
        graded: &Graded,
        given: &[(Place, Origin)],
    ) -> Result<()> {
        let (record, evidence) = to_text(graded)?;
        let transaction = self.db.transaction()?;
        let judgement = new_judgement(&transaction, key, &record, &evidence)?;
        for (place, origin) in given {
            give(&transaction, grading, place, judgement, *origin)?;
        }
        Ok(transaction.commit()?)
    }

    /// Gives judgements that were made before.
    pub(crate) fn give(&mut self, grading: Number, given: &[(Place, Judgement, Origin)]) -> Result<()> {
        let transaction = self.db.transaction()?;
        for (place, judgement, origin) in given {
            give(&transaction, grading, place, *judgement, *origin)?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that the machine failed: the record is one without a score.
    pub(crate) fn failed(&mut self, grading: Number, graded: &Graded, places: &[Place]) -> Result<()> {
        let (record, evidence) = to_text(graded)?;
        let transaction = self.db.transaction()?;
        for place in places {
            attempt(&transaction, grading, place, &record, &evidence)?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that a grading has come to its end: whatever could be graded has a result.
    pub(crate) fn end(&mut self, grading: Number) -> Result<()> {
        self.db.execute("UPDATE grading SET ended = ? WHERE number = ?", params![now(), grading])?;
        Ok(())
    }

    /// Removes all gradings but the newest ones that came to their end, and what nothing that is left shows. Returns how many.
    pub(crate) fn prune(&mut self, keep: u32) -> Result<usize> {
        let transaction = self.db.transaction()?;
        let oldest: Option<Number> = transaction
            .query_row(
                "SELECT min(number) FROM (SELECT number FROM grading WHERE ended IS NOT NULL ORDER BY number DESC LIMIT ?)",
                [keep],
                |row| row.get(0),
            )
            .optional()?
            .flatten();
        let Some(oldest) = oldest else { return Ok(0) };
        for table in ["result", "attempt"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE grading < ?"), [oldest])?;
        }
        let removed = transaction.execute("DELETE FROM grading WHERE number < ?", [oldest])?;
        transaction.execute("DELETE FROM judgement WHERE id NOT IN (SELECT judgement FROM result)", [])?;
        transaction.commit()?;
        self.db.execute_batch("VACUUM")?;
        Ok(removed)
    }
}

fn give(
    transaction: &Transaction<'_>,
    grading: Number,
    place: &Place,
    judgement: Judgement,
    origin: Origin,
) -> Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO result (grading, hand_in, exercise, judgement, origin) VALUES (?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![grading, place.hand_in, place.exercise, judgement.0, origin.as_str()])?;
    Ok(())
}

fn new_judgement(
    transaction: &Transaction<'_>,
    key: &Key,
    record: &str,
    evidence: &str,
) -> Result<Judgement> {
    transaction.execute(
        "INSERT INTO judgement (key, at, record, evidence) VALUES (?, ?, ?, ?)",
        params![key.0, now(), record, evidence],
    )?;
    Ok(Judgement(transaction.last_insert_rowid()))
}

/// The newest judgement under this key if it says this, else a new one.
fn same_judgement(
    transaction: &Transaction<'_>,
    key: &Key,
    record: &str,
    evidence: &str,
) -> Result<Judgement> {
    let newest = transaction
        .query_row(
            "SELECT id, record = ? AND evidence = ? FROM judgement WHERE key = ? ORDER BY id DESC LIMIT 1",
            params![record, evidence, key.0],
            |row| Ok((Judgement(row.get(0)?), row.get::<_, bool>(1)?)),
        )
        .optional()?;
    match newest {
        Some((judgement, true)) => Ok(judgement),
        _ => new_judgement(transaction, key, record, evidence),
    }
}

fn attempt(
    transaction: &Transaction<'_>,
    grading: Number,
    place: &Place,
    record: &str,
    evidence: &str,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO attempt (grading, hand_in, exercise, at, record, evidence) VALUES (?, ?, ?, ?, ?, ?)",
        params![grading, place.hand_in, place.exercise, now(), record, evidence],
    )?;
    Ok(())
}

/// The record as in the document, and beside it the evidence of each check.
fn to_text(graded: &Graded) -> Result<(String, String)> {
    let evidence: Vec<&Evidence> = graded.checks.iter().map(|check| &check.evidence).collect();
    Ok((serde_json::to_string(graded)?, serde_json::to_string(&evidence)?))
}

fn from_text(record: &str, evidence: &str) -> Result<Graded> {
    let mut graded: Graded = serde_json::from_str(record)?;
    let evidence: Vec<Evidence> = serde_json::from_str(evidence)?;
    for (check, evidence) in graded.checks.iter_mut().zip(evidence) {
        check.evidence = evidence;
    }
    Ok(graded)
}

/// Seconds since 1970, for the history alone.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::setup::tests::setup;
    use super::*;
    use crate::intake::Taken;
    use crate::record::Verdict;

    fn graded(verdict: Verdict, score: Option<f64>) -> Graded {
        Graded {
            id: "01".into(),
            name: "test".into(),
            verdict,
            score,
            max_score: 10.0,
            message: None,
            checks: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn place(hand_in: &str, exercise: &str) -> Place {
        Place { hand_in: hand_in.into(), exercise: exercise.into() }
    }

    /// A grading of Alice's two exercises.
    fn begun(store: &mut Results) -> Number {
        store.begin(&setup(), &Request::default(), &["alice".into()]).unwrap()
    }

    #[test]
    fn trouble_of_the_machine_is_shown_and_never_taken_for_a_result() {
        let mut store = Results::in_memory().unwrap();
        let grading = begun(&mut store);
        let [one, two] = [0, 1].map(|exercise| setup().key(exercise, &Taken::Missing(String::new())));
        store
            .judged(
                grading,
                &one,
                &graded(Verdict::Pass, Some(10.0)),
                &[(place("alice", "01"), Origin::Judged)],
            )
            .unwrap();
        store.failed(grading, &graded(Verdict::Error, None), &[place("alice", "02")]).unwrap();
        store.end(grading).unwrap();
        let document = store.document(&store.grading(None).unwrap()).unwrap();
        assert_eq!(document.submissions[0].score, None, "never a 0");
        assert_eq!(document.submissions[0].exercises[1].verdict, Verdict::Error);
        assert!(store.judgement(&one).unwrap().is_some());
        assert_eq!(store.judgement(&two).unwrap(), None, "it is tried again");
    }

    #[test]
    fn what_was_interrupted_is_no_document_and_its_judgements_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let key = setup().key(0, &Taken::Missing(String::new()));
        let mut store = Results::open(folder.path()).unwrap();
        let grading = begun(&mut store);
        let pass = graded(Verdict::Pass, Some(10.0));
        store.judged(grading, &key, &pass, &[(place("alice", "01"), Origin::Judged)]).unwrap();
        drop(store);

        let store = Results::open(folder.path()).unwrap();
        assert!(store.grading(None).is_err(), "none is complete");
        assert!(store.document(&store.grading(Some(grading)).unwrap()).is_err());
        assert!(store.judgement(&key).unwrap().is_some());
        assert!(store.had(&place("alice", "01"), &key).unwrap());
        assert!(!store.had(&place("bob", "01"), &key).unwrap());
    }

    #[test]
    fn a_newer_judgement_stands_beside_the_older_one() {
        let mut store = Results::in_memory().unwrap();
        let key = setup().key(0, &Taken::Missing(String::new()));
        let verdicts = [(Verdict::Fail, 0.0), (Verdict::Pass, 10.0)];
        let gradings = verdicts.map(|(verdict, score)| {
            let grading = begun(&mut store);
            let given = [(place("alice", "01"), Origin::Judged)];
            store.judged(grading, &key, &graded(verdict, Some(score)), &given).unwrap();
            grading
        });
        let scores = gradings.map(|grading| store.rows(grading).unwrap()[&place("alice", "01")].graded.score);
        assert_eq!(scores, [Some(0.0), Some(10.0)]);
        let newest = store.judgement(&key).unwrap();
        assert_eq!(
            store.rows(gradings[1]).unwrap()[&place("alice", "01")].result.as_ref().map(|one| one.0),
            newest
        );
    }

    #[test]
    fn who_has_the_same_sources_is_known_and_who_has_not_begun_is_not_among_them() {
        let mut store = Results::in_memory().unwrap();
        let ids = ["alice", "bob", "carol"];
        let grading = store
            .begin(&setup(), &Request::default(), &ids.map(str::to_owned))
            .expect("a store takes a grading");
        let of = |exercise: &str| ids.map(|id| (place(id, exercise), Origin::Shared));
        let [one, two] = [0, 1].map(|exercise| setup().key(exercise, &Taken::Missing(String::new())));
        let wrong = graded(Verdict::Fail, Some(0.0));
        let not_begun = Graded { message: Some(crate::record::NOT_DONE.to_owned()), ..wrong.clone() };
        store.judged(grading, &one, &wrong, &of("01")[1..]).unwrap();
        store.judged(grading, &two, &not_begun, &of("02")).unwrap();
        assert_eq!(
            store.alike(grading).unwrap(),
            [("01".to_owned(), vec!["bob".to_owned(), "carol".to_owned()])]
        );
    }
}
