//! A folder of hand-ins: what in it is whose, and what is nobody's; and whether it is one at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Place;
use super::archive::Format;
use super::find::Finding;
use super::folder::{self, names};
use super::gradescope;
use super::layouts::{self, Item, METADATA, Named, Sorted};
use super::one::some_of;
use super::places::is_nearly_lib;
use super::unpack::{Refused, folded};

/// The files that are in every folder of `--out`.
const RESULTS: [&str; 2] = ["results.sqlite", "results.lock"];

/// What people have in a checkout of the kit, and no student is called.
const KIT: [&str; 9] =
    ["judge", "web", "kit", "companion", "forkserver", "grader", "benches", "examples", "docs"];

impl Finding<'_> {
    /// Whether a folder is one hand-in. Where it may be that and a class, the more likely is taken, and both are named.
    pub(super) fn is_hand_in(&mut self, folder: &Path, shown: &str) -> bool {
        if self.is_one {
            return true;
        }
        let Some(sources) = self.direct(folder) else { return false };
        let own = sources.first().and_then(|path| path.split('/').next()).unwrap_or("exercises").to_owned();
        let others = self.hand_ins_in(folder);
        let is_listed = others.iter().any(|name| self.listed.contains(&folded(layouts::stem(name))));
        let is_package = fs::symlink_metadata(folder.join("Cargo.toml")).is_ok();
        let is_class = is_listed || others.len() > 1 && !is_package;
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        if is_class {
            self.warnings.push(format!(
                "{shown}: taken as a class, with the hand-ins {}; `{own}` beside them is left out. If all of it is one hand-in, \
                 say so by --one",
                some_of(&others)
            ));
        } else if !others.is_empty() {
            self.warnings.push(format!(
                "{shown}: taken as one hand-in, since `{own}` is in it; {} in it may be hand-ins, too. If it is a class, move \
                 `{own}` away",
                some_of(&others)
            ));
        }
        !is_class
    }

    /// Whether a folder among others is one hand-in: neither in it nor in the folder that is all there is are hand-ins of their own,
    /// or an export.
    pub(super) fn is_alone(&self, folder: &Path) -> bool {
        let names = names(folder).map(|names| names.names).unwrap_or_default();
        let mut inner = names.iter().filter(|named| layouts::is_handed_in(named));
        let only = match (inner.next(), inner.next()) {
            (Some(only), None) if only.is_folder && !layouts::is_loose(&only.name) => Some(only),
            _ => None,
        };
        let is_wrapped = only.is_some() && self.direct(folder).is_none();
        !is_export(folder, &names)
            && self.hand_ins_in(folder).len() < 2
            && only.filter(|_| is_wrapped).is_none_or(|only| self.is_alone(&folder.join(&only.name)))
    }

    /// Whether there are files in a folder that may each be a hand-in.
    pub(super) fn is_flat(&self, folder: &Path) -> bool {
        let names = names(folder).map(|names| names.names).unwrap_or_default();
        let loose = names.iter().filter(|named| !named.is_folder && layouts::is_source(&named.name));
        loose.clone().count() > 1 && self.direct(folder).is_none()
    }

    /// What a folder holds that was unpacked as a class may be.
    pub(super) fn checked(&mut self, folder: &Path, refused: &Refused) -> Place {
        match refused.get(folder) {
            Some(why) => Place::Refused(why.clone()),
            None => self.of_folder(folder),
        }
    }

    /// What in a folder looks like hand-ins of their own.
    pub(super) fn hand_ins_in(&self, folder: &Path) -> Vec<String> {
        let names = names(folder).map(|names| names.names).unwrap_or_default().into_iter();
        let names =
            names.filter(|named| !layouts::is_loose(&named.name) && !self.course.known.contains(&named.name));
        let is_hand_in = |named: &Named| {
            let at = folder.join(&named.name);
            // It may be what a student handed in: a link may lead anywhere.
            let is_link = fs::symlink_metadata(&at).is_ok_and(|meta| meta.is_symlink());
            let is_folder = named.is_folder && !KIT.contains(&named.name.as_str());
            !is_link && (Format::of(&named.name).is_some() || is_folder && holds_lib(&at))
        };
        names.filter(is_hand_in).map(|named| named.name).collect()
    }

    /// What lies in a folder of hand-ins, by student.
    pub(super) fn sorted(&mut self, folder: &Path, names: &[Named]) -> Sorted {
        if names.iter().any(|named| named.name == METADATA && !named.is_folder) {
            let text = fs::read(folder.join(METADATA)).map_err(|error| format!("it can't be read: {error}"));
            match text.and_then(|text| gradescope::items(&String::from_utf8_lossy(&text), names)) {
                Ok(items) => return Sorted { items, left_out: Vec::new(), is_export: true },
                Err(why) => {
                    self.warnings.push(format!("{METADATA}: {why}; hand-ins have their folders' names"));
                }
            }
        }
        layouts::sort(names, &holds(folder), &|user| self.listed.contains(&folded(user)))
    }

    /// Takes the hand-ins of a class. Whether any of them holds anything.
    pub(super) fn class(
        &mut self,
        folder: &Path,
        sorted: Sorted,
        unreadable: Vec<(String, String)>,
        refused: &Refused,
    ) -> bool {
        let mut hold_something = sorted.is_export || !unreadable.is_empty();
        for name in sorted.left_out.iter().filter(|name| *name != METADATA) {
            self.leave_out(name);
        }
        let is_students = |item: &Item| {
            let [(entry, _)] = &item.parts[..] else { return true };
            !layouts::is_loose(entry) && !self.course.known.contains(entry)
        };
        let has_students = sorted.items.iter().any(is_students);
        let (items, beside): (Vec<Item>, Vec<Item>) =
            sorted.items.into_iter().partition(|item| !has_students || is_students(item));
        for item in beside {
            self.leave_out(&item.parts[0].0);
        }
        // Two of the same id, as `bob/` and `bob.zip`, or of ids that only some systems tell apart.
        let mut same: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for item in &items {
            let entries =
                item.parts.iter().map(|(entry, _)| entry.clone()).collect::<Vec<_>>().join("` and `");
            same.entry(folded(&item.id)).or_default().push((item.id.clone(), entries));
        }
        for item in items {
            let shown = item.parts.first().map_or_else(|| item.id.clone(), |(entry, _)| entry.clone());
            let at = folder.join(&shown);
            if item.parts.len() == 1 && self.is_own(&at) {
                if !self.own.contains(&at) {
                    self.warnings.push(format!("{shown}: results of the grader's, left out"));
                }
                continue;
            }
            let place = match &same.remove(&folded(&item.id)).unwrap_or_default()[..] {
                // Refused together with the first of them.
                [] => continue,
                [_] => self.item(folder, &item, refused),
                several => Place::Refused(of_one(several)),
            };
            hold_something |= !matches!(place, Place::Nothing(_));
            self.roster.learn(&item.id, &item.person);
            self.notes.extend(item.notes.into_iter().map(|note| (item.id.clone(), note)));
            if item.is_late {
                self.notes.push((item.id.clone(), "handed in late, as the platform says".to_owned()));
            }
            self.push(item.id, &shown, place, item.is_late);
        }
        for (id, why) in unreadable {
            self.push(id, &why.clone(), Place::Closed(why), false);
        }
        hold_something
    }

    /// Whether this is what the grader itself wrote.
    pub(super) fn is_own(&self, folder: &Path) -> bool {
        self.own.contains(folder) || RESULTS.iter().all(|file| folder.join(file).is_file())
    }

    pub(super) fn leave_out(&mut self, name: &str) {
        self.warnings.push(format!("{name}: no hand-in, left out"));
        self.left_out.push(name.to_owned());
    }
}

