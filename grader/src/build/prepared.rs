//! The dependencies that exercises are given, built once from the pristine kit and shared by all hand-ins.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Message, MetadataCommand};

use crate::kit::{Exercise, Kit};
use crate::process;

/// Built dependencies.
pub(crate) struct Prepared {
    compiler: PathBuf,
    /// Where the libraries lie, with all that they depend on.
    libraries: PathBuf,
    /// For each package of an exercise, its direct dependencies: name in code and library file.
    externs: BTreeMap<String, Vec<(String, PathBuf)>>,
    judge: PathBuf,
}

impl Prepared {
    /// Builds what the kit's exercises depend on; a moment where that is done already.
    pub(crate) fn new(kit: &Kit) -> Result<Self> {
        let packages: Vec<String> = kit.exercises.iter().map(Exercise::package).collect();
        let target = kit.root().join("target/grader");
        let target = target.to_str().context("the kit's path is not valid UTF-8")?;
        let mut arguments = vec!["build", "--locked", "--quiet", "--message-format=json-render-diagnostics"];
        arguments.extend(["--target-dir", target, "-p", "judge", "--features", "judge/async"]);
        arguments.extend(packages.iter().flat_map(|package| ["-p", package]));
        let output = process::cargo(kit.root(), &arguments)?;
        ensure!(
            output.status.success(),
            "the exercises' dependencies could not be built (cargo's message is above)"
        );

        let mut files = HashMap::new();
        for message in Message::parse_stream(&output.stdout[..]) {
            if let Message::CompilerArtifact(artifact) = message? {
                let library = artifact.filenames.iter().find(|file| file.extension() == Some("rlib"));
                if let Some(library) = library {
                    files.insert(artifact.package_id, PathBuf::from(library.as_std_path()));
                }
            }
        }
        let metadata =
            MetadataCommand::new().current_dir(kit.root()).other_options(vec!["--locked".into()]).exec()?;
        let resolve = metadata.resolve.as_ref().context("cargo resolved nothing")?;
        let mut externs = BTreeMap::new();
        for package in &packages {
            let node = resolve.nodes.iter().find(|node| metadata[&node.id].name.as_str() == package);
            let node = node.with_context(|| format!("the kit has no package {package}"))?;
            let normal = |dep: &&cargo_metadata::NodeDep| {
                dep.dep_kinds.iter().any(|kind| kind.kind == cargo_metadata::DependencyKind::Normal)
            };
            let direct = node.deps.iter().filter(normal);
            let libraries = direct.filter_map(|dep| Some((dep.name.clone(), files.get(&dep.pkg)?.clone())));
            externs.insert(package.clone(), libraries.collect());
        }
        let judge = files.iter().find(|(id, _)| metadata[id].name.as_str() == "judge");
        let judge = judge.context("cargo did not build the judge's library")?.1.clone();
        // rustup's proxies would choose the toolchain again for every hand-in.
        let compiler = Path::new(&process::sysroot(kit.root())?).join("bin/rustc");
        Ok(Self { compiler, libraries: Path::new(target).join("debug/deps"), externs, judge })
    }

    pub(super) fn compiler(&self) -> &Path {
        &self.compiler
    }

    /// The flags that give an exercise, and its adapter, its dependencies.
    pub(super) fn externs(&self, exercise: &Exercise) -> Vec<String> {
        let direct = self.externs.get(&exercise.package()).into_iter().flatten();
        let mut flags = vec![self.search()];
        for (name, file) in direct {
            flags.extend(["--extern".to_owned(), format!("{name}={}", file.display())]);
        }
        flags
    }

    /// The flags that give the adapter the judge besides.
    pub(super) fn judge(&self) -> Vec<String> {
        vec!["--extern".to_owned(), format!("judge={}", self.judge.display())]
    }

    fn search(&self) -> String {
        format!("-Ldependency={}", self.libraries.display())
    }
}
