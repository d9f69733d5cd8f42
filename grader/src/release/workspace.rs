//! The workspace around the released packages, cut from this one's: the same lints, profiles, dependencies and versions, and
//! nothing of the packages that are not released.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use super::contents::{Files, text};
use crate::process;

/// A package that is released.
pub(super) struct Member {
    /// Its folder in this checkout.
    pub(super) from: String,
    /// Its folder in the kit.
    pub(super) to: String,
    pub(super) is_exercise: bool,
}

const HEADER: &str =
    "# Given with the kit: a new release replaces this file, unless you have changed it.\n\n";

/// The manifests of the workspace and of its members, the toolchain file and the lock file.
pub(super) fn files(root: &Path, members: &[Member], sources: &Files) -> Result<Files> {
    let mut files = Files::new();
    let mut packages = Vec::new();
    for member in members {
        let given = text(root, &format!("{}/Cargo.toml", member.from))?;
        let mut manifest: Table = given.parse().with_context(|| format!("{}/Cargo.toml", member.from))?;
        let written = if member.is_exercise {
            given
        } else {
            // Its own tests stay here, and what they need.
            manifest.remove("dev-dependencies");
            // Their files are left here, too.
            manifest.remove("test");
            untested(&mut manifest);
            format!("{HEADER}{manifest}")
        };
        files.insert(format!("{}/Cargo.toml", member.to), written.into_bytes());
        packages.push(manifest);
    }
    let workspace: Table = text(root, "Cargo.toml")?.parse().context("Cargo.toml")?;
    // As it is: a component that this checkout does without would have to be downloaded before anything else works.
    files.insert("rust-toolchain.toml".into(), text(root, "rust-toolchain.toml")?.into_bytes());
    let manifest = reduced(workspace, members, &packages);
    // The profiles name packages, and the lock file says which there are; both follow from the members.
    let lock = locked(root, &manifest, &files, sources)?;
    let manifest = students_profiles(manifest, &lock)?;
    files.insert("Cargo.toml".into(), format!("{HEADER}{manifest}").into_bytes());
    files.insert("Cargo.lock".into(), lock.into_bytes());
    Ok(files)
}

/// Without tests of its own: of its programs, or else of its library.
fn untested(manifest: &mut Table) {
    let no = |kind: &str| (kind.to_owned(), Value::Boolean(false));
    match manifest.get_mut("bin").and_then(Value::as_array_mut) {
        Some(programs) => programs
            .iter_mut()
            .filter_map(Value::as_table_mut)
            .for_each(|program| program.extend(["test", "bench"].map(no))),
        None => table(manifest, "lib").extend(["test", "bench", "doctest"].map(no)),
    }
}

/// The workspace's manifest with these members alone, and the dependencies that they name.
fn reduced(mut manifest: Table, members: &[Member], packages: &[Table]) -> Table {
    let names: BTreeSet<&str> = packages.iter().flat_map(named).map(String::as_str).collect();
    let workspace = table(&mut manifest, "workspace");
    workspace.retain(|key, _| matches!(key, "resolver" | "package" | "dependencies" | "lints"));
    let paths = |all: bool| {
        let chosen = members.iter().filter(|member| all || member.is_exercise);
        Value::Array(chosen.map(|member| Value::from(member.to.clone())).collect())
    };
    workspace.insert("members".into(), paths(true));
    workspace.insert("default-members".into(), paths(false));
    let dependencies = table(workspace, "dependencies");
    dependencies.retain(|name, _| names.contains(name));
    for dependency in dependencies.iter_mut().filter_map(|(_, dependency)| dependency.as_table_mut()) {
        let path = dependency.get("path").and_then(Value::as_str);
        if let Some(member) = path.and_then(|path| members.iter().find(|member| member.from == path)) {
            dependency.insert("path".into(), member.to.clone().into());
        }
    }
    manifest
}

