//! What is in a released kit: the files by their paths, made from this checkout.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::workspace::{self, Member};
use crate::derived;
use crate::kit::Kit;

/// Files by their paths from the kit's root, with `/` between folders.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// Where the list lies.
const LIST: &str = "grader/release/contents.toml";

/// What stands in the students' README where the table of exercises goes.
const EXERCISES: &str = "<!-- exercises -->\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    files: BTreeMap<String, String>,
    packages: BTreeMap<String, String>,
    exercises: OfExercises,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfExercises {
    holds: Vec<String>,
    stubs: String,
}

/// All of it.
pub(super) fn files(kit: &Kit) -> Result<Files> {
    let root = kit.root();
    let list: List =
        toml::from_str(&text(root, LIST)?).with_context(|| format!("{LIST} is not understood"))?;
    let mut files = Files::new();
    for (from, to) in &list.files {
        add(&mut files, root, from, to)?;
    }
    let mut members = Vec::new();
    for (from, to) in &list.packages {
        add(&mut files, root, &format!("{from}/src"), &format!("{to}/src"))?;
        members.push(Member { from: from.clone(), to: to.clone(), is_exercise: false });
    }
    for exercise in &kit.exercises {
        let folder = exercise.folder();
        for part in &list.exercises.holds {
            let path = format!("{folder}/{part}");
            if root.join(&path).exists() {
                add(&mut files, root, &path, &path)?;
            }
        }
        let stub = format!("{}/{}.rs", list.exercises.stubs, exercise.slug());
        add(&mut files, root, &format!("{folder}/src/lib.rs"), &stub)?;
        members.push(Member { from: folder.clone(), to: folder, is_exercise: true });
    }
    let slugs = kit.slugs();
    for exercise in &kit.exercises {
        let path = format!("{}/README.md", exercise.folder());
        if let Some(lesson) = files.get_mut(&path) {
            let text = String::from_utf8(std::mem::take(lesson))?;
            *lesson = derived::lesson_among(&text, &path, &slugs).into_bytes();
        }
    }
    if let Some(readme) = files.get_mut("README.md") {
        let text = String::from_utf8(std::mem::take(readme))?;
        *readme = of_exercises_there(&text, kit).replace(EXERCISES, &table(kit)?).into_bytes();
    }
    files.extend(workspace::files(root, &members, &files)?);
    Ok(files)
}

/// Where snapshots of tests lie.
const SNAPSHOTS: &str = "snapshots";

/// Adds a file, or all files of a folder.
fn add(files: &mut Files, root: &Path, from: &str, to: &str) -> Result<()> {
    let path = root.join(from);
    if path.is_dir() {
        for entry in fs::read_dir(&path).with_context(|| format!("{} can't be read", path.display()))? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { bail!("{} holds a name that is no text", path.display()) };
            // What the kit's own tests compare with, which stay here.
            if name == SNAPSHOTS {
                continue;
            }
            add(files, root, &format!("{from}/{name}"), &format!("{to}/{name}"))?;
        }
        return Ok(());
    }
    let bytes = fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
    files.insert(to.to_owned(), bytes);
    Ok(())
}

pub(super) fn text(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} can't be read"))
}

/// The students' README with commands for exercises that their kit has.
fn of_exercises_there(readme: &str, kit: &Kit) -> String {
    let has = |id: &str| kit.exercises.iter().any(|exercise| exercise.suite.id == id);
    let Some(first) = kit.exercises.first() else { return readme.to_owned() };
    let mut readme = readme.to_owned();
    if !has("01") {
        readme = readme.replace("exercise-01", &first.package());
    }
    if !has("03") {
        let check = first.suite.checks.first().map_or("", |check| check.id);
        let named = ["hint", "run", "trace", "reset"].map(|command| format!("cargo kit {command} "));
        for command in &named {
            readme = readme.replace(&format!("{command}03"), &format!("{command}{}", first.suite.id));
        }
        readme = readme.replace("exercise-03 balances_uneven_work", &format!("exercise-03 {check}"));
        readme = readme.replace("exercise-03", &first.package());
    }
    readme
}

/// The exercises with the titles of their lessons.
fn table(kit: &Kit) -> Result<String> {
    let mut table = "| | lesson | your file | check it |\n|---|---|---|---|\n".to_owned();
    for exercise in &kit.exercises {
        let (id, folder) = (exercise.suite.id, exercise.folder());
        let lesson = text(kit.root(), &format!("{folder}/README.md"))?;
        let heading = lesson.lines().next().unwrap_or_default();
        let title = heading.rsplit('·').next().unwrap_or_default().trim();
        let _ = writeln!(
            table,
            "| {id} | [{title}]({folder}/README.md) | [src/lib.rs]({folder}/src/lib.rs) | `cargo test -p {}` |",
            exercise.package()
        );
    }
    Ok(table)
}
