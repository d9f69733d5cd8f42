//! From the paths of the command line to hand-ins: each path is a hand-in, a folder of them, or an archive of either.
//!
//! One mechanism: an archive is unpacked and is a folder then, what lies in a folder of hand-ins is sorted by its names, and
//! where in each hand-in the exercises lie is told from the paths of its sources ([`super::one`]).
//! Invariant: whoever handed in something appears. What can't be read or understood is a refused hand-in that says why, and
//! what is left out is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::archive::{Format, READABLE};
use super::class::{holds, is_export, of_one};
use super::folder::{self, Names, names};
use super::layouts::{self, Item, Named};
use super::one::closed;
use super::places::Course;
use super::roster::{self, Person, Roster};
use super::sources::LIB;
use super::unpack::{self, Holds, Refused, Stop, folded};
use super::{HandIn, Place};
use crate::build::Workroom;
use crate::course::Digests;

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
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    schema: String,
    pub(crate) people: Roster,
    notes: Vec<Note>,
    /// What was handed in, by digests: marks by hand are of one hand-in, and not of the next.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) sources: Digests,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
            united.know(&part.sources);
        }
        united
    }

    /// Learns what was handed in.
    pub(crate) fn know(&mut self, sources: &Digests) {
        for (id, of) in sources {
            self.sources.entry(id.clone()).or_default().extend(of.clone());
        }
    }
}

impl Intake {
    /// Names, e-mails and notes.
    pub(crate) fn told(&self) -> Told {
        let notes = self.notes.iter().map(|(id, note)| Note { id: id.clone(), note: note.clone() });
        let (schema, notes) = ("intake/1".to_owned(), notes.collect());
        Told { schema, people: self.roster.clone(), notes, sources: Digests::new() }
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
        listed: manifest.iter().flat_map(|list| &list.people).flat_map(users).collect(),
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
    pub(super) is_one: bool,
    pub(super) own: BTreeSet<PathBuf>,
    /// The ids of the list of the class.
    pub(super) listed: BTreeSet<String>,
    /// How many private folders there are.
    folders: usize,
    pub(super) found: Vec<HandIn>,
    pub(super) roster: Roster,
    pub(super) notes: Vec<(String, String)>,
    /// Names beside hand-ins that are nobody's.
    pub(super) left_out: Vec<String>,
    pub(super) warnings: Vec<String>,
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
            let sorted = layouts::sort(&names, &holds(folder), &|user| self.listed.contains(&folded(user)));
            if sorted.is_export {
                exports.insert(folder);
                self.class(folder, sorted, Vec::new(), &Refused::new());
            } else {
                let folders: Vec<&Named> = names.iter().filter(|named| named.is_folder).collect();
                let alone = folders.iter().filter(|named| self.is_alone(&folder.join(&named.name)));
                // Most of them: what one student called some files does not decide it.
                if folders.is_empty() || alone.count() * 2 > folders.len() {
                    classes.insert(folder);
                }
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
                        let of = |path: &Path| (layouts::stem(&name_of(path)).to_owned(), name_of(path));
                        let why = of_one(&[of(&real[first]), of(at)]);
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
            if !self.folder(real, name, &shown, &Refused::new(), false)? && !is_among {
                bail!("{shown} holds no hand-in: a hand-in is a folder with `exercises/` in it");
            }
            return Ok(());
        }
        let id = layouts::stem(&name).to_owned();
        if Format::of(&name).is_some() {
            let into = self.private_folder();
            let place = match unpack::file(real, Holds::Class, &into) {
                Ok(refused) => {
                    if is_among && self.is_alone(&into) && !self.is_flat(&into) {
                        let place = self.checked(&into, &refused);
                        self.push(id, &shown, place, false);
                        return Ok(());
                    }
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
            if is_export(at, &names) {
                let sorted = self.sorted(at, &names);
                return Ok(self.class(&chain[chain.len() - 1].clone(), sorted, closed, refused));
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
            if self.is_hand_in(at, shown) {
                let place = self.checked(at, refused);
                self.push(id, shown, place, false);
                return Ok(true);
            }
        }
        let at = chain.swap_remove(usize::from(is_wrapped));
        let Names { names, closed } = names(&at)?;
        let sorted = self.sorted(&at, &names);
        Ok(self.class(&at, sorted, closed, refused))
    }

    pub(super) fn push(&mut self, id: String, shown: &str, place: Place, is_late: bool) {
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
}

/// What somebody in the list of the class may be called by.
fn users((id, person): &(String, Person)) -> impl Iterator<Item = String> {
    [id.as_str()].into_iter().chain(person.identities().map(|(_, text)| text)).map(folded)
}

fn name_of(path: &Path) -> String {
    folder::shown(path.file_name().unwrap_or(path.as_os_str())).0
}
