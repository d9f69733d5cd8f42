//! Who of the list of the class handed in what.

use std::collections::BTreeMap;

use super::find::Finding;
use super::matching::{self, How};
use super::one::some_of;
use super::roster::{Manifest, Person, ROUNDED, Roster, is_rounded};
use super::unpack::folded;
use super::{HandIn, Place};

impl Finding<'_> {
    /// Gives hand-ins the ids of the list, adds those who are absent, and names those whom it does not know.
    pub(super) fn compare(&mut self, manifest: &Manifest) {
        self.warnings.extend(manifest.warnings.iter().cloned());
        let nobody = Person::default();
        let found: Vec<(&str, &Person)> = self
            .found
            .iter()
            .map(|one| (one.id.as_str(), self.roster.0.get(&one.id).unwrap_or(&nobody)))
            .collect();
        let matched = matching::matched(&found, &manifest.people);
        let mut roster = Roster::default();
        for row in &matched.absent {
            let (id, person) = &manifest.people[*row];
            roster.learn(id, person);
        }
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        let mut by_name = Vec::new();
        for (index, row) in matched.rows.iter().enumerate() {
            let id = self.found[index].id.clone();
            let Some((row, how)) = row else {
                let asked = matched.alike.iter().filter(|(hand_in, _)| *hand_in == index);
                let alike =
                    asked.map(|(_, row)| alike(&manifest.people[*row].0, matched.absent.contains(row)));
                let alike = alike.collect::<String>();
                self.warnings.push(format!("{id}: handed in, and not in the manifest{alike}"));
                roster.learn(&id, self.roster.0.get(&id).unwrap_or(&nobody));
                continue;
            };
            let (listed, person) = &manifest.people[*row];
            let new = if *how == How::Zeros { &id } else { listed };
            match how {
                How::Zeros => {
                    self.notes.push((
                        id.clone(),
                        format!("is `{listed}` in the manifest, where a spreadsheet has changed it"),
                    ));
                }
                How::Copy => {
                    self.notes.push((id.clone(), format!("called `{id}`, and taken for `{listed}`'s")));
                }
                How::Name => by_name.push(listed.as_str()),
                How::Id | How::Field(_) => {}
            }
            roster.learn(new, person);
            roster.learn(new, self.roster.0.get(&id).unwrap_or(&nobody));
            renamed.insert(id.clone(), new.clone());
        }
        if !by_name.is_empty() {
            self.warnings.push(format!(
                "{} of the manifest: told by the name alone, since no id in it is that of a hand-in",
                some_of(&by_name)
            ));
        }
        for id in self.found.iter_mut().map(|one| &mut one.id).chain(self.notes.iter_mut().map(|(id, _)| id))
        {
            if let Some(new) = renamed.get(id) {
                id.clone_from(new);
            }
        }
        self.roster = roster;
        for row in matched.absent {
            let id = manifest.people[row].0.clone();
            let is_his =
                |name: &&String| name.rsplit_once('.').is_some_and(|(stem, _)| folded(stem) == folded(&id));
            let why = self.left_out.iter().find(is_his).map_or_else(
                || "nothing was handed in".to_owned(),
                |name| format!("{name}: neither a source file (.rs) nor an archive of any"),
            );
            self.found.push(HandIn { id, is_late: false, place: Place::Nothing(why) });
        }
    }
}

/// Asks whether a hand-in is that of somebody in the list.
fn alike(listed: &str, is_absent: bool) -> String {
    if !is_absent {
        return format!("; is it another one of `{listed}`'s?");
    }
    let hint = if is_rounded(listed) { format!(" In the list {ROUNDED}") } else { String::new() };
    format!("; is it `{listed}`?{hint}")
}
