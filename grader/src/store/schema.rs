//! The tables of the store, and how it is opened.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, TransactionBehavior};

/// The version of [`TABLES`], kept as `user_version`. Raise it with every change, and bring older stores up to it.
const VERSION: u32 = 1;

const TABLES: &str = "
    CREATE TABLE grading (
        number INTEGER PRIMARY KEY,
        began INTEGER NOT NULL,     -- seconds since 1970
        ended INTEGER,              -- null: it is under way, or was interrupted
        setup TEXT NOT NULL,        -- JSON: what decides verdicts besides the sources
        request TEXT NOT NULL,      -- JSON: what was asked for
        roster TEXT NOT NULL        -- JSON: the ids of the whole class, in order
    ) STRICT;
    CREATE TABLE judgement (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,          -- of everything that decides it
        at INTEGER NOT NULL,
        record TEXT NOT NULL,       -- JSON: as in the document
        evidence TEXT NOT NULL      -- JSON: for each check what reports show beyond the document
    ) STRICT;
    CREATE INDEX judgement_by_key ON judgement (key);
    CREATE TABLE result (
        grading INTEGER NOT NULL REFERENCES grading,
        hand_in TEXT NOT NULL,
        exercise TEXT NOT NULL,
        judgement INTEGER NOT NULL REFERENCES judgement,
        origin TEXT NOT NULL CHECK (origin IN ('judged', 'shared', 'unchanged', 'kept')),
        PRIMARY KEY (grading, hand_in, exercise)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX result_by_place ON result (hand_in, exercise);
    CREATE INDEX result_by_judgement ON result (judgement);
    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY,
        grading INTEGER NOT NULL REFERENCES grading,
        hand_in TEXT NOT NULL,
        exercise TEXT NOT NULL,
        at INTEGER NOT NULL,
        record TEXT NOT NULL,       -- JSON: as in the document, without a score
        evidence TEXT NOT NULL
    ) STRICT;
";

/// Makes the tables where there are none, and refuses what this program does not understand.
pub(super) fn prepare(db: &mut Connection, path: &Path) -> Result<()> {
    prepared(db).with_context(|| format!("{} can't be used", path.display()))
}

fn prepared(db: &mut Connection) -> Result<()> {
    db.busy_timeout(Duration::from_secs(10))?;
    // Each transaction is on the disk when it is committed, whatever becomes of this process or of the machine.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (version, tables) {
        (VERSION, _) => {}
        (0, 0) => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
        }
        (0, _) => bail!("it is another program's database"),
        (newer, _) => bail!(
            "it was written by a newer grader (format {newer}; this one knows {VERSION}): use that one, or another folder"
        ),
    }
    Ok(())
}