/// The dependencies that a manifest names, in whatever table.
fn named(manifest: &Table) -> Vec<&String> {
    let here = manifest.iter().flat_map(|(key, value)| match value {
        Value::Table(table) if key.ends_with("dependencies") => table.keys().collect(),
        Value::Table(table) if matches!(key.as_str(), "target") => {
            table.values().filter_map(Value::as_table).flat_map(named).collect()
        }
        _ => Vec::new(),
    });
    here.collect()
}

/// The lock file of the released workspace: cargo itself takes out of this checkout's what is not needed.
fn locked(root: &Path, manifest: &Table, files: &Files, sources: &Files) -> Result<String> {
    let folder = tempfile::tempdir()?;
    for (path, bytes) in files.iter().chain(sources) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, bytes)?;
    }
    let ours = text(root, "Cargo.lock")?;
    fs::write(folder.path().join("Cargo.toml"), manifest.to_string())?;
    fs::write(folder.path().join("Cargo.lock"), &ours)?;
    let output = process::cargo(folder.path(), &["metadata", "--format-version=1", "--quiet"], &[])?;
    ensure!(output.status.success(), "the released workspace makes no sense to cargo (its message is above)");
    let lock = fs::read_to_string(folder.path().join("Cargo.lock"))?;
    let known = packages(&ours)?;
    for package in packages(&lock)? {
        ensure!(
            known.contains(&package),
            "the kit would get {} {}, which is not locked here",
            package.0,
            package.1
        );
    }
    Ok(lock)
}

/// Names and versions of a lock file's packages.
fn packages(lock: &str) -> Result<BTreeSet<(String, String)>> {
    let lock: Table = lock.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(Value::as_array).context("a lock file without packages")?;
    let text = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(packages
        .iter()
        .filter_map(|package| Some((text(package, "name")?, text(package, "version")?)))
        .collect())
}

/// Without profiles of packages that are not there: cargo warns of those. The kit's own packages are not optimised: a student waits
/// for the build, and hardly for the judge, who has a few checks to play there and not a class.
fn students_profiles(mut manifest: Table, lock: &str) -> Result<Table> {
    let packages: BTreeSet<String> = packages(lock)?.into_iter().map(|(name, _)| name).collect();
    let own = own_packages(lock)?;
    let profiles = manifest.get_mut("profile").and_then(Value::as_table_mut);
    for (_, profile) in profiles.into_iter().flatten() {
        let Some(Value::Table(of)) = profile.get_mut("package") else { continue };
        of.retain(|name, _| name == "*" || packages.contains(name));
        for (_, settings) in of.iter_mut().filter(|(name, _)| own.contains(name.as_str())) {
            settings.as_table_mut().map(|settings| settings.remove("opt-level"));
        }
    }
    Ok(manifest)
}

/// The packages that come with the kit.
fn own_packages(lock: &str) -> Result<BTreeSet<String>> {
    let lock: Table = lock.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(Value::as_array).context("a lock file without packages")?;
    let own = packages.iter().filter(|package| package.get("source").is_none());
    Ok(own.filter_map(|package| package.get("name")?.as_str().map(str::to_owned)).collect())
}

fn table<'a>(of: &'a mut Table, key: &str) -> &'a mut Table {
    let value = of.entry(key).or_insert_with(|| Value::Table(Table::new()));
    if !value.is_table() {
        *value = Value::Table(Table::new());
    }
    value.as_table_mut().expect("it was made one just now")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_wait_for_no_optimiser_of_the_kits_own_packages() {
        let lock = "[[package]]\nname = \"judge\"\nversion = \"1\"\n[[package]]\nname = \"tokio\"\nversion = \"1\"\nsource = \"r\"\n";
        let manifest = "[profile.dev.package]\n\"*\" = { debug = false }\njudge = { debug = 1, opt-level = 2 }\ntokio = { opt-level = 1 }\n\
            grader = { debug = 1 }\n";
        let profiles =
            students_profiles(manifest.parse().expect("it is TOML"), lock).expect("there are packages");
        let expected: Table = "[profile.dev.package]\n\"*\" = { debug = false }\njudge = { debug = 1 }\ntokio = { opt-level = 1 }\n"
            .parse()
            .expect("it is TOML");
        assert_eq!(profiles, expected);
    }
}
