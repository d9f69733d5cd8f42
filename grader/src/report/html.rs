//! The HTML report: a page for the class and a page for each student, static and self-contained.
//!
//! Invariant: a page loads nothing, from nowhere, and works without its script. Invariant: whatever a hand-in says or is
//! called is escaped by the templates, made printable, and, were it markup for all that, refused by the page's policy: only
//! the style and the script whose hashes it names are taken.

mod chart;
mod check;
mod class;
mod page;
mod places;
mod student;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::audience::Audience;
use crate::export::Roster;
use crate::record::{Grading, Reference};
pub(crate) use places::Editor;

/// What a report is made of.
pub(crate) struct Class<'a> {
    /// The records.
    pub(crate) grading: &'a Grading,
    /// What is shown beside a hand-in's runs.
    pub(crate) reference: &'a Reference,
    /// The students' names, where they are known.
    pub(crate) roster: &'a Roster,
    /// Whom the students' pages are for. The class page is the instructor's.
    pub(crate) audience: Audience,
    /// What the course is called.
    pub(crate) title: Option<&'a str>,
    /// How an editor opens a line of a hand-in.
    pub(crate) editor: Option<&'a Editor>,
}

/// A file of the report.
pub(crate) struct Page {
    /// Its path below the report's folder, with `/`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

/// The class page, `index.html`, then the students' pages.
pub(crate) fn pages<'a>(class: &'a Class<'a>) -> impl Iterator<Item = Page> + 'a {
    let files = files(class.grading);
    let index = Page { path: "index.html".to_owned(), bytes: class::page(class, &files) };
    let students = (0..class.grading.submissions.len()).zip(files);
    let students = students
        .map(|(index, path)| Page { path, bytes: student::page(class, index, Some("../index.html")) });
    std::iter::once(index).chain(students)
}

/// The students' pages alone, each fit to be put where its student finds it: none leads to the class, and none to another.
pub(crate) fn students<'a>(class: &'a Class<'a>) -> impl Iterator<Item = Page> + 'a {
    let files = files(class.grading).into_iter().enumerate();
    let in_one_folder = |path: String| path.trim_start_matches("students/").to_owned();
    files.map(move |(index, path)| Page { path: in_one_folder(path), bytes: alone(class, index) })
}

/// The page of one student alone, fit to be sent: it names nobody else and links to nothing.
pub(crate) fn alone(class: &Class<'_>, index: usize) -> Vec<u8> {
    student::page(class, index, None)
}

/// A file for each student: an id may be anything, a file's name may not, and some systems take `Bob` and `bob` for the same.
fn files(grading: &Grading) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let file = |submission: &crate::record::Submission| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let letters = submission.id.chars().map(|letter| if plain(letter) { letter } else { '-' });
        let name: String = letters.take(60).collect();
        let name = if name.is_empty() { "student".to_owned() } else { name };
        let mut unique = name.clone();
        let mut number = 1;
        while !taken.insert(unique.to_lowercase()) {
            number += 1;
            unique = format!("{name}-{number}");
        }
        format!("students/{unique}.html")
    };
    grading.submissions.iter().map(file).collect()
}
