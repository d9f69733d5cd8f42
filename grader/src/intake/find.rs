//! From the paths of the command line to hand-ins: each path is a hand-in, a folder of them, or an archive of either.
//!
//! One mechanism: an archive is unpacked and is a folder then, what lies in a folder of hand-ins is sorted by its names, and
//! where in each hand-in the exercises lie is told from the paths of its sources ([`super::one`]).
//! Invariant: whoever handed in something appears. What can't be read or understood is a refused hand-in that says why, and
//! what is left out is named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::archive::{Format, READABLE};
use super::folder::{self, Names, names};
use super::gradescope;
use super::layouts::{self, Item, METADATA, Named, Sorted};
use super::matching::{self, How};
use super::one::{closed, some_of};
use super::places::{Course, is_nearly_lib};
use super::roster::{self, Manifest, Person, ROUNDED, Roster, is_rounded};
use super::sources::LIB;
use super::unpack::{self, Holds, Refused, Stop, folded};
use super::{HandIn, Place};
use crate::build::Workroom;

/// The file that is in every folder of `--out`.
const RESULTS: &str = "results.sqlite";

/// How many folders down an export may lie in what was named.
const WRAPPED: usize = 4;

/// What the command line says of hand-ins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) paths: &'a [PathBuf],
    /// The list of those who should be among them.
    pub(crate) manifest: Option<&'a Path>,
    /// Each path is one hand-in, whatever else lies in it.
    pub(crate) is_one: bool,
    /// What the grader itself writes, and is nobody's.
    pub(crate) own: Vec<PathBuf>,
}

/// What was handed in.
pub(crate) struct Intake {
    /// In the order of the paths and, in each, of the names; then those of the manifest who are absent.
    pub(crate) hand_ins: Vec<HandIn>,
    pub(crate) roster: Roster,
    /// What people should know about single hand-ins: the id, and what.
    pub(crate) notes: Vec<(String, String)>,
    /// What they should look into.
    pub(crate) warnings: Vec<String>,
    /// Where archives are unpacked; gone when this is. Closed to other users, as which hand-ins run.
    _private: (TempDir, Workroom),
}

/// The document of what is known beside the verdicts, schema `intake/1`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    schema: String,
    pub(crate) people: Roster,
    notes: Vec<Note>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    id: String,
    note: String,
}

impl Told {
    /// What the parts of a class tell together; the order is that of the ids.
    pub(crate) fn united(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut united = Self { schema: "intake/1".to_owned(), ..Self::default() };
        for part in parts {
            for (id, person) in &part.people.0 {
                united.people.learn(id, person);
            }
            for note in part.notes {
                if !united.notes.contains(&note) {
                    united.notes.push(note);
                }
            }
        }
        united
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.people.0.is_empty()
    }
}

impl Intake {
    /// Names, e-mails and notes.
    pub(crate) fn told(&self) -> Told {
        let notes = self.notes.iter().map(|(id, note)| Note { id: id.clone(), note: note.clone() });
        Told { schema: "intake/1".to_owned(), people: self.roster.clone(), notes: notes.collect() }
    }
}

/// The hand-ins that are asked for.
pub(crate) fn find(asked: &Asked, course: &Course) -> Result<Intake> {
    let room = Workroom::new()?;
    let private = TempDir::new_in(room.path()).context("there is no room to unpack archives")?;
    let manifest = asked.manifest.map(|file| roster::manifest(file, false)).transpose()?;
    let own = asked.own.iter().filter_map(|path| path.canonicalize().ok()).collect();
    let mut finding = Finding {
        course,
        private: private.path(),
        is_one: asked.is_one,
        own,
        listed: manifest.iter().flat_map(|list| &list.people).map(|(id, _)| folded(id)).collect(),
        folders: 0,
        found: Vec::new(),
        roster: Roster::default(),
        notes: Vec::new(),
        left_out: Vec::new(),
        warnings: Vec::new(),
    };
    finding.paths(asked.paths)?;
    if let Some(file) = asked.manifest {
        let is_moodle = finding.roster.0.values().any(|person| person.get("participant").is_some());
        let manifest = roster::manifest(file, is_moodle)?;
        finding.compare(&manifest);
    }
    let Finding { found: hand_ins, roster, notes, warnings, .. } = finding;
    Ok(Intake { hand_ins, roster, notes, warnings, _private: (private, room) })
}

