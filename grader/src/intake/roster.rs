//! Who the students are: ids with names and e-mails, from a list of the class and from what platforms export.
//!
//! Plain data, beside the record of a grading and never in it: a document of verdicts holds no names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::columns::{self, Columns, IDENTITIES};
use super::matching;
use super::table::Table;
use super::unpack::folded;

/// The field of when a student handed in, as [`super::Moment::read`] reads it.
pub(crate) const HANDED_IN: &str = "handed_in";
/// The field of until when a student may, or of how many days longer than others.
pub(crate) const EXTENSION: &str = "extension";
/// The field of Moodle's status, which may tell of an extension.
pub(crate) const STATUS: &str = "status";

/// The students by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Roster(pub(crate) BTreeMap<String, Person>);

/// A student.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    /// Further fields by the names of [`columns`], and further columns of the list by their titles.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) more: BTreeMap<String, String>,
}

impl Person {
    /// A field of [`columns`], or a column of the list.
    pub(crate) fn get(&self, field: &str) -> Option<&str> {
        match field {
            "name" => self.name.as_deref(),
            "email" => self.email.as_deref(),
            _ => self.more.get(field).map(String::as_str),
        }
    }

    /// What tells who this is, besides the id: fields and texts.
    pub(super) fn identities(&self) -> impl Iterator<Item = (&'static str, &str)> {
        IDENTITIES.iter().filter_map(|field| Some((*field, self.get(field)?)))
    }
}

/// A list of those who should have handed in, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    pub(crate) people: Vec<(String, Person)>,
    /// What in it was left out.
    pub(crate) warnings: Vec<String>,
}

/// Reads a list of students: CSV with a line of titles, of which one is `id` or what a platform calls it. `is_moodle`: the
/// hand-ins are Moodle's.
pub(crate) fn manifest(file: &Path, is_moodle: bool) -> Result<Manifest> {
    let shown = file.display();
    let text = std::fs::read(file).with_context(|| format!("{shown} can't be read"))?;
    let mut manifest = parse(&text, is_moodle).with_context(|| format!("{shown} is no manifest"))?;
    for warning in &mut manifest.warnings {
        *warning = format!("{shown}: {warning}");
    }
    Ok(manifest)
}

fn parse(text: &[u8], is_moodle: bool) -> Result<Manifest> {
    let table = Table::read(text, columns::is_identity)?;
    let columns = Columns::of(&table, is_moodle);
    let Some(id_column) = columns.id else {
        bail!(
            "it has no column `id`, only {}; the first line must have titles, such as `id,name,email`: rename the column of the ids",
            table.titles.join(", ")
        );
    };
    let same = (0..table.titles.len()).filter(|column| columns.fields[*column] == columns.fields[id_column]);
    if let [one, other, ..] = same.collect::<Vec<_>>()[..] {
        bail!("its columns `{}` and `{}` mean the same; keep one", table.titles[one], table.titles[other]);
    }
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut manifest = Manifest { warnings: table.warnings, ..Manifest::default() };
    for row in &table.rows {
        let person = person(&columns, &table.titles, &row.cells);
        let id = match (&*row.cells[id_column], person.name.as_deref()) {
            // Canvas writes rows of its own, such as `Points Possible`, and a student of its own.
            ("", _) | (_, Some("Student, Test" | "Test Student")) if columns.is_canvas => continue,
            ("", None) => {
                manifest.warnings.push(format!("line {} has no id and no name, and is left out", row.line));
                continue;
            }
            // Gradescope has students without a student id.
            ("", Some(_)) => match person.identities().next() {
                Some((_, id)) => id.to_owned(),
                None => bail!("line {} has no id", row.line),
            },
            (id, _) => plain(id, &columns),
        };
        if let Some(first) = lines.insert(folded(&id), row.line) {
            let how = if is_rounded(&id) { ROUNDED } else { "keep one" };
            bail!("lines {first} and {} have the same id, `{id}`; {how}", row.line);
        }
        manifest.people.push((id, person));
    }
    ensure!(!manifest.people.is_empty(), "it has titles and no students");
    Ok(manifest)
}

