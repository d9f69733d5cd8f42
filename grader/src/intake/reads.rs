//! What a compiler read, or tried to read, by its own account: the list of dependencies that it writes, also of a build
//! that fails, and its complaints about files that it could not open.
//!
//! An effect cannot be hidden behind a name: a renamed `include!`, a `#[path]` or a path put together by `concat!` reads
//! a file like any other. A build that breaks off while it still expands macros leaves no list; then it is not known what
//! it read, and the sandbox alone sees to it that there was nothing to be had.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

/// What a compiler read. Paths are relative to the folder that it ran in where they lie below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(super) files: BTreeSet<PathBuf>,
    /// What it would have read, had the file been there.
    pub(super) tried: BTreeSet<PathBuf>,
    /// Variables of the environment, set or not.
    pub(super) variables: BTreeSet<String>,
}

/// One JSON line of rustc.
#[derive(Deserialize)]
struct Message {
    message: String,
}

impl Reads {
    /// From the text of a dependency list, where there is one, and what the compiler said.
    ///
    /// Strict: a line that is not understood is taken for a file, so that no name can hide another.
    pub(crate) fn new(dependencies: Option<&str>, stderr: &[u8]) -> Self {
        let mut reads = Self::default();
        for line in dependencies.into_iter().flat_map(str::lines) {
            if let Some(variable) = line.strip_prefix("# env-dep:") {
                let name = variable.split_once('=').map_or(variable, |(name, _)| name);
                reads.variables.insert(name.to_owned());
            } else if !line.is_empty() && !line.contains(": ") {
                // Each file has a line of its own, `path:`, in which spaces are escaped.
                let file = line.strip_suffix(':').unwrap_or(line).replace("\\ ", " ");
                reads.files.insert(plain(Path::new(&file)));
            }
        }
        for line in String::from_utf8_lossy(stderr).lines() {
            let message = serde_json::from_str::<Message>(line).map(|message| message.message);
            let tried = message.ok().and_then(|message| {
                Some(message.strip_prefix("couldn't read `")?.split_once('`')?.0.to_owned())
            });
            reads.tried.extend(tried.map(|file| plain(Path::new(&file))));
        }
        reads
    }
}

/// Without `.` and `..`. There are no links among copied sources, so that this changes no meaning.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(paths: &[&str]) -> BTreeSet<PathBuf> {
        paths.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_list_is_read_as_rustc_writes_it() {
        let list = "./x.d: e/src/lib.rs /etc/a\\ b\n\n./libx.rlib: e/src/lib.rs /etc/a\\ b\n\ne/src/lib.rs:\n\
                    e/src/../src/m.rs:\n/etc/a\\ b:\n\n# env-dep:HOME=/root: x\n# env-dep:UNSET\n";
        let reads = Reads::new(Some(list), b"");
        assert_eq!(reads.files, paths(&["e/src/lib.rs", "e/src/m.rs", "/etc/a b"]));
        assert_eq!(reads.variables, ["HOME", "UNSET"].map(str::to_owned).into());
    }

    #[test]
    fn a_name_with_a_line_break_hides_nothing() {
        let reads = Reads::new(Some("./x.d: e/src/lib.rs\n\n/tmp/x\ne/src/lib.rs:\n"), b"");
        assert_eq!(reads.files, paths(&["/tmp/x", "e/src/lib.rs"]));
    }

    #[test]
    fn what_could_not_be_opened_is_a_try() {
        let line = br#"{"level":"error","message":"couldn't read `e/src/../../a`: No such file or directory (os error 2)"}"#;
        assert_eq!(Reads::new(None, line).tried, paths(&["a"]));
        assert_eq!(Reads::new(None, b"couldn't read `a`").tried, paths(&[]));
    }

    #[test]
    fn paths_do_not_climb_out_unseen() {
        assert_eq!(plain(Path::new("e/src/./../../../x")), Path::new("../x"));
        assert_eq!(plain(Path::new("/../x")), Path::new("/../x"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(list in any::<String>(), stderr in any::<Vec<u8>>()) {
            let reads = Reads::new(Some(&list), &stderr);
            prop_assert!(reads.files.len() + reads.variables.len() <= list.lines().count());
        }
    }
}
