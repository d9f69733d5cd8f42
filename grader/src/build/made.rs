//! What cargo makes of the kit: the libraries of the exercises' packages, of all that they depend on, and of what adapters are given.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{DependencyKind, Message, Metadata, MetadataCommand, NodeDep, PackageId};

use super::Extern;
use crate::process;

/// The kit's own libraries that adapters are given, and the feature that has their half of a program.
pub(super) const OF_ADAPTERS: [(&str, &str); 3] =
    [("judge", "judge/async"), ("web", "web/subject"), (EXPLORE, "judge/async")];

/// The one that stands in for the standard library where answers are explored.
pub(super) const EXPLORE: &str = "explore";

/// Libraries, in cargo's target folder.
pub(super) struct Made {
    metadata: Metadata,
    files: HashMap<PackageId, PathBuf>,
}

impl Made {
    /// Builds these packages and what their adapters are given; a moment where that is done already.
    pub(super) fn of(kit: &Path, target: &Path, packages: &[String]) -> Result<Self> {
        let target = target.to_str().context("the kit's path is not valid UTF-8")?;
        let mut arguments = vec!["build", "--locked", "--quiet", "--message-format=json-render-diagnostics"];
        arguments.extend(["--target-dir", target]);
        arguments
            .extend(OF_ADAPTERS.iter().flat_map(|(package, feature)| ["-p", package, "--features", feature]));
        // Only lines of the student's are ever told; of what they call, names. Programs are shorter for it, and sooner read. These
        // libraries run in every program: here it pays to optimise them.
        let own = [
            "debug=false",
            "package.judge.debug=false",
            "package.judge.opt-level=2",
            "package.tokio.opt-level=1",
        ];
        let own = own.map(|setting| format!("profile.dev.{setting}"));
        arguments.extend(own.iter().flat_map(|setting| ["--config", setting]));
        arguments.extend(packages.iter().flat_map(|package| ["-p", package]));
        let metadata =
            MetadataCommand::new().current_dir(kit).other_options(vec!["--locked".into()]).exec()?;
        let output = process::cargo(kit, &arguments, &without_registry(&metadata))?;
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
        Ok(Self { metadata, files })
    }

    /// All files.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        self.files.values().cloned().collect()
    }

    /// The library of a package of the kit.
    pub(super) fn library(&self, package: &str) -> Result<Extern> {
        let file = self.files.iter().find(|(id, _)| self.metadata[id].name.as_str() == package);
        let (_, file) = file.with_context(|| format!("cargo built no library of {package}"))?;
        Ok(Extern { name: package.replace('-', "_"), file: file.clone() })
    }

    /// What a package depends on itself.
    pub(super) fn dependencies(&self, package: &str) -> Result<Vec<Extern>> {
        let resolve = self.metadata.resolve.as_ref().context("cargo resolved nothing")?;
        let node = resolve.nodes.iter().find(|node| self.metadata[&node.id].name.as_str() == package);
        let node = node.with_context(|| format!("the kit has no package {package}"))?;
        let is_normal = |dep: &&NodeDep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        let library =
            |dep: &NodeDep| Some(Extern { name: dep.name.clone(), file: self.files.get(&dep.pkg)?.clone() });
        Ok(node.deps.iter().filter(is_normal).filter_map(library).collect())
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