pub(super) struct Finding<'a> {
    pub(super) course: &'a Course,
    private: &'a Path,
    is_one: bool,
    own: BTreeSet<PathBuf>,
    /// The ids of the list of the class.
    listed: BTreeSet<String>,
    /// How many private folders there are.
    folders: usize,
    found: Vec<HandIn>,
    roster: Roster,
    notes: Vec<(String, String)>,
    /// Names beside hand-ins that are nobody's.
    left_out: Vec<String>,
    warnings: Vec<String>,
}

impl Finding<'_> {
    /// Takes all paths. What a shell makes of `export/*` is the export.
    fn paths(&mut self, paths: &[PathBuf]) -> Result<()> {
        let open = |path: &PathBuf| {
            path.canonicalize().with_context(|| {
                format!(
                    "{} can't be opened; name a hand-in, or a folder or archive of hand-ins",
                    path.display()
                )
            })
        };
        let real = paths.iter().map(open).collect::<Result<Vec<_>>>()?;
        let mut together: BTreeMap<&Path, Vec<Named>> = BTreeMap::new();
        for path in &real {
            let named = path.parent().zip(path.file_name().and_then(|name| name.to_str()));
            if let Some((folder, name)) = named {
                together
                    .entry(folder)
                    .or_default()
                    .push(Named { name: name.to_owned(), is_folder: path.is_dir() });
            }
        }
        together.retain(|_, names| names.len() > 1 && !self.is_one);
        // Or of `class/*` the class, if none of these is a class itself.
        let (mut exports, mut classes) = (BTreeSet::new(), BTreeSet::new());
        for (folder, mut names) in together {
            names.sort_by(|one, other| one.name.cmp(&other.name));
            let sorted = layouts::sort(&names, &holds(folder));
            if sorted.is_export {
                exports.insert(folder);
                self.class(folder, sorted, Vec::new(), &Refused::new())?;
            } else if names.iter().all(|named| self.hand_ins_in(&folder.join(&named.name)).len() < 2) {
                classes.insert(folder);
            }
        }
        // Ids, and where each is from, if it is all that there is.
        let mut taken: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (number, (path, at)) in paths.iter().zip(&real).enumerate() {
            let among =
                |folders: &BTreeSet<&Path>| at.parent().is_some_and(|folder| folders.contains(folder));
            if among(&exports) {
                continue;
            }
            let name = name_of(at);
            if among(&classes) && (layouts::is_loose(&name) || self.course.known.contains(&name)) {
                self.leave_out(&name);
                continue;
            }
            let before = self.found.len();
            if at.is_dir() && among(&classes) && !self.is_own(at) {
                let place = self.of_folder(at);
                self.push(name_of(at), &path.display().to_string(), place, false);
            } else {
                self.path(path, at, paths.len() > 1)?;
            }
            let added = self.found.len() - before;
            for index in before..self.found.len() {
                let id = self.found[index].id.clone();
                let Some(first) = taken.insert(folded(&id), (added == 1).then_some(number)) else { continue };
                match first
                    .filter(|first| added == 1 && real[*first] != *at && real[*first].parent() == at.parent())
                {
                    Some(first) => {
                        let why = of_one(&[name_of(&real[first]), name_of(at)]);
                        self.warnings.push(format!("{}: {why}", path.display()));
                        self.found.truncate(before);
                        if let Some(first) = self.found.iter_mut().find(|one| folded(&one.id) == folded(&id))
                        {
                            first.place = Place::Refused(why);
                        }
                    }
                    None => bail!("two hand-ins are called `{id}`: rename one of the folders"),
                }
            }
        }
        if self.found.is_empty() {
            bail!("there is no hand-in: a hand-in is a folder with `exercises/` in it, or an archive of one");
        }
        Ok(())
    }

    /// Takes a path; `is_among`: among others, as `class/*` names.
    fn path(&mut self, path: &Path, real: &Path, is_among: bool) -> Result<()> {
        let (name, shown) = (name_of(real), path.display().to_string());
        if real.is_dir() {
            if self.is_own(real) {
                self.warnings.push(format!("{shown}: what the grader keeps, left out"));
                return Ok(());
            }
            if !self.folder(real, name, &shown, &Refused::new(), false)? {
                bail!("{shown} holds no hand-in: a hand-in is a folder with `exercises/` in it");
            }
            return Ok(());
        }
        let id = layouts::stem(&name).to_owned();
        if Format::of(&name).is_some() {
            let into = self.private_folder();
            let place = match unpack::file(real, Holds::Class, &into) {
                Ok(refused) => {
                    if !self.folder(&into, id.clone(), &shown, &refused, true)? {
                        let why = "no hand-in is in it: a hand-in is a folder with `exercises/` in it";
                        self.push(id, &shown, Place::Refused(format!("{shown}: {why}")), false);
                    }
                    return Ok(());
                }
                Err(Stop::Refused(why)) => Place::Refused(format!("{name}: {why}")),
                Err(Stop::Trouble(trouble)) if is_among => closed(&trouble),
                Err(Stop::Trouble(trouble)) => return Err(trouble),
            };
            self.push(id, &shown, place, false);
        } else if layouts::is_source(&name) || Format::unreadable(&name).is_some() {
            let item = Item { id, parts: vec![(name.clone(), name)], ..Item::default() };
            let place = self.item(real.parent().unwrap_or(real), &item, &Refused::new());
            self.push(item.id, &shown, place, false);
        } else if is_among {
            self.leave_out(&name);
        } else {
            bail!("{shown} is neither a folder of hand-ins nor an archive of them ({READABLE})");
        }
        Ok(())
    }

    /// What a folder, or an archive that was unpacked to one, holds: a platform's export, one hand-in, or a class. Whether it holds
    /// anything. An export may lie some folders down, what else an archive holds in a folder of its own.
    fn folder(
        &mut self,
        folder: &Path,
        id: String,
        shown: &str,
        refused: &Refused,
        is_archive: bool,
    ) -> Result<bool> {
        let mut chain = vec![folder.to_owned()];
        while !self.is_one && chain.len() < WRAPPED {
            let at = &chain[chain.len() - 1];
            let Names { names, closed } = names(at)?;
            if self.is_export(at, &names) {
                let sorted = self.sorted(at, &names);
                return self.class(&chain[chain.len() - 1].clone(), sorted, closed, refused);
            }
            let mut inner = names.iter().filter(|named| layouts::is_handed_in(named));
            match (inner.next(), inner.next()) {
                (Some(Named { name, is_folder: true }), None)
                    if Format::of(name).is_none() && self.direct(at).is_none() =>
                {
                    chain.push(at.join(name));
                }
                _ => break,
            }
        }
        let is_wrapped = is_archive && names(folder)?.names.len() == 1 && chain.len() > 1;
        for at in chain.iter().take(if is_wrapped { 2 } else { 1 }) {
            if self.is_hand_in(at, shown)? {
                let place = match refused.get(at) {
                    Some(why) => Place::Refused(why.clone()),
                    None => self.of_folder(at),
                };
                self.push(id, shown, place, false);
                return Ok(true);
            }
        }
        let at = chain.swap_remove(usize::from(is_wrapped));
        let Names { names, closed } = names(&at)?;
        let sorted = self.sorted(&at, &names);
        self.class(&at, sorted, closed, refused)
    }

    /// Whether a folder is one hand-in. Where it may be that and a class, the more likely is taken, and both are named.
    fn is_hand_in(&mut self, folder: &Path, shown: &str) -> Result<bool> {
        if self.is_one {
            return Ok(true);
        }
        let Some(sources) = self.direct(folder) else { return Ok(false) };
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
                "{shown}: taken as one hand-in, since `{own}` is in it; so {} in it is no hand-in of its own. If it is a class, \
                 move `{own}` away",
                some_of(&others)
            ));
        }
        Ok(!is_class)
    }

    /// What in a folder looks like hand-ins of their own.
    fn hand_ins_in(&self, folder: &Path) -> Vec<String> {
        let names = names(folder).map(|names| names.names).unwrap_or_default().into_iter();
        let names =
            names.filter(|named| !layouts::is_loose(&named.name) && !self.course.known.contains(&named.name));
        let is_hand_in = |named: &Named| {
            let is_folder = named.is_folder && !KIT.contains(&named.name.as_str());
            Format::of(&named.name).is_some() || is_folder && holds_lib(&folder.join(&named.name))
        };
        names.filter(is_hand_in).map(|named| named.name).collect()
    }

    fn is_export(&self, folder: &Path, names: &[Named]) -> bool {
        let has_metadata = names.iter().any(|named| named.name == METADATA && !named.is_folder);
        has_metadata || layouts::sort(names, &holds(folder)).is_export
    }

    /// What lies in a folder of hand-ins, by student.
    fn sorted(&mut self, folder: &Path, names: &[Named]) -> Sorted {
        if names.iter().any(|named| named.name == METADATA && !named.is_folder) {
            let text = fs::read(folder.join(METADATA)).map_err(|error| format!("it can't be read: {error}"));
            match text.and_then(|text| gradescope::items(&String::from_utf8_lossy(&text), names)) {
                Ok(items) => return Sorted { items, left_out: Vec::new(), is_export: true },
                Err(why) => {
                    self.warnings.push(format!("{METADATA}: {why}; hand-ins have their folders' names"));
                }
            }
        }
        layouts::sort(names, &holds(folder))
    }

    /// Takes the hand-ins of a class. Whether any of them holds anything.
    fn class(
        &mut self,
        folder: &Path,
        sorted: Sorted,
        unreadable: Vec<(String, String)>,
        refused: &Refused,
    ) -> Result<bool> {
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
        let mut same: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &items {
            let entries = item.parts.iter().map(|(entry, _)| entry.clone());
            same.entry(folded(&item.id)).or_default().push(entries.collect::<Vec<_>>().join("` and `"));
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
        Ok(hold_something)
    }

    /// Whether this is what the grader itself wrote.
    fn is_own(&self, folder: &Path) -> bool {
        self.own.contains(folder) || folder.join(RESULTS).is_file() && folder.join("results.lock").is_file()
    }

    fn leave_out(&mut self, name: &str) {
        self.warnings.push(format!("{name}: no hand-in, left out"));
        self.left_out.push(name.to_owned());
    }

    fn push(&mut self, id: String, shown: &str, place: Place, is_late: bool) {
        let mut warn = |why: &str| {
            let says_it = why.starts_with(shown);
            self.warnings.push(if says_it { why.to_owned() } else { format!("{shown}: {why}") });
        };
        match &place {
            Place::Refused(why) | Place::Nothing(why) | Place::Closed(why) => warn(why),
            Place::Found(found) => {
                let unclear = found.places.values().filter_map(|place| place.as_ref().err());
                unclear.chain(&found.beside).chain(&found.closed).for_each(|why| warn(why));
                for spot in found.places.values().flatten().filter(|spot| spot.is_odd()) {
                    warn(&format!("`{}` is taken for `{LIB}`; rename it", spot.path()));
                }
            }
        }
        self.found.push(HandIn { id, is_late, place });
    }

    /// A private folder that is not there yet.
    pub(super) fn private_folder(&mut self) -> PathBuf {
        self.folders += 1;
        self.private.join(self.folders.to_string())
    }

    /// Gives hand-ins the ids of the list, adds those who are absent, and names those whom it does not know.
    fn compare(&mut self, manifest: &Manifest) {
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
                let alike = matched.alike.iter().filter(|(hand_in, _)| *hand_in == index);
                let alike = alike.map(|(_, row)| self::alike(&manifest.people[*row].0)).collect::<String>();
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
                        format!("is `{listed}` in the manifest, where its zeros are lost"),
                    ));
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

/// Asks whether a hand-in is that of somebody who is absent.
fn alike(listed: &str) -> String {
    let hint = if is_rounded(listed) { format!(" There {ROUNDED}") } else { String::new() };
    format!("; is it `{listed}`?{hint}")
}

/// What people have in a checkout of the kit, and no student is called.
const KIT: [&str; 8] = ["judge", "kit", "companion", "forkserver", "grader", "benches", "examples", "docs"];

fn of_one(entries: &[String]) -> String {
    let entries: Vec<String> = entries.iter().map(|entry| format!("`{entry}`")).collect();
    format!("unclear: {} are of one student; leave only one of them there", entries.join(" and "))
}

/// What lies in a folder below this one.
fn holds(folder: &Path) -> impl Fn(&str) -> Vec<String> {
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

fn name_of(path: &Path) -> String {
    folder::shown(path.file_name().unwrap_or(path.as_os_str())).0
}
