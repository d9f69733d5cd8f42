//! What one student handed in: a folder, an archive or loose files, and the exercises in it.
//!
//! Invariant: what is wrong with one hand-in is that one's alone. What can't be read is no answer and no missing one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::archive::{Format, READABLE};
use super::find::Finding;
use super::folder::{self, FILES, Listing, copy, is_file};
use super::layouts::{self, Item};
use super::places::{Places, Spot, is_nearly_lib};
use super::sources::LIB;
use super::unpack::{self, Holds, Refused, Stop};
use super::{Found, Place};

/// How many paths a message names.
const NAMED: usize = 3;

impl Finding<'_> {
    /// What one student handed in.
    pub(super) fn item(&mut self, folder: &Path, item: &Item, refused: &Refused) -> Place {
        let at_fault =
            item.parts.iter().find_map(|(entry, _)| Some((entry, refused.get(&folder.join(entry))?)));
        if let Some((entry, why)) = at_fault {
            return Place::Refused(format!("{entry}: {why}"));
        }
        if let [(entry, called)] = &item.parts[..] {
            let at = folder.join(entry);
            if at.is_dir() {
                return match dated(&at, entry) {
                    Some(parts) => self.item(folder, &Item { parts, ..Item::default() }, refused),
                    None => self.of_folder(&at),
                };
            }
            if Format::of(entry).is_some() {
                return self.of_archive(&at, entry);
            }
            if Format::unreadable(entry).is_some() {
                return Place::Refused(format!("{entry}: no archive that can be read; ask for {READABLE}"));
            }
            if !layouts::is_source(called) {
                return Place::Nothing(format!("{entry}: neither a source file (.rs) nor an archive of any"));
            }
        }
        if item.parts.iter().all(|(_, called)| layouts::is_source(called)) {
            return self.of_files(folder, &item.parts).unwrap_or_else(|error| closed(&error));
        }
        let parts: Vec<String> = item.parts.iter().map(|(entry, _)| format!("`{entry}`")).collect();
        Place::Refused(format!(
            "unclear: {} may each be the answer; leave only one of them there",
            parts.join(" and ")
        ))
    }

    /// Loose source files, which get a folder of their own.
    fn of_files(&mut self, folder: &Path, files: &[(String, String)]) -> Result<Place> {
        let own = self.private_folder();
        fs::create_dir_all(&own).with_context(|| format!("{} can't be made", own.display()))?;
        for (entry, called) in files {
            // One file alone is called by the student's id.
            let called = if files.len() == 1 { LIB } else { called };
            copy(&folder.join(entry), &own.join(called))?;
        }
        Ok(self.of_folder(&own))
    }

    pub(super) fn of_archive(&mut self, archive: &Path, shown: &str) -> Place {
        let into = self.private_folder();
        match unpack::file(archive, Holds::HandIn, &into) {
            Ok(_) => self.of_folder(&into),
            Err(Stop::Refused(why)) => Place::Refused(format!("{shown}: {why}")),
            Err(Stop::Trouble(trouble)) => closed(&trouble),
        }
    }

    pub(super) fn of_folder(&mut self, root: &Path) -> Place {
        let Some(listing) = folder::list(root) else {
            let why = format!("more than {FILES} files; hand in `exercises/` alone");
            let Some(sources) = self.direct(root) else { return Place::Refused(why) };
            let Places::Known(places) = self.course.places(&sources) else { return Place::Refused(why) };
            return Place::Found(Found { root: root.to_owned(), places, ..Found::default() });
        };
        let closed = listing.closed.first().cloned();
        match self.course.places(&listing.sources) {
            Places::Known(places) => {
                let (beside, closed) =
                    (self.beside(&listing, &places), closed.filter(|_| self.lacks(&places)));
                Place::Found(Found { root: root.to_owned(), places, beside, closed })
            }
            _ if closed.is_some() => Place::Closed(closed.unwrap_or_default()),
            Places::Unclear(why) => Place::Refused(why),
            Places::Nothing => match &listing.archives[..] {
                // An exercise that is there and empty is one that is missing.
                [] if self.direct(root).is_some() => Place::Found(Found {
                    root: root.to_owned(),
                    beside: self.beside(&listing, &BTreeMap::new()),
                    ..Found::default()
                }),
                [] => Place::Nothing(self.beside(&listing, &BTreeMap::new()).map_or_else(
                    || "no source file was handed in".to_owned(),
                    |beside| format!("no source file was handed in; {beside}"),
                )),
                [archive] => {
                    let at = root.join(archive);
                    if at.is_dir() { self.of_folder(&at) } else { self.of_archive(&at, archive) }
                }
                [one, other, ..] => Place::Refused(format!(
                    "unclear: both `{one}` and `{other}` may be the answer; hand in one of them"
                )),
            },
        }
    }

    /// Whether there is no answer to some exercise that is graded.
    fn lacks(&self, places: &BTreeMap<String, Result<Spot, String>>) -> bool {
        self.course.graded.iter().any(|slug| !places.contains_key(slug))
    }

    /// What there is that was not taken, in words.
    fn beside(&self, listing: &Listing, places: &BTreeMap<String, Result<Spot, String>>) -> Option<String> {
        let left = self.course.not_taken(&listing.sources, places);
        if !left.is_empty() {
            return Some(format!("not taken: {}", some_of(&left)));
        }
        let alike: Vec<&str> = listing.alike.iter().map(String::as_str).collect();
        let is_needed = self.lacks(places) && !alike.is_empty();
        is_needed.then(|| format!("not taken: {}; rename the answer to `{LIB}`", some_of(&alike)))
    }

    /// The sources where a hand-in lies right in this folder, and not further down.
    pub(super) fn direct(&self, root: &Path) -> Option<Vec<String>> {
        let known = self.course.known.iter();
        let named =
            known.flat_map(|slug| [format!("exercises/{slug}/src/lib.rs"), format!("{slug}/src/lib.rs")]);
        let named: Vec<String> = named.filter(|path| is_file(root, path)).collect();
        if !named.is_empty() || fs::symlink_metadata(root.join("exercises")).is_ok_and(|meta| meta.is_dir()) {
            return Some(named);
        }
        self.course.single()?;
        let mut loose = Vec::new();
        for named in folder::names(root).map(|names| names.names).unwrap_or_default() {
            if named.is_folder && named.name.eq_ignore_ascii_case("src") {
                let inner =
                    folder::names(&root.join(&named.name)).map(|names| names.names).unwrap_or_default();
                loose.extend(inner.into_iter().map(|inner| format!("{}/{}", named.name, inner.name)));
            } else {
                loose.push(named.name);
            }
        }
        loose.retain(|path| is_nearly_lib(path.rsplit('/').next().unwrap_or(path)) && is_file(root, path));
        (!loose.is_empty()).then_some(loose)
    }
}

/// What can't be read: no score for it.
pub(super) fn closed(error: &anyhow::Error) -> Place {
    Place::Closed(format!("{error:#}"))
}

/// `` `a`, `b`, `c` and 2 more ``.
pub(super) fn some_of(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

/// The newest of each file in a folder where ILIAS put dates before all names, with the names that they had.
fn dated(folder: &Path, entry: &str) -> Option<Vec<(String, String)>> {
    let names = folder::names(folder).ok()?.names;
    let mut newest: BTreeMap<&str, &str> = BTreeMap::new();
    for named in &names {
        // In order of the dates, since the names are.
        let (_, called) = layouts::dated(&named.name)?;
        // It lies in what a student handed in: a link may lead anywhere.
        if is_file(folder, &named.name) {
            newest.insert(called, &named.name);
        }
    }
    let parts = newest.into_iter().map(|(called, name)| (format!("{entry}/{name}"), called.to_owned()));
    let parts: Vec<(String, String)> = parts.collect();
    (!parts.is_empty()).then_some(parts)
}
