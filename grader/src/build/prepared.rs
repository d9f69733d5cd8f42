//! What programs are made of besides hand-ins, built once from the pristine kit and shared by all.
//!
//! That is a folder with what cargo [made](super::made) of the kit, the [toolchain](super::toolchain)'s standard library and the
//! [stubs].

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::compilers::Compilers;
use super::made::{EXPLORE, Made, OF_ADAPTERS};
use super::store::{Libraries, Store};
use super::toolchain::Toolchain;
use super::workroom::Workroom;
use super::{Extern, once_each, stubs};
use crate::kit::{Exercise, Kit};

/// Libraries, and the compiler that they are for.
pub(crate) struct Prepared {
    toolchain: Toolchain,
    libraries: Libraries,
    /// For each package of an exercise, its direct dependencies.
    externs: BTreeMap<String, Vec<Extern>>,
    /// What every program is given besides.
    of_programs: Vec<Extern>,
    /// Where hand-ins are built.
    workroom: Workroom,
    compilers: Compilers,
}

impl Prepared {
    /// Builds what the kit's exercises depend on; a moment where that is done already.
    pub(crate) fn new(kit: &Kit) -> Result<Self> {
        let toolchain = Toolchain::of(kit.root())?;
        let workroom = Workroom::new()?;
        let store = Store::open(&kit.root().join("target/grader"))?;
        // Of all exercises, whichever are graded: so there is one set of libraries, not one for each choice.
        let packages: Vec<String> = kit.everything().into_iter().map(Exercise::package).collect();
        let made = Made::of(kit.root(), store.folder(), &packages)?;
        let of_adapters =
            OF_ADAPTERS.iter().map(|(package, _)| made.library(package)).collect::<Result<Vec<_>>>()?;
        let with_dependencies = |package: &String| Ok((package.clone(), made.dependencies(package)?));
        let externs = packages.iter().map(with_dependencies).collect::<Result<BTreeMap<_, _>>>()?;

        let besides = [toolchain.identity(), stubs::sources(kit)?].join("\n");
        let libraries = store.keep(made.files(), &besides, |folder| {
            toolchain.lay_out(folder)?;
            let stubs = packages.iter().map(|package| made.library(package)).collect::<Result<Vec<_>>>()?;
            let given = externs.values().flatten().chain(&of_adapters).chain(&stubs);
            stubs::compile(kit, &workroom, folder, &once_each(given.map(|one| one.moved_to(folder)))?)
        })?;
        let folder = libraries.folder();
        let moved = |externs: Vec<Extern>| -> Vec<Extern> {
            externs.iter().map(|one| one.moved_to(folder)).collect()
        };
        let externs = externs.into_iter().map(|(package, externs)| (package, moved(externs))).collect();
        let stubs = Extern { name: stubs::NAME.to_owned(), file: folder.join(stubs::FILE) };
        let mut of_programs = moved(of_adapters);
        of_programs.push(stubs);
        let compilers = Compilers::new();
        Ok(Self { toolchain, libraries, externs, of_programs, workroom, compilers })
    }

    /// What `rustc -vV` says: which compiler makes the programs.
    pub(crate) fn toolchain(&self) -> &str {
        self.toolchain.version()
    }

    pub(super) fn workroom(&self) -> &Workroom {
        &self.workroom
    }

    pub(super) fn compilers(&self) -> &Compilers {
        &self.compilers
    }

    /// Removes the temporary folders although they may be in use: this process is about to end.
    pub(crate) fn clear(&self) {
        self.workroom.clear();
    }

    /// The toolchain's folder.
    pub(super) fn sysroot(&self) -> &Path {
        self.toolchain.sysroot()
    }

    /// The folder of the libraries, with all that they depend on. It serves as a sysroot.
    pub(super) fn libraries(&self) -> &Path {
        self.libraries.folder()
    }

    /// What an exercise's crate, and its adapter, are given.
    pub(super) fn externs(&self, exercise: &Exercise) -> Vec<Extern> {
        self.externs.get(&exercise.package()).cloned().unwrap_or_default()
    }

    /// What an exercise's crate is given where it is compiled for exploring: another standard library, besides.
    pub(super) fn externs_for_exploring(&self, exercise: &Exercise) -> Result<Vec<Extern>> {
        let explore = self.of_programs.iter().find(|one| one.name == EXPLORE);
        let Extern { file, .. } = explore.context("no library to explore with was built")?.clone();
        let mut externs = self.externs(exercise);
        externs.push(Extern { name: "std".to_owned(), file });
        Ok(externs)
    }

    /// What a program is given besides: what adapters are, and the stubs.
    pub(super) fn of_programs(&self) -> Vec<Extern> {
        self.of_programs.clone()
    }
}