/// Whether a platform's export lies in a folder.
pub(super) fn is_export(folder: &Path, names: &[Named]) -> bool {
    let has_metadata = names.iter().any(|named| named.name == METADATA && !named.is_folder);
    has_metadata || layouts::sort(names, &holds(folder), &|_| false).is_export
}

/// Why hand-ins can't be told apart, given the id and the name of each.
pub(super) fn of_one(entries: &[(String, String)]) -> String {
    let is_one_id = entries.iter().all(|(id, _)| *id == entries[0].0);
    let entries: Vec<String> = entries.iter().map(|(_, entry)| format!("`{entry}`")).collect();
    let entries = entries.join(" and ");
    if is_one_id {
        format!("unclear: {entries} are of one student; leave only one of them there")
    } else {
        format!(
            "unclear: {entries} differ only in case or in the form of their letters, and most systems take them for one name; leave \
             only one of them there, or rename one if they are two students'"
        )
    }
}

/// What lies in a folder below this one.
pub(super) fn holds(folder: &Path) -> impl Fn(&str) -> Vec<String> {
    move |name| {
        let names = names(&folder.join(name)).map(|names| names.names).unwrap_or_default();
        names.into_iter().map(|named| named.name).collect()
    }
}

/// Whether there is a `lib.rs` somewhere in a folder, as in every hand-in and in no folder of modules.
fn holds_lib(folder: &Path) -> bool {
    let sources = folder::list(folder).map(|listing| listing.sources).unwrap_or_default();
    sources.iter().any(|path| is_nearly_lib(path.rsplit('/').next().unwrap_or(path)))
}