/// What to do about ids such as `2.026E+11`.
pub(super) const ROUNDED: &str =
    "a spreadsheet has rounded it: make the column a text, fill it in again, and save the list";

/// Whether this is a long number as spreadsheets shorten it.
pub(super) fn is_rounded(id: &str) -> bool {
    let rounded = id.split_once(['E', 'e']).filter(|(_, power)| power.starts_with('+'));
    rounded.is_some_and(|(number, power)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
            && power[1..].parse::<u8>().is_ok()
    })
}

/// An id as the platform's names of files have it: without Moodle's word and Brightspace's `#`.
fn plain(id: &str, columns: &Columns) -> String {
    let id = columns.participant.as_deref().and_then(|word| id.strip_prefix(word)).unwrap_or(id);
    id.strip_prefix('#').filter(|id| !id.is_empty()).unwrap_or(id).to_owned()
}

/// What a row says of a student.
fn person(columns: &Columns, titles: &[String], cells: &[String]) -> Person {
    let mut person = Person::default();
    for ((field, title), cell) in columns.fields.iter().zip(titles).zip(cells) {
        let text = || Some(plain(cell, columns));
        match field {
            _ if cell.is_empty() => {}
            Some("name") => person.name = person.name.take().or_else(|| Some(cell.clone())),
            Some("email") => person.email = person.email.take().or_else(|| Some(cell.clone())),
            Some("id") if columns.is_canvas => {
                person.more.extend(text().map(|id| ("canvas_id".to_owned(), id)));
            }
            Some("id") => {}
            Some(field) => person.more.extend(text().map(|text| ((*field).to_owned(), text))),
            None => {
                person.more.insert(title.clone(), cell.clone());
            }
        }
    }
    if person.name.is_none()
        && let (Some(last), Some(first)) = (person.get("last_name"), person.get("first_name"))
    {
        // Canvas has the sortable form, and so has its column `Student`.
        person.name =
            Some(if columns.is_canvas { format!("{last}, {first}") } else { format!("{first} {last}") });
    }
    person
}

