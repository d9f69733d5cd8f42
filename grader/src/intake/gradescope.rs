//! `submission_metadata.yml` of a Gradescope export: who made which submission.
//!
//! ```yaml
//! submission_123456789:
//!   :submitters:
//!   - :name: Ann Example
//!     :sid: '1001'
//!     :email: ann@example.edu
//!   :created_at: 2026-01-31 12:00:00.000000000 Z
//!   :score: 8.0
//! ```
//!
//! A group's submission has several submitters, and is a hand-in of each of them. The id is the student id (`:sid`), or
//! else the e-mail, or else the folder. Source: exports, and programs that read them; Gradescope's own documents only say
//! that the file is there.

use std::collections::{BTreeMap, BTreeSet};

use super::layouts::{Item, Named};
use super::moment::Moment;
use super::roster::{HANDED_IN, Person};
use super::yaml::Node;

struct Submitter {
    name: Option<String>,
    sid: Option<String>,
    email: Option<String>,
}

impl Submitter {
    fn of(node: &Node) -> Self {
        let text = |key| node.get(key).and_then(Node::text).map(str::to_owned);
        Self { name: text(":name"), sid: text(":sid"), email: text(":email") }
    }

    /// The student id, given that it is nobody else's: some courses have `N/A` there.
    fn id(&self, shared: &BTreeSet<String>) -> Option<&str> {
        let sid = self.sid.as_deref().filter(|sid| !shared.contains(*sid));
        sid.or(self.email.as_deref()).or(self.name.as_deref())
    }
}

/// A submission: who made it, and when.
#[derive(Default)]
struct Submission {
    submitters: Vec<Submitter>,
    created_at: Option<Moment>,
}

/// Each submission. An entry that names nobody, in whatever way, is one whose folder is its id.
fn submissions(metadata: &str) -> Result<BTreeMap<String, Submission>, String> {
    let metadata = Node::read(metadata).map_err(|error| format!("it can't be read: {error}"))?;
    let Node::Map(_) = &*metadata else { return Err("it is no list of submissions".into()) };
    let of = |submission: &Node| {
        let submitters = submission.get(":submitters").map(Node::list).unwrap_or_default();
        let submitters = submitters.iter().map(|node| Submitter::of(node)).collect();
        let created = submission.get(":created_at");
        let created = created.and_then(|node| node.text().or_else(|| node.get("utc")?.text()));
        Submission { submitters, created_at: created.and_then(Moment::read) }
    };
    Ok(metadata.entries().map(|(name, submission)| (name.to_owned(), of(submission))).collect())
}

/// The student ids that are of several people.
fn shared<'a>(submitters: impl Iterator<Item = &'a Submitter>) -> BTreeSet<String> {
    let mut whose: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for submitter in submitters {
        let (names, emails) = whose.entry(submitter.sid.as_deref().unwrap_or_default()).or_default();
        names.extend(submitter.name.as_deref());
        emails.extend(submitter.email.as_deref());
    }
    let shared = whose.into_iter().filter(|(_, (names, emails))| names.len() > 1 && emails.len() != 1);
    shared.map(|(sid, _)| sid.to_owned()).collect()
}

