//! What a hand-in consists of: which folders are hand-ins, which of their files count, and what these may hold.
//!
//! Two walls: [`sources`] takes files before anything is compiled, by what they are; [`rules`] judges what the compiler
//! then read, by effect. Neither recognises a text: the words of a rule are free in comments, in strings and as names.

mod reads;
mod rules;
mod sources;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::kit::Exercise;
pub(crate) use reads::Reads;
pub(crate) use rules::refusal;
pub(crate) use sources::{Sources, Taken, sources};

/// One student's hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandIn {
    /// The folder's name: the student's id.
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
}

/// The hand-ins at these paths, in order: each path is one (it holds `exercises/`) or a folder of them.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<HandIn>> {
    let mut found = Vec::new();
    for path in paths {
        let folder = path.canonicalize().with_context(|| {
            format!("{} can't be opened; name a hand-in, or a folder of hand-ins", path.display())
        })?;
        if is_hand_in(&folder) {
            found.push(HandIn { id: name_of(&folder), folder });
            continue;
        }
        let before = found.len();
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{} is not a folder of hand-ins", path.display()))?;
        let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.sort();
        let hand_ins = folders.into_iter().filter(|folder| is_hand_in(folder));
        found.extend(hand_ins.map(|folder| HandIn { id: name_of(&folder), folder }));
        if found.len() == before {
            bail!("{} holds no hand-in: a hand-in is a folder with `exercises/` in it", path.display());
        }
    }
    let mut ids: Vec<&str> = found.iter().map(|hand_in| hand_in.id.as_str()).collect();
    ids.sort_unstable();
    if let Some((id, _)) = ids.iter().zip(ids.iter().skip(1)).find(|(one, other)| one == other) {
        bail!("two hand-ins are called `{id}`: rename one of the folders");
    }
    Ok(found)
}

fn is_hand_in(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("exercises")).is_ok_and(|meta| meta.is_dir())
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

/// Takes the sources of an exercise of a hand-in.
pub(crate) fn take(hand_in: &HandIn, exercise: &Exercise) -> Result<Taken> {
    sources(&hand_in.folder, &exercise.folder())
}
