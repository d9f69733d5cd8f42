//! Where the reader stands: what has to be before `src/lib.rs:29` so that a terminal or an editor opens it from the folder in which
//! the tests were started.
//!
//! cargo runs a test in the folder of its package, and tells neither where it was called nor where the workspace is. The compiler's messages
//! name paths from the root of the workspace on, so that is where a reader is taken to stand, except if their shell says that they stand
//! further inside.

use std::path::{Path, PathBuf};

/// What is put before a path that begins at the folder of this package: `exercises/03-ordered-map/`, or nothing.
pub(super) fn before_sources() -> String {
    let folder = |name| std::env::var_os(name).and_then(|path| Path::new(&path).canonicalize().ok());
    folder("CARGO_MANIFEST_DIR").map(|package| before(&package, folder("PWD").as_deref())).unwrap_or_default()
}

fn before(package: &Path, shell: Option<&Path>) -> String {
    // cargo keeps that file at the root of a workspace and nowhere else.
    let Some(root) = package.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) else {
        return String::new();
    };
    // A variable that is out of date names any folder.
    let stands = shell.filter(|shell| package.starts_with(shell) && shell.starts_with(root)).unwrap_or(root);
    let inside: PathBuf = package.strip_prefix(stands).map(Path::to_owned).unwrap_or_default();
    inside.components().fold(String::new(), |path, part| path + &part.as_os_str().to_string_lossy() + "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_from_the_root_of_the_workspace_or_from_where_the_shell_stands_inside_of_it() {
        let kit = std::env::temp_dir().join(format!("judge-stand-{}", std::process::id()));
        let package = kit.join("exercises/03-ordered-map");
        std::fs::create_dir_all(&package).expect("a folder can be made");
        assert_eq!(before(&package, None), "", "there is no workspace");
        std::fs::write(kit.join("Cargo.lock"), "").expect("a file can be written");
        let from = |shell: Option<&str>| before(&package, shell.map(|folder| kit.join(folder)).as_deref());
        assert_eq!(from(None), "exercises/03-ordered-map/");
        assert_eq!(from(Some("")), "exercises/03-ordered-map/");
        assert_eq!(from(Some("exercises")), "03-ordered-map/");
        assert_eq!(from(Some("exercises/03-ordered-map")), "");
        assert_eq!(from(Some("..")), "exercises/03-ordered-map/", "a variable that is out of date");
        assert_eq!(from(Some("exercises/03-ordered-map/src")), "exercises/03-ordered-map/");
        assert_eq!(before(&kit, None), "", "a crate of its own is its own root");
        std::fs::remove_dir_all(&kit).expect("the folder can be removed");
    }
}