/// The hand-ins among these folders, by their students. Where a student is named by several, the one with the greatest
/// number counts.
pub(super) fn items(metadata: &str, names: &[Named]) -> Result<Vec<Item>, String> {
    let submissions = submissions(metadata)?;
    let shared = shared(submissions.values().flat_map(|submission| &submission.submitters));
    let number = |folder: &str| folder.rsplit('_').next().and_then(|number| number.parse::<u64>().ok());
    let mut folders: Vec<&str> =
        names.iter().filter(|named| named.is_folder).map(|named| named.name.as_str()).collect();
    folders.sort_by_key(|folder| number(folder));
    let mut items: BTreeMap<String, Item> = BTreeMap::new();
    for folder in folders {
        let nobody = [Submitter { name: None, sid: None, email: None }];
        let submission = submissions.get(folder);
        let created_at = submission.and_then(|submission| submission.created_at);
        let submitters = submission.map(|submission| submission.submitters.as_slice());
        let submitters = submitters.filter(|submitters| !submitters.is_empty()).unwrap_or(&nobody);
        let ids: Vec<&str> =
            submitters.iter().map(|submitter| submitter.id(&shared).unwrap_or(folder)).collect();
        for (submitter, id) in submitters.iter().zip(&ids) {
            let mut notes = Vec::new();
            if let Some(older) = items.get(*id) {
                notes
                    .push(format!("the newest of 2 attempts counts: `{folder}`, not `{}`", older.parts[0].0));
            }
            let others: Vec<String> =
                ids.iter().filter(|other| *other != id).map(|other| format!("`{other}`")).collect();
            if !others.is_empty() {
                notes.push(format!("handed in together with {}", others.join(", ")));
            }
            let sid = submitter.sid.iter().map(|sid| ("sid".to_owned(), sid.clone()));
            let handed_in = created_at.map(|moment| (HANDED_IN.to_owned(), moment.to_string()));
            let more = sid.filter(|(_, sid)| !shared.contains(sid)).chain(handed_in).collect();
            let person = Person { name: submitter.name.clone(), email: submitter.email.clone(), more };
            let parts = vec![(folder.to_owned(), folder.to_owned())];
            let item = Item { id: (*id).to_owned(), person, parts, notes, ..Item::default() };
            items.insert((*id).to_owned(), item);
        }
    }
    Ok(items.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &str = "---\nsubmission_7:\n  :submitters:\n  - :name: Ann Example\n    :sid: '007'\n    :email: ann@example.edu\n  \
        :created_at: 2026-01-31 12:00:00.000000000 Z\n  :score: 8.0\n  :history:\n  - :id: 3\n    :score: 1.0\nsubmission_12:\n  \
        :submitters:\n  - :name: Bob\n    :sid: 12\n  - :name: \"Cy\"\n    :sid: ''\n    :email: cy@example.edu\nsubmission_9:\n  \
        :submitters:\n  - :name: Bob\n    :sid: 12\n";

    #[test]
    fn submitters_are_students_and_the_newest_submission_counts() {
        let folder = |name: &str| Named { name: name.to_owned(), is_folder: true };
        let names = ["submission_12", "submission_5", "submission_7", "submission_9"].map(folder);
        let items = items(EXPORT, &names).expect("it is as Gradescope writes it");
        let lines: Vec<String> = items
            .iter()
            .map(|item| {
                format!("{} {:?} {} {}", item.id, item.person.name, item.parts[0].0, item.notes.join("; "))
            })
            .collect();
        assert_eq!(items[0].person.get(HANDED_IN), Some("2026-01-31 12:00Z"));
        assert_eq!(
            lines,
            [
                "007 Some(\"Ann Example\") submission_7 ",
                "12 Some(\"Bob\") submission_12 the newest of 2 attempts counts: `submission_12`, not `submission_9`; handed \
                 in together with `cy@example.edu`",
                "cy@example.edu Some(\"Cy\") submission_12 handed in together with `12`",
                "submission_5 None submission_5 ",
            ]
        );
    }

    #[test]
    fn an_id_of_two_people_is_nobodys() {
        let export = "---\nsubmission_7:\n  :submitters:\n  - :name: Ann\n    :sid: N/A\n    :email: ann@example.edu\nsubmission_9:\n  \
            :submitters:\n  - :name: Bob\n    :sid: N/A\n    :email: bob@example.edu\n";
        let names =
            ["submission_7", "submission_9"].map(|name| Named { name: name.to_owned(), is_folder: true });
        let items = items(export, &names).expect("it is as Gradescope writes it");
        let ids: Vec<&str> = items.iter().map(|item| &*item.id).collect();
        assert_eq!(ids, ["ann@example.edu", "bob@example.edu"]);
    }

    #[test]
    fn what_is_no_metadata_is_told() {
        assert!(items("- just\n- a list\n", &[]).is_err());
    }

    /// As Ruby may write it: keys that are symbols, tags, anchors and aliases, and values that are no texts.
    #[test]
    fn one_odd_entry_costs_no_names() {
        let folder = |name: &str| Named { name: name.to_owned(), is_folder: true };
        let names =
            ["submission_1", "submission_2", "submission_3", "submission_4", "submission_5"].map(folder);
        let export = "---\nsubmission_1: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  :submitters: &1\n  - :name: Ann\n    :sid: 0012\n  \
            :created_at: !ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-01-31 12:00:00.000000000 Z\nsubmission_2:\n  :history:\n  \
            - :submitters: *1\n  :submitters:\nsubmission_3:\n  :submitters:\n  - :name: 1234\n    :sid: 1e5\nsubmission_4:\n  :submitters: .nan\n\
            submission_5: null\n";
        let items = items(export, &names).expect("it is as Ruby may write it");
        let ids: Vec<_> = items.iter().map(|item| (&*item.id, item.person.name.as_deref())).collect();
        assert_eq!(items[0].person.get(HANDED_IN), Some("2026-01-31 12:00Z"));
        let nobody = ["submission_2", "submission_4", "submission_5"].map(|id| (id, None));
        assert_eq!(ids, [&[("0012", Some("Ann")), ("1e5", Some("1234"))][..], &nobody].concat());
    }
}
