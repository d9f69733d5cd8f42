//! Who is who: what a list of students (`grade --manifest` reads the same) holds that gradebooks ask for.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use crate::intake::{self, Person};

/// What is known of students beside their ids, by the names of columns in lower case.
#[derive(Debug, Default)]
pub(crate) struct Roster(BTreeMap<String, BTreeMap<String, String>>);

impl Roster {
    /// Reads it from a CSV file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let people = intake::manifest(file)?.0;
        Ok(Self(people.into_iter().map(|(id, person)| (id.clone(), columns(id, person))).collect()))
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

fn columns(id: String, person: Person) -> BTreeMap<String, String> {
    let named = [("id", Some(id)), ("name", person.name), ("email", person.email)];
    let named = named.into_iter().filter_map(|(column, text)| Some((column.to_owned(), text?)));
    named.chain(person.more.into_iter().map(|(title, text)| (title.to_lowercase(), text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_name() {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        let text = "\u{feff}E-Mail,ID,Name,Canvas_ID\na@example.org,alice,\"Liddell, Alice\",7\n,bob,,\n";
        std::fs::write(file.path(), text).expect("it can be written");
        let roster = Roster::read(file.path()).unwrap();
        assert_eq!(roster.get("alice", "name"), Some("Liddell, Alice"));
        assert_eq!(roster.get("alice", "email"), Some("a@example.org"));
        assert_eq!(roster.get("alice", "canvas_id"), Some("7"));
        assert_eq!((roster.get("bob", "id"), roster.get("bob", "email")), (Some("bob"), None));
        assert_eq!(roster.others(&["alice".to_owned()]).collect::<Vec<_>>(), ["bob"]);
    }
}
