//! `grader new`: all files of another exercise, made from a template.
//!
//! A template is a folder `grader/templates/NAME` that is laid out as the root of this repository. Its files are copied to where they
//! stand in it, with the placeholders in their paths and texts replaced. Invariant: nothing that is there is written over.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::derived::exercises;

/// Where the templates lie.
const TEMPLATES: &str = "grader/templates";

/// The exercise that is to be made.
pub(crate) struct New {
    /// `18`.
    pub(crate) id: String,
    /// `word-count`.
    pub(crate) name: String,
    /// The template.
    pub(crate) like: String,
}

/// Why an exercise can't be made: the command line is wrong.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Mistake {
    #[error("`{0}` is no number of an exercise: take one from 1 to 99")]
    Number(String),
    #[error("`{0}` is no name of an exercise: small letters, digits and hyphens, as in `word-count`")]
    Name(String),
    #[error("the number {id} is taken by {slug}; take another")]
    Taken { id: String, slug: String },
    #[error("there is no template `{like}`; there are {}", .known.join(", "))]
    NoTemplate { like: String, known: Vec<String> },
    #[error("{0} is there already: remove it, or take another number")]
    Exists(String),
}

impl New {
    /// An exercise as the command line names it: `7` is `07`.
    pub(crate) fn named(number: &str, name: &str, like: &str) -> Result<Self, Mistake> {
        let id = number.parse::<u8>().ok().filter(|id| (1..100).contains(id));
        let id = id.ok_or_else(|| Mistake::Number(number.to_owned()))?;
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(is_word);
        if !is_name {
            return Err(Mistake::Name(name.to_owned()));
        }
        Ok(Self { id: format!("{id:02}"), name: name.to_owned(), like: like.to_owned() })
    }

    /// Its folders.
    pub(crate) fn slug(&self) -> String {
        format!("{}-{}", self.id, self.name)
    }

    /// Makes its files; returns their paths.
    pub(crate) fn make(&self, root: &Path) -> Result<Result<Vec<String>, Mistake>> {
        let known = templates(root)?;
        if !known.contains(&self.like) {
            return Ok(Err(Mistake::NoTemplate { like: self.like.clone(), known }));
        }
        if let Some(slug) =
            exercises(root)?.into_iter().find(|slug| slug.starts_with(&format!("{}-", self.id)))
        {
            return Ok(Err(Mistake::Taken { id: self.id.clone(), slug }));
        }
        let mut files = Vec::new();
        read(&root.join(TEMPLATES).join(&self.like), "", &mut files)?;
        let files: Vec<(String, String)> =
            files.iter().map(|(path, text)| (self.filled(path), self.filled(text))).collect();
        if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
            return Ok(Err(Mistake::Exists(path.clone())));
        }
        for (path, text) in &files {
            let file = root.join(path);
            let written =
                fs::create_dir_all(file.parent().unwrap_or(root)).and_then(|()| fs::write(&file, text));
            written.with_context(|| format!("{} can't be written", file.display()))?;
        }
        Ok(Ok(files.into_iter().map(|(path, _)| path).collect()))
    }

    /// A text without placeholders.
    fn filled(&self, text: &str) -> String {
        let mut title = self.name.replace('-', " ");
        title[..1].make_ascii_uppercase();
        text.replace("NN", &self.id).replace("SLUG", &self.name).replace("TITLE", &title)
    }
}

/// The templates that there are.
fn templates(root: &Path) -> Result<Vec<String>> {
    let folder = root.join(TEMPLATES);
    let entries = fs::read_dir(&folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The files of a folder by their paths from there, in order.
fn read(folder: &Path, path: &str, files: &mut Vec<(String, String)>) -> Result<()> {
    let unreadable = || format!("{} can't be read", folder.display());
    let mut entries = fs::read_dir(folder).with_context(unreadable)?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let path = Path::new(path).join(&name);
        let path = path.to_str().with_context(unreadable)?;
        if entry.path().is_dir() {
            read(&entry.path(), path, files)?;
        } else {
            files.push((path.to_owned(), fs::read_to_string(entry.path()).with_context(unreadable)?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kit with one exercise and one template.
    fn kit() -> tempfile::TempDir {
        let kit = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = kit.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("exercises/03-ordered-map/README.md", "");
        write("grader/templates/pool/exercises/NN-SLUG/README.md", "# NN · TITLE\n");
        write("grader/templates/pool/tests/hidden/NN-SLUG/suite.rs", "use exercise_NN; // SLUG\n");
        kit
    }

    fn make(number: &str, name: &str, like: &str) -> Result<(tempfile::TempDir, Vec<String>), Mistake> {
        let kit = kit();
        let files = New::named(number, name, like)?.make(kit.path()).unwrap()?;
        Ok((kit, files))
    }

    #[test]
    fn a_template_is_copied_to_where_it_stands_with_its_placeholders_filled() {
        let (kit, files) = make("7", "word-count", "pool").unwrap();
        let paths = ["exercises/07-word-count/README.md", "tests/hidden/07-word-count/suite.rs"];
        assert_eq!(files, paths);
        let text = |path: &str| fs::read_to_string(kit.path().join(path)).unwrap();
        assert_eq!(paths.map(text), ["# 07 · Word count\n", "use exercise_07; // word-count\n"]);
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let mistake = |number, name, like| make(number, name, like).unwrap_err();
        for number in ["0", "100", "x"] {
            assert_eq!(mistake(number, "a", "pool"), Mistake::Number(number.into()));
        }
        for name in ["", "Word", "a--b", "-a", "a-", "7up", "a/b", "ä"] {
            assert_eq!(mistake("7", name, "pool"), Mistake::Name(name.into()));
        }
        let taken = Mistake::Taken { id: "03".into(), slug: "03-ordered-map".into() };
        assert_eq!(mistake("3", "other", "pool"), taken);
        let known = vec!["pool".to_owned()];
        assert_eq!(mistake("7", "a", "queue"), Mistake::NoTemplate { like: "queue".into(), known });
    }

    #[test]
    fn nothing_is_written_over() {
        let kit = kit();
        let own = kit.path().join("tests/hidden/07-a/suite.rs");
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        fs::write(&own, "mine").unwrap();
        let made = New::named("7", "a", "pool").unwrap().make(kit.path()).unwrap();
        assert_eq!(made, Err(Mistake::Exists("tests/hidden/07-a/suite.rs".into())));
        assert_eq!(fs::read_to_string(own).unwrap(), "mine");
        assert!(!kit.path().join("exercises/07-a").exists());
    }
}
