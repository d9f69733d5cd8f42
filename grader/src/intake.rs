//! What a hand-in consists of: which folders and archives are hand-ins, which of their files count, and what these may hold.
//!
//! Two walls: [`sources`] takes files before anything is compiled, by what they are; [`rules`] judges what the compiler
//! then read, by effect. Neither recognises a text: the words of a rule are free in comments, in strings and as names.
//!
//! Before them, [`find`] makes hand-ins of what there is: it has archives unpacked ([`unpack`], by [`archive`]), knows how
//! learning platforms name things ([`layouts`], [`gradescope`]), and finds the exercises in a hand-in ([`places`]).
//! [`roster`] keeps who is who.

mod archive;
mod class;
mod columns;
mod find;
mod folder;
mod gradescope;
mod layouts;
mod listed;
mod matching;
mod moment;
mod one;
mod places;
mod reads;
mod roster;
mod rules;
mod sources;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod unpack;
mod users;
mod yaml;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::kit::Exercise;
pub(crate) use find::{Asked, Intake, Told, find};
pub(crate) use moment::{DAY, Moment, ahead};
pub(crate) use places::Course;
use places::Spot;
pub(crate) use reads::Reads;
pub(crate) use roster::{EXTENSION, HANDED_IN, Person, Roster, STATUS, manifest};
pub(crate) use rules::{has_globals, refusal};
pub(crate) use sources::{Sources, Taken, sources};
pub(crate) use table::Table;
pub(crate) use tokens::{TokenKind, tokens};

/// The file of what is known of people, in the folder of `--out`.
pub(crate) const FILE: &str = "intake.json";

/// One student's hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandIn {
    /// The student's id.
    pub(crate) id: String,
    /// The platform that it was handed in on says so.
    pub(crate) is_late: bool,
    place: Place,
}

/// Where a hand-in is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// In this folder.
    Found(Found),
    /// It can't be read or understood: why, and what to do.
    Refused(String),
    /// There is nothing: why not.
    Nothing(String),
    /// This machine, or whoever grades, keeps it from being read: why. There is no score for it.
    Closed(String),
}

/// What was found in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Found {
    root: PathBuf,
    /// By exercise, its sources, or what is unclear about them.
    places: BTreeMap<String, Result<Spot, String>>,
    /// What else there is, where there is no answer to one that is graded.
    beside: Option<String>,
    /// What can't be read, and may hold the answers that are not there.
    closed: Option<String>,
}

/// Takes the sources of an exercise of a hand-in.
pub(crate) fn take(hand_in: &HandIn, exercise: &Exercise) -> Result<Taken> {
    let found = match &hand_in.place {
        Place::Refused(why) => return Ok(Taken::Refused(why.clone())),
        Place::Nothing(why) => return Ok(Taken::Missing(why.clone())),
        Place::Closed(why) => bail!("{why}"),
        Place::Found(found) => found,
    };
    match (found.places.get(&exercise.slug()), &found.closed) {
        (Some(Err(why)), _) => Ok(Taken::Refused(why.clone())),
        (Some(Ok(spot)), _) => sources::below(&found.root, &spot.folder, &spot.lib),
        (None, Some(why)) => bail!("{why}"),
        (None, None) => Ok(match (sources(&found.root, &exercise.folder())?, &found.beside) {
            (Taken::Missing(why), Some(beside)) => Taken::Missing(format!("{why}; {beside}")),
            (taken, _) => taken,
        }),
    }
}