impl Roster {
    /// Learns about a student; what is known already stays.
    pub(crate) fn learn(&mut self, id: &str, person: &Person) {
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

    /// What a list says of the people with these ids, and below it what is known of them already. The list's other people are
    /// in it too.
    pub(crate) fn with_list(&self, ids: &[String], list: &Manifest) -> Self {
        let nobody = Person::default();
        let found: Vec<(&str, &Person)> =
            ids.iter().map(|id| (id.as_str(), self.0.get(id).unwrap_or(&nobody))).collect();
        let matched = matching::matched(&found, &list.people);
        let mut roster = Self::default();
        for ((id, _), row) in found.iter().zip(&matched.rows) {
            let Some((row, _)) = row else { continue };
            roster.0.insert((*id).to_owned(), list.people[*row].1.clone());
        }
        for row in matched.absent {
            let (id, person) = &list.people[row];
            roster.0.insert(id.clone(), person.clone());
        }
        for (id, person) in &self.0 {
            roster.learn(id, person);
        }
        roster
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        match parse(text.as_bytes(), false) {
            Ok(Manifest { people, .. }) => {
                let line = |(id, person): &(String, Person)| {
                    let mut line = vec![id.clone()];
                    line.extend(person.name.iter().chain(&person.email).cloned());
                    line.extend(person.more.iter().map(|(title, text)| format!("{title}={text}")));
                    line.join("|")
                };
                people.iter().map(line).collect::<Vec<_>>().join("\n")
            }
            Err(why) => format!("{why:#}"),
        }
    }

    #[test]
    fn a_manifest_is_read_with_quotes_and_further_columns() {
        let text = "ID, Name ,E-Mail,Group\r\ns1,\"Doe, Jane\",jane@x.edu,A\r\n\r\ns2,,,\r\n";
        assert_eq!(lines(text), "s1|Doe, Jane|jane@x.edu|Group=A\ns2");
    }

    #[test]
    fn a_gradebook_of_canvas_has_rows_that_are_no_students_and_columns_to_write_again() {
        let gradebook = "Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (77001)\n,,,,,Manual Posting\n    Points Possible,,,,,10\n\
                         \"Doe, J\",341,U1,doej,A,\n\"Student, Test\",999,,b194,A,\n";
        assert_eq!(lines(gradebook), "341|Doe, J|canvas_id=341|section=A|sis_login_id=doej|sis_user_id=U1");
        let split = "LastName;FirstName;ID;SIS Login ID;Section\nPoints Possible;;;;\nDoe;J;341;doej;A\nStudent;Test;9;x;A\n";
        let doe = "341|Doe, J|canvas_id=341|first_name=J|last_name=Doe|section=A|sis_login_id=doej";
        assert_eq!(lines(split), doe);
        let without_sis = "Student,ID,Section\n    Points Possible,,\n\"Doe, J\",341,A\n";
        assert_eq!(lines(without_sis), "341|Doe, J|canvas_id=341|section=A");
    }

    #[test]
    fn moodles_worksheet_is_read_in_any_language() {
        let english = "Identifier,Full name,Email address\nParticipant 4711,Ann,ann@x.edu\n";
        let german = "ID,Vollständiger Name,E-Mail-Adresse\nTeilnehmer/in4711,Ann,ann@x.edu\n";
        let other = "Azonosító,Teljes név,E-mail cím\nRésztvevő 4711,Ann,ann@x.edu\n";
        for worksheet in [english, german, other] {
            assert_eq!(lines(worksheet), "4711|Ann|ann@x.edu|participant=4711", "{worksheet}");
        }
        assert_eq!(
            lines("标识,状态\n参与者4711,x\n参与者4712,x\n"),
            "4711|participant=4711|状态=x\n4712|participant=4712|状态=x"
        );
        assert_eq!(lines("id,name\ns1,A\ns2,B\n"), "s1|A\ns2|B");
        let swedish = "ID,Namn\nDeltagare4711,Ann\n";
        let is_moodle = parse(swedish.as_bytes(), true).expect("it is a list");
        assert_eq!(is_moodle.people[0].0, "4711");
    }

    #[test]
    fn other_platforms_lists_will_do() {
        let brightspace = "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#s1,#ann,Bee,Ann,a@x,#\n";
        let ann = "s1|Ann Bee|a@x|End-of-Line Indicator=#|first_name=Ann|last_name=Bee|org_defined_id=s1|username=ann";
        assert_eq!(lines(brightspace), ann);
        let blackboard =
            "\"Last Name\"\t\"First Name\"\t\"Username\"\t\"Student ID\"\nBee\tAnn\tann1\t1001\n";
        assert_eq!(
            lines(blackboard),
            "ann1|Ann Bee|first_name=Ann|last_name=Bee|student_id=1001|username=ann1"
        );
        let sakai =
            "\"HW3\",\"Points\"\n\n\"Display ID\",\"ID\",\"Last Name\",\"First Name\"\n1001,ann1,Bee,Ann\n";
        assert_eq!(lines(sakai), "ann1|Ann Bee|first_name=Ann|last_name=Bee|sid=1001");
        let classroom = "\"identifier\",\"github_username\",\"github_id\",\"name\"\n\"s1\",\"octo-ann\",\"5\",\"Ann\"\n\"s2\",\"\",\"\",\"\"\n";
        assert_eq!(
            lines(classroom),
            "s1|Ann|github_id=5|github_username=octo-ann|identifier=s1\ns2|identifier=s2"
        );
    }

    #[test]
    fn mistakes_are_named_with_their_lines() {
        assert!(lines("name,email\nx,y\n").contains("no column `id`, only name, email"));
        assert!(lines("id\na\nb\nA\n").contains("lines 2 and 4 have the same id, `A`"));
        assert!(lines("id,name\n,Ann\n").contains("line 2 has no id"));
        assert_eq!(lines("Name,SID,Email\nAnn,,a@x\n"), "a@x|Ann|a@x");
        assert!(lines("id,ID\na,b\n").contains("mean the same"));
        assert!(lines("id\n2.026E+11\n2.026E+11\n").contains("a spreadsheet has rounded it"));
        assert!(lines("id\n").contains("no students"));
    }
}
