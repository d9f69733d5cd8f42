//! From the paths of the command line to hand-ins: each path is a hand-in, a folder of them, or an archive of either.
//!
//! One mechanism: an archive is unpacked and is a folder then, what lies in a folder of hand-ins is sorted by its names, and
//! where in each hand-in the exercises lie is told from the paths of its sources.
//! Invariant: whoever handed in something appears. What can't be read or understood is a refused hand-in that says why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tempfile::TempDir;

use super::archive::{Format, READABLE};
use super::folder::{self, FILES, copy, is_file, names};
use super::gradescope;
use super::layouts::{self, Item, METADATA, Named, Sorted};
use super::places::{Course, Places};
use super::roster::{self, Roster};
use super::unpack::{self, Holds, Refused, Stop, folded};
use super::{HandIn, Place};
use crate::build::Workroom;

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
#[derive(Debug, Serialize)]
pub(crate) struct Told<'a> {
    schema: &'static str,
    people: &'a Roster,
    notes: Vec<Note<'a>>,
}

#[derive(Debug, Serialize)]
struct Note<'a> {
    id: &'a str,
    note: &'a str,
}

impl Intake {
    /// Names, e-mails and notes, if there are any.
    pub(crate) fn told(&self) -> Option<Told<'_>> {
        let notes: Vec<Note> = self.notes.iter().map(|(id, note)| Note { id, note }).collect();
        let is_any = !(notes.is_empty() && self.roster.0.is_empty());
        is_any.then_some(Told { schema: "intake/1", people: &self.roster, notes })
    }
}

/// The hand-ins at these paths. The manifest lists who should be among them.
pub(crate) fn find(paths: &[PathBuf], course: &Course, manifest: Option<&Path>) -> Result<Intake> {
    let room = Workroom::new()?;
    let private = TempDir::new_in(room.path()).context("there is no room to unpack archives")?;
    let mut finding = Finding {
        course,
        private: private.path(),
        folders: 0,
        found: Vec::new(),
        roster: Roster::default(),
        notes: Vec::new(),
        warnings: Vec::new(),
    };
    for path in paths {
        let before = finding.found.len();
        finding.path(path)?;
        let mut others: BTreeSet<&str> = finding.found[..before].iter().map(|one| one.id.as_str()).collect();
        if let Some(twice) = finding.found[before..].iter().find(|one| !others.insert(&one.id)) {
            bail!("two hand-ins are called `{}`: rename one of the folders", twice.id);
        }
    }
    if let Some(file) = manifest {
        finding.compare(&roster::manifest(file)?);
    }
    let Finding { found: hand_ins, roster, notes, warnings, .. } = finding;
    Ok(Intake { hand_ins, roster, notes, warnings, _private: (private, room) })
}

struct Finding<'a> {
    course: &'a Course,
    private: &'a Path,
    /// How many private folders there are.
    folders: usize,
    found: Vec<HandIn>,
    roster: Roster,
    notes: Vec<(String, String)>,
    warnings: Vec<String>,
}

