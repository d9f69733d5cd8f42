//! Who is who: a CSV with a column `id`, and `name`, `email` and others that gradebooks ask for.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// What is known of students beside their ids.
#[derive(Debug, Default)]
pub(crate) struct Roster(BTreeMap<String, BTreeMap<String, String>>);

impl Roster {
    /// Reads it; columns are known by their names, in any order and case.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers()?.iter().map(str::to_lowercase).collect();
        let id = header.iter().position(|column| column == "id");
        let id = id.context("it has no column `id`; its first line names the columns: id,name,email")?;
        let mut students = BTreeMap::new();
        for row in reader.records() {
            let row = row?;
            let line = row.position().map_or(0, csv::Position::line);
            let cells = header.iter().cloned().zip(row.iter().map(str::to_owned));
            let known = cells.filter(|(_, cell)| !cell.is_empty()).collect();
            if students.insert(row[id].to_owned(), known).is_some() {
                bail!("line {line}: `{}` is there twice; keep one of the lines", &row[id]);
            }
        }
        Ok(Self(students))
    }

    /// What is known of a student, if anything.
    pub(crate) fn get(&self, id: &str, column: &str) -> Option<&str> {
        self.0.get(id)?.get(column).map(String::as_str)
    }

    /// Students who are in it and not among these ids.
    pub(crate) fn others<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.0.keys().filter(|id| !ids.contains(id)).map(String::as_str)
    }

    /// Whether anything is known at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_name() {
        let roster =
            Roster::read("\u{feff}Email,ID,Name\na@example.org,alice,\"Liddell, Alice\"\n,bob,\n").unwrap();
        assert_eq!(roster.get("alice", "name"), Some("Liddell, Alice"));
        assert_eq!(roster.get("alice", "email"), Some("a@example.org"));
        assert_eq!(roster.get("bob", "email"), None);
        assert_eq!(roster.others(&["alice".to_owned()]).collect::<Vec<_>>(), ["bob"]);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let said = |text| format!("{:#}", Roster::read(text).unwrap_err());
        assert!(said("name,email\nx,y\n").contains("no column `id`"));
        assert_eq!(said("id\na\nb\na\n"), "line 4: `a` is there twice; keep one of the lines");
        assert!(said("id,name\na\n").contains("line: 2"));
    }
}
