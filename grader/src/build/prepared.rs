//! The dependencies that exercises are given, built once from the pristine kit and shared by all hand-ins.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Message, Metadata, MetadataCommand};

use super::Extern;
use super::store::{Libraries, Store};
use super::workroom::Workroom;
use crate::kit::{Exercise, Kit};
use crate::process;

/// Built dependencies.
pub(crate) struct Prepared {
    /// The toolchain's folder.
    sysroot: PathBuf,
    /// What `rustc -vV` says.
    toolchain: String,
    libraries: Libraries,
    /// For each package of an exercise, its direct dependencies.
    externs: BTreeMap<String, Vec<Extern>>,
    judge: Extern,
    /// Where hand-ins are built.
    workroom: Workroom,
}

impl Prepared {
    /// Builds what the kit's exercises depend on; a moment where that is done already.
    pub(crate) fn new(kit: &Kit) -> Result<Self> {
        let packages: Vec<String> = kit.exercises.iter().map(Exercise::package).collect();
        let store = Store::open(&kit.root().join("target/grader"))?;
        let target = store.folder().to_str().context("the kit's path is not valid UTF-8")?;
        let mut arguments = vec!["build", "--locked", "--quiet", "--message-format=json-render-diagnostics"];
        arguments.extend(["--target-dir", target, "-p", "judge", "--features", "judge/async"]);
        // Only lines of the student's are ever told; of what they call, names. Programs are half as long for it, and sooner read.
        arguments.extend(["--config", "profile.dev.debug=false"]);
        arguments.extend(packages.iter().flat_map(|package| ["-p", package]));
        let metadata =
            MetadataCommand::new().current_dir(kit.root()).other_options(vec!["--locked".into()]).exec()?;
        let output = process::cargo(kit.root(), &arguments, &without_registry(&metadata))?;
        ensure!(
            output.status.success(),
            "the exercises' dependencies could not be built (cargo's message is above)"
        );

        let mut files = HashMap::new();
        for message in Message::parse_stream(&output.stdout[..]) {
            if let Message::CompilerArtifact(artifact) = message? {
                let is_library = |file: &&Utf8PathBuf| matches!(file.extension(), Some("rlib" | "so"));
                if let Some(library) = artifact.filenames.iter().find(is_library) {
                    files.insert(artifact.package_id, PathBuf::from(library.as_std_path()));
                }
            }
        }
        let resolve = metadata.resolve.as_ref().context("cargo resolved nothing")?;
        // The stubs themselves were built with what they depend on; nobody is given them.
        files.retain(|id, _| !packages.contains(&metadata[id].name));
        let libraries = store.keep(files.values().cloned().collect())?;
        let library = |name: String, file: &Path| Extern { name, file: libraries.path_of(file) };
        let mut externs = BTreeMap::new();
        for package in &packages {
            let node = resolve.nodes.iter().find(|node| metadata[&node.id].name.as_str() == package);
            let node = node.with_context(|| format!("the kit has no package {package}"))?;
            let normal = |dep: &&cargo_metadata::NodeDep| {
                dep.dep_kinds.iter().any(|kind| kind.kind == cargo_metadata::DependencyKind::Normal)
            };
            let direct = node.deps.iter().filter(normal);
            let given = direct.filter_map(|dep| Some(library(dep.name.clone(), files.get(&dep.pkg)?)));
            externs.insert(package.clone(), given.collect());
        }
        let judge = files.iter().find(|(id, _)| metadata[id].name.as_str() == "judge");
        let judge = library("judge".to_owned(), judge.context("cargo did not build the judge's library")?.1);
        // rustup's proxies would choose the toolchain again for every hand-in.
        let sysroot = PathBuf::from(process::rustc(kit.root(), &["--print", "sysroot"])?);
        let toolchain = process::rustc(kit.root(), &["-vV"])?;
        Ok(Self { sysroot, toolchain, libraries, externs, judge, workroom: Workroom::new()? })
    }

    /// What `rustc -vV` says: which compiler makes the programs.
    pub(crate) fn toolchain(&self) -> &str {
        &self.toolchain
    }

    pub(super) fn workroom(&self) -> &Workroom {
        &self.workroom
    }

    /// Removes the temporary folders although they may be in use: this process is about to end.
    pub(crate) fn clear(&self) {
        self.workroom.clear();
    }

    pub(super) fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// The folder of the libraries, with all that they depend on.
    pub(super) fn libraries(&self) -> &Path {
        self.libraries.folder()
    }

    /// What an exercise's crate, and its adapter, are given.
    pub(super) fn externs(&self, exercise: &Exercise) -> Vec<Extern> {
        self.externs.get(&exercise.package()).cloned().unwrap_or_default()
    }

    /// What the adapter is given besides.
    pub(super) fn judge(&self) -> Extern {
        self.judge.clone()
    }
}

/// The flags that shorten paths of downloaded sources to `rayon-1.12.0/src/…`: messages about them are to be the same on every
/// machine, and in every tier, some of which could read the sources.
fn without_registry(metadata: &Metadata) -> Vec<String> {
    let downloaded = metadata.packages.iter().filter(|package| package.source.is_some());
    let registries: BTreeSet<_> =
        downloaded.filter_map(|package| package.manifest_path.parent()?.parent()).collect();
    registries.into_iter().map(|folder| format!("--remap-path-prefix={folder}=")).collect()
}