impl Finding<'_> {
    fn path(&mut self, path: &Path) -> Result<()> {
        let real = path.canonicalize().with_context(|| {
            format!("{} can't be opened; name a hand-in, or a folder or archive of hand-ins", path.display())
        })?;
        let name = name_of(&real);
        if real.is_dir() {
            if self.direct(&real).is_some() {
                let place = self.of_folder(&real)?;
                self.push(name, &path.display().to_string(), place);
                return Ok(());
            }
            let items = self.sorted(&real)?;
            let hold_something = self.class(&real, items, &Refused::new())?;
            if !hold_something {
                bail!("{} holds no hand-in: a hand-in is a folder with `exercises/` in it", path.display());
            }
            return Ok(());
        }
        if Format::of(&name).is_none() {
            bail!("{} is neither a folder of hand-ins nor an archive of them ({READABLE})", path.display());
        }
        let into = self.private_folder();
        let shown = path.display().to_string();
        let id = layouts::stem(&name).to_owned();
        match unpack::file(&real, Holds::Class, &into) {
            Err(Stop::Trouble(trouble)) => Err(trouble),
            Err(Stop::Refused(why)) => {
                self.push(id, &shown, Place::Refused(format!("{name}: {why}")));
                Ok(())
            }
            Ok(refused) => self.unpacked(&into, id, &shown, &refused),
        }
    }

    /// What an archive on the command line held: a platform's export, one hand-in, or a class. The latter two may lie in a
    /// folder of their own.
    fn unpacked(&mut self, folder: &Path, id: String, shown: &str, refused: &Refused) -> Result<()> {
        let items = self.sorted(folder)?;
        let inner = match &names(folder)?[..] {
            [Named { name, is_folder: true }] if Format::of(name).is_none() => Some(folder.join(name)),
            _ => None,
        };
        if !items.is_export {
            let hand_in =
                [Some(folder), inner.as_deref()].into_iter().flatten().find(|at| self.direct(at).is_some());
            if let Some(hand_in) = hand_in {
                let place = self.of_folder(hand_in)?;
                self.push(id, shown, place);
                return Ok(());
            }
        }
        let hold_something = match inner {
            Some(inner) if !items.is_export => {
                let items = self.sorted(&inner)?;
                self.class(&inner, items, refused)?
            }
            _ => self.class(folder, items, refused)?,
        };
        if !hold_something {
            let why = "no hand-in is in it: a hand-in is a folder with `exercises/` in it";
            self.push(id, shown, Place::Refused(format!("{shown}: {why}")));
        }
        Ok(())
    }

    /// What lies in a folder of hand-ins, by student.
    fn sorted(&mut self, folder: &Path) -> Result<Sorted> {
        let names = names(folder)?;
        let metadata = folder.join(METADATA);
        if !names.iter().any(|named| named.name == METADATA && !named.is_folder) {
            return Ok(layouts::sort(&names));
        }
        let text = fs::read(&metadata).with_context(|| format!("{} can't be read", metadata.display()))?;
        match gradescope::items(&String::from_utf8_lossy(&text), &names) {
            Ok(items) => Ok(Sorted { items, left_out: Vec::new(), is_export: true }),
            Err(why) => {
                self.warnings.push(format!("{METADATA}: {why}; hand-ins have their folders' names"));
                Ok(layouts::sort(&names))
            }
        }
    }

    /// Takes the hand-ins of a class. Whether any of them holds anything.
    fn class(&mut self, folder: &Path, sorted: Sorted, refused: &Refused) -> Result<bool> {
        let mut hold_something = sorted.is_export;
        for name in sorted.left_out.iter().filter(|name| *name != METADATA) {
            self.warnings.push(format!("{name}: no hand-in, left out"));
        }
        // Two of the same id, as `bob/` and `bob.zip`, or of ids that only some systems tell apart.
        let mut same: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for item in &sorted.items {
            let entries = item.parts.iter().map(|(entry, _)| format!("`{entry}`"));
            same.entry(folded(&item.id)).or_default().push(entries.collect::<Vec<_>>().join(" and "));
        }
        for item in sorted.items {
            let shown = item.parts.first().map_or_else(|| item.id.clone(), |(entry, _)| entry.clone());
            let place = match &same.remove(&folded(&item.id)).unwrap_or_default()[..] {
                // Refused together with the first of them.
                [] => continue,
                [_] => self.item(folder, &item, refused)?,
                several => {
                    let entries = several.join(" and ");
                    Place::Refused(format!(
                        "unclear: {entries} are of one student; leave only one of them there"
                    ))
                }
            };
            hold_something |= !matches!(place, Place::Nothing(_));
            self.roster.learn(&item.id, &item.person);
            self.notes.extend(item.notes.into_iter().map(|note| (item.id.clone(), note)));
            self.push(item.id, &shown, place);
        }
        Ok(hold_something)
    }

    /// What one student handed in.
    fn item(&mut self, folder: &Path, item: &Item, refused: &Refused) -> Result<Place> {
        if let [(entry, called)] = &item.parts[..] {
            let at = folder.join(entry);
            if let Some(why) = refused.get(&at) {
                return Ok(Place::Refused(format!("{entry}: {why}")));
            }
            if at.is_dir() {
                return self.of_folder(&at);
            }
            if Format::of(entry).is_some() {
                return self.of_archive(&at, entry);
            }
            if Format::unreadable(entry).is_some() {
                return Ok(Place::Refused(format!(
                    "{entry}: no archive that can be read; ask for {READABLE}"
                )));
            }
            if !layouts::is_source(called) {
                return Ok(Place::Nothing(format!("{entry}: no source file and no archive of any")));
            }
        }
        if item.parts.iter().all(|(_, called)| layouts::is_source(called)) {
            return self.of_files(folder, &item.parts);
        }
        let parts: Vec<String> = item.parts.iter().map(|(entry, _)| format!("`{entry}`")).collect();
        Ok(Place::Refused(format!(
            "unclear: {} may each be the answer; leave only one of them there",
            parts.join(" and ")
        )))
    }

    /// Loose source files, which get a folder of their own.
    fn of_files(&mut self, folder: &Path, files: &[(String, String)]) -> Result<Place> {
        let own = self.private_folder();
        fs::create_dir_all(&own).with_context(|| format!("{} can't be made", own.display()))?;
        for (entry, called) in files {
            copy(&folder.join(entry), &own.join(called))?;
        }
        self.of_folder(&own)
    }

    fn of_archive(&mut self, archive: &Path, shown: &str) -> Result<Place> {
        let into = self.private_folder();
        match unpack::file(archive, Holds::HandIn, &into) {
            Ok(_) => self.of_folder(&into),
            Err(Stop::Refused(why)) => Ok(Place::Refused(format!("{shown}: {why}"))),
            Err(Stop::Trouble(trouble)) => Err(trouble),
        }
    }

    fn of_folder(&mut self, root: &Path) -> Result<Place> {
        let found = |places| Ok(Place::Found { root: root.to_owned(), places });
        if let Some(sources) = self.direct(root) {
            let Places::Known(places) = self.course.places(&sources) else { return found(BTreeMap::new()) };
            return found(places);
        }
        let Some(listing) = folder::list(root)? else {
            return Ok(Place::Refused(format!("more than {FILES} files; hand in `exercises/` alone")));
        };
        match self.course.places(&listing.sources) {
            Places::Known(places) => found(places),
            Places::Unclear(why) => Ok(Place::Refused(why)),
            Places::Single(file) => {
                let own = self.private_folder();
                fs::create_dir_all(&own).with_context(|| format!("{} can't be made", own.display()))?;
                copy(&root.join(file), &own.join("lib.rs"))?;
                self.of_folder(&own)
            }
            Places::Nothing => match &listing.archives[..] {
                [] => Ok(Place::Nothing("no source file was handed in".to_owned())),
                [archive] => {
                    let at = root.join(archive);
                    if at.is_dir() { self.of_folder(&at) } else { self.of_archive(&at, archive) }
                }
                [one, other, ..] => Ok(Place::Refused(format!(
                    "unclear: both `{one}` and `{other}` may be the answer; hand in one of them"
                ))),
            },
        }
    }

    /// The sources where a hand-in lies right in this folder, and not further down.
    fn direct(&self, root: &Path) -> Option<Vec<String>> {
        let known = self.course.known.iter();
        let named =
            known.flat_map(|slug| [format!("exercises/{slug}/src/lib.rs"), format!("{slug}/src/lib.rs")]);
        let named: Vec<String> = named.filter(|path| is_file(root, path)).collect();
        if !named.is_empty() || fs::symlink_metadata(root.join("exercises")).is_ok_and(|meta| meta.is_dir()) {
            return Some(named);
        }
        self.course.single()?;
        let loose: Vec<String> = ["src/lib.rs", "lib.rs"]
            .map(str::to_owned)
            .into_iter()
            .filter(|path| is_file(root, path))
            .collect();
        (!loose.is_empty()).then_some(loose)
    }

    fn push(&mut self, id: String, shown: &str, place: Place) {
        match &place {
            Place::Refused(why) | Place::Nothing(why) if why.starts_with(shown) => {
                self.warnings.push(why.clone());
            }
            Place::Refused(why) | Place::Nothing(why) => self.warnings.push(format!("{shown}: {why}")),
            Place::Found { places, .. } => {
                let unclear = places.values().filter_map(|place| place.as_ref().err());
                self.warnings.extend(unclear.map(|why| format!("{shown}: {why}")));
            }
        }
        self.found.push(HandIn { id, place });
    }

    /// A private folder that is not there yet.
    fn private_folder(&mut self) -> PathBuf {
        self.folders += 1;
        self.private.join(self.folders.to_string())
    }

    /// Adds those who are absent, and names those whom the manifest does not know.
    fn compare(&mut self, manifest: &roster::Manifest) {
        let ids: BTreeSet<&str> = self.found.iter().map(|one| one.id.as_str()).collect();
        let listed: BTreeSet<&str> = manifest.0.iter().map(|(id, _)| id.as_str()).collect();
        let unknown = ids.difference(&listed);
        self.warnings.extend(unknown.map(|id| format!("{id}: handed in, and not in the manifest")));
        let absent: Vec<String> = manifest
            .0
            .iter()
            .filter(|(id, _)| !ids.contains(id.as_str()))
            .map(|(id, _)| id.clone())
            .collect();
        let mut roster = Roster::default();
        for (id, person) in &manifest.0 {
            roster.learn(id, person);
        }
        for (id, person) in &self.roster.0 {
            roster.learn(id, person);
        }
        self.roster = roster;
        for id in absent {
            self.found.push(HandIn { id, place: Place::Nothing("nothing was handed in".to_owned()) });
        }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
