//! What to launch: program, arguments, environment, the files it may see, its work directory and its limits.
//!
//! The same [`Spec`] serves every tier. Only the namespaces tier can show a file under another path, so whoever puts a
//! path into an argument asks [`Spec::path_in`] for it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::limits::Limits;
use crate::tier::Tier;

/// Where the work directory is in [`Tier::Namespaces`]: it would hide whatever of the view lies below it.
pub(crate) const WORK_INSIDE: &str = "/sandbox";

/// What the program is there for; it decides on child processes and on the work directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A judged program: threads, and no process unless the [`Spec`] says so. Its work directory is scratch: in [`Tier::Namespaces`] a size-limited
    /// directory in memory that ends with the program, in [`Tier::Landlock`] read-only.
    Run,
    /// A compiler: it may start child processes (rustc starts the linker), and what it writes into the work directory
    /// stays there, owned by the user id that it ran as.
    Compile,
}

/// A file or directory that the program may read and execute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewEntry {
    /// Where it is on this machine; an absolute path. Links are followed.
    pub host: PathBuf,
    /// Where the program finds it in [`Tier::Namespaces`]; in the other tiers it stays at `host`.
    pub inside: PathBuf,
}

impl ViewEntry {
    /// Shown under its own path in every tier.
    #[must_use]
    pub fn same(path: impl Into<PathBuf>) -> Self {
        let host = path.into();
        Self { inside: host.clone(), host }
    }

    /// Shown under another path where the tier can do that.
    #[must_use]
    pub fn at(host: impl Into<PathBuf>, inside: impl Into<PathBuf>) -> Self {
        Self { host: host.into(), inside: inside.into() }
    }
}

/// What to launch, all in all less than 192 KiB of paths, arguments and variables. The program's stdin is not part of it:
/// [`launch`](crate::launch) takes that and gives it away.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The program, as a path on this machine below an entry of `view`.
    pub program: PathBuf,
    /// Its arguments, without the program's name.
    pub args: Vec<OsString>,
    /// Added to the fixed environment (`PATH`, `LANG`, `HOME`, `TMPDIR`); nothing is inherited from the caller.
    pub env: Vec<(OsString, OsString)>,
    /// All that it may read.
    pub view: Vec<ViewEntry>,
    /// An existing directory: the only one that may be writable (see [`Role`]).
    pub work: PathBuf,
    /// The current directory: one of the view, so that a compiler finds its sources where it can't change them; `None`
    /// for the work directory.
    pub current: Option<PathBuf>,
    /// What it is there for.
    pub role: Role,
    /// What it may use up.
    pub limits: Limits,
    /// Whether the program calls [`forkserver::serve_if_asked`] first. Then [`Tier::Namespaces`] starts it once and forks it for
    /// each run; the other tiers, and compilers, know no such thing.
    pub forks: bool,
    /// Whether a judged program may start processes, of what is in its view. They are one tree, of which nothing is left when the
    /// program has ended. Such a program is started again for each run, whatever `forks` says: a run could send signals to a
    /// template. Which tiers have this: [`holds_processes`](crate::holds_processes).
    pub processes: bool,
}

impl Spec {
    /// A program to be judged, with the libraries that programs need in its view and the program itself.
    #[must_use]
    pub fn run(program: impl Into<PathBuf>, work: impl Into<PathBuf>) -> Self {
        let program = program.into();
        let mut view = crate::view::library_view();
        view.push(ViewEntry::same(&program));
        Self {
            program,
            args: Vec::new(),
            env: Vec::new(),
            view,
            work: work.into(),
            current: None,
            role: Role::Run,
            limits: Limits::default(),
            forks: false,
            processes: false,
        }
    }

    /// A compiler with the view that it needs (for rustc: [`toolchain_view`](crate::toolchain_view)) and more to use up.
    #[must_use]
    pub fn compile(program: impl Into<PathBuf>, work: impl Into<PathBuf>, view: Vec<ViewEntry>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            view,
            work: work.into(),
            current: None,
            role: Role::Compile,
            limits: Limits::compile(),
            forks: false,
            processes: false,
        }
    }

    /// Where the program finds a file of this machine in `tier`: a path in the work directory or in the view.
    ///
    /// # Errors
    /// [`Error::NotInView`] where it finds it nowhere.
    pub fn path_in(&self, tier: Tier, host: &Path) -> Result<PathBuf, Error> {
        let work = ViewEntry { host: self.work.clone(), inside: self.work_in(tier) };
        let entries = self.view.iter().chain([&work]);
        let nearest = entries
            .filter_map(|entry| host.strip_prefix(&entry.host).ok().map(|rest| (entry, rest)))
            .min_by_key(|(_, rest)| rest.components().count());
        let (entry, rest) = nearest.ok_or_else(|| Error::NotInView { path: host.to_owned() })?;
        Ok(match tier {
            _ if rest.as_os_str().is_empty() && tier == Tier::Namespaces => entry.inside.clone(),
            Tier::Namespaces => entry.inside.join(rest),
            Tier::Landlock | Tier::Limits => host.to_owned(),
        })
    }

    /// Where the program finds its work directory in `tier`.
    #[must_use]
    pub fn work_in(&self, tier: Tier) -> PathBuf {
        match tier {
            Tier::Namespaces => PathBuf::from(WORK_INSIDE),
            Tier::Landlock | Tier::Limits => self.work.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> Spec {
        let mut spec =
            Spec::compile("/opt/rust/bin/rustc", "/var/grading/7", vec![ViewEntry::same("/opt/rust")]);
        spec.view.push(ViewEntry::at("/var/grading/7/src", "/src"));
        spec
    }

    #[test]
    fn only_namespaces_show_files_elsewhere() {
        let path = Path::new("/var/grading/7/src/lib.rs");
        assert_eq!(spec().path_in(Tier::Namespaces, path).expect("in view"), Path::new("/src/lib.rs"));
        assert_eq!(spec().path_in(Tier::Landlock, path).expect("in view"), path);
    }

    #[test]
    fn the_nearest_entry_counts() {
        let in_work = spec().path_in(Tier::Namespaces, Path::new("/var/grading/7/out")).expect("in work");
        assert_eq!(in_work, Path::new("/sandbox/out"));
        let entry = spec().path_in(Tier::Namespaces, Path::new("/var/grading/7/src")).expect("in view");
        assert_eq!(entry.as_os_str(), "/src", "an entry itself has no slash at its end");
    }

    #[test]
    fn a_path_outside_the_view_is_an_error_that_names_it() {
        let error = spec().path_in(Tier::Limits, Path::new("/etc/shadow")).expect_err("not in view");
        assert!(error.to_string().contains("/etc/shadow"), "{error}");
    }
}
