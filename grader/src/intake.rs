//! What a hand-in consists of: which folders and archives are hand-ins, which of their files count, and what these may hold.
//!
//! Two walls: [`sources`] takes files before anything is compiled, by what they are; [`rules`] judges what the compiler
//! then read, by effect. Neither recognises a text: the words of a rule are free in comments, in strings and as names.
//!
//! Before them, [`find`] makes hand-ins of what there is: it has archives unpacked ([`unpack`], by [`archive`]), knows how
//! learning platforms name things ([`layouts`], [`gradescope`]), and finds the exercises in a hand-in ([`places`]).
//! [`roster`] keeps who is who.

mod archive;
mod find;
mod folder;
mod gradescope;
mod layouts;
mod places;
mod reads;
mod roster;
mod rules;
mod sources;
mod tokens;
mod unpack;
mod yaml;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::kit::Exercise;
pub(crate) use find::{Intake, find};
pub(crate) use places::Course;
pub(crate) use reads::Reads;
pub(crate) use roster::{Person, manifest};
pub(crate) use rules::refusal;
pub(crate) use sources::{Sources, Taken, sources};

/// One student's hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HandIn {
    /// The student's id.
    pub(crate) id: String,
    place: Place,
}

/// Where a hand-in is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// In this folder; by exercise, the folder of its `lib.rs`, or what is unclear about it.
    Found { root: PathBuf, places: BTreeMap<String, Result<String, String>> },
    /// It can't be read or understood: why, and what to do.
    Refused(String),
    /// There is nothing: why not.
    Nothing(String),
}

/// Takes the sources of an exercise of a hand-in.
pub(crate) fn take(hand_in: &HandIn, exercise: &Exercise) -> Result<Taken> {
    match &hand_in.place {
        Place::Refused(why) => Ok(Taken::Refused(why.clone())),
        Place::Nothing(why) => Ok(Taken::Missing(why.clone())),
        Place::Found { root, places } => match places.get(&exercise.slug()) {
            None => sources(root, &exercise.folder()),
            Some(Err(why)) => Ok(Taken::Refused(why.clone())),
            Some(Ok(src)) => sources::below(root, src),
        },
    }
}
