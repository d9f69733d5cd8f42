//! Who is who, for gradebooks: what the intake has learnt of people, and a list of students (`grade --manifest` reads the same).

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::intake::{self, Person, Roster as People};

/// What is known of students beside their ids.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    people: People,
    /// Those of the list that was named.
    listed: BTreeSet<String>,
}

impl Roster {
    pub(crate) fn new(people: People) -> Self {
        Self { people, listed: BTreeSet::new() }
    }

    /// What a list says of the hand-ins with these ids, and below it what is known already.
    pub(crate) fn read(file: &Path, known: &People, ids: &[String]) -> Result<Self> {
        let is_moodle = known.0.values().any(|person| person.get("participant").is_some());
        let list = intake::manifest(file, is_moodle)?;
        let listed = People::default().with_list(ids, &list).0.into_keys().collect();
        Ok(Self { people: known.with_list(ids, &list), listed })
    }

    /// What is known of a student, if anything, by the name of a field or a title in any case.
    pub(crate) fn get(&self, id: &str, field: &str) -> Option<&str> {
        let (id, person) = self.people.0.get_key_value(id)?;
        if field == "id" {
            return Some(id);
        }
        let by_title = || person.more.iter().find(|(title, _)| title.eq_ignore_ascii_case(field));
        person.get(field).or_else(|| by_title().map(|(_, text)| text.as_str()))
    }

    /// Students who are in it and not among these ids.
    pub(crate) fn others<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.listed.iter().filter(|id| !ids.contains(id)).map(String::as_str)
    }

    /// Whether the list that was named has this student.
    pub(crate) fn lists(&self, id: &str) -> bool {
        self.listed.contains(id)
    }

    /// Whether this is known of anybody.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.people.0.values().any(|person: &Person| person.get(field).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_name() {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        let text =
            "\u{feff}E-Mail,ID,Name,Canvas_ID,Group\na@example.org,alice,\"Liddell, Alice\",7,A\n,bob,,\n";
        std::fs::write(file.path(), text).expect("it can be written");
        let ids = ["ALICE".to_owned(), "cy".to_owned()];
        let mut learnt = People::default();
        learnt.learn("cy", &Person { name: Some("Cy".to_owned()), ..Person::default() });
        let roster = Roster::read(file.path(), &learnt, &ids).unwrap();
        assert_eq!(roster.get("ALICE", "name"), Some("Liddell, Alice"));
        assert_eq!(roster.get("ALICE", "email"), Some("a@example.org"));
        assert_eq!(roster.get("ALICE", "canvas_id"), Some("7"));
        assert_eq!(roster.get("ALICE", "group"), Some("A"));
        assert_eq!(roster.get("cy", "name"), Some("Cy"));
        assert_eq!((roster.get("bob", "id"), roster.get("bob", "email")), (Some("bob"), None));
        assert_eq!(roster.others(&ids).collect::<Vec<_>>(), ["bob"]);
    }
}
