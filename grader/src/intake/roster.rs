//! Who the students are: ids with names and e-mails, from a manifest and from what platforms export.
//!
//! Plain data, beside the record of a grading and never in it: a document of verdicts holds no names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::unpack::folded;

/// The students by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roster(pub(crate) BTreeMap<String, Person>);

/// A student.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    /// Further columns of the manifest, by their titles.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) more: BTreeMap<String, String>,
}

/// What a column's title may be, besides the first of each; platforms' own lists of students have the others.
const IDS: [&str; 4] = ["id", "identifier", "sid", "student id"];
const NAMES: [&str; 4] = ["name", "full name", "student", "student name"];
const EMAILS: [&str; 4] = ["email", "e-mail", "email address", "e-mail address"];

/// A list of those who should have handed in, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest(pub(crate) Vec<(String, Person)>);

/// Reads a manifest: CSV with a line of titles, of which one is `id`. Moodle's grading worksheet and Canvas' gradebook will do.
pub(crate) fn manifest(file: &Path) -> Result<Manifest> {
    let shown = file.display();
    let text = std::fs::read(file).with_context(|| format!("{shown} can't be read"))?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    parse(text).with_context(|| format!("{shown} is no manifest"))
}

fn parse(text: &[u8]) -> Result<Manifest> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let titles =
        reader.headers().context("it must begin with a line of titles, such as `id,name,email`")?.clone();
    let column = |known: &[&str]| -> Result<Option<usize>> {
        let is_known = |title: &str| known.contains(&title.to_lowercase().as_str());
        let mut columns = (0..titles.len()).filter(|column| is_known(&titles[*column]));
        let first = columns.next();
        if let (Some(first), Some(second)) = (first, columns.next()) {
            bail!("its columns `{}` and `{}` mean the same; keep one", &titles[first], &titles[second]);
        }
        Ok(first)
    };
    let Some(id_column) = column(&IDS)? else {
        let found: Vec<&str> = titles.iter().collect();
        bail!(
            "it has no column `id`, only {}; the first line must have titles, such as `id,name,email`",
            found.join(", ")
        );
    };
    let (name_column, email_column) = (column(&NAMES)?, column(&EMAILS)?);
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut manifest = Manifest::default();
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell =
            |column: Option<usize>| column.and_then(|column| row.get(column)).filter(|cell| !cell.is_empty());
        let (id, name) = (cell(Some(id_column)), cell(name_column));
        // The second line of Canvas' gradebook is no student.
        if row.iter().all(str::is_empty) || (id.is_none() && name == Some("Points Possible")) {
            continue;
        }
        let id = id.with_context(|| format!("line {line} has no id"))?;
        let id = id.strip_prefix("Participant ").unwrap_or(id);
        if let Some(first) = lines.insert(folded(id), line) {
            bail!("lines {first} and {line} have the same id, `{id}`; keep one");
        }
        let known = [Some(id_column), name_column, email_column];
        let more = titles
            .iter()
            .zip(&row)
            .enumerate()
            .filter(|(at, (_, cell))| !known.contains(&Some(*at)) && !cell.is_empty());
        let more = more.map(|(_, (title, cell))| (title.to_owned(), cell.to_owned())).collect();
        let text = |column| cell(column).map(str::to_owned);
        manifest.0.push((id.to_owned(), Person { name: text(name_column), email: text(email_column), more }));
    }
    ensure!(!manifest.0.is_empty(), "it has titles and no students");
    Ok(manifest)
}

impl Roster {
    /// Learns about a student; what is known already stays.
    pub(super) fn learn(&mut self, id: &str, person: &Person) {
        if *person == Person::default() {
            return;
        }
        let known = self.0.entry(id.to_owned()).or_default();
        known.name = known.name.take().or_else(|| person.name.clone());
        known.email = known.email.take().or_else(|| person.email.clone());
        for (title, text) in &person.more {
            known.more.entry(title.clone()).or_insert_with(|| text.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(Manifest(people)) => {
                let line = |(id, person): &(String, Person)| {
                    format!("{id} {:?} {:?} {:?}", person.name, person.email, person.more)
                };
                people.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Err(why) => format!("{why:#}"),
        }
    }

    #[test]
    fn a_manifest_is_read_with_quotes_and_further_columns() {
        let text = "ID, Name ,E-Mail,Group\r\ns1,\"Doe, Jane\",jane@x.edu,A\r\n\r\ns2,,,\r\n";
        assert_eq!(
            lines(text),
            "s1 Some(\"Doe, Jane\") Some(\"jane@x.edu\") {\"Group\": \"A\"}\ns2 None None {}"
        );
    }

    #[test]
    fn platforms_own_lists_will_do() {
        let moodle = "Identifier,Full name,Email address\nParticipant 4711,Ann,ann@x.edu\n";
        assert_eq!(lines(moodle), "4711 Some(\"Ann\") Some(\"ann@x.edu\") {}");
        let canvas = "Student,ID,Section\n    Points Possible,,\n\"Doe, J\",341,A\n";
        assert_eq!(lines(canvas), "341 Some(\"Doe, J\") None {\"Section\": \"A\"}");
    }

    #[test]
    fn mistakes_are_named_with_their_lines() {
        assert!(lines("name,email\nx,y\n").contains("no column `id`, only name, email"));
        assert!(lines("id\na\nb\nA\n").contains("lines 2 and 4 have the same id, `A`"));
        assert!(lines("id,name\n,Ann\n").contains("line 2 has no id"));
        assert!(lines("id,ID\n").contains("mean the same"));
        assert!(lines("id,name\na\n").contains("line: 2"), "{}", lines("id,name\na\n"));
        assert!(lines("id\n").contains("no students"));
    }
}
