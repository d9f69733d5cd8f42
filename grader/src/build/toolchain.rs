//! The compiler that makes the programs, and the standard library that it links into them.
//!
//! That is the toolchain's own without its debug information: only lines of the student's are ever told, and a linker reads all
//! that it is given. Where the toolchain has no tool to strip it, or that fails, it is used as it is, and programs are longer.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// The toolchain that the kit pins.
pub(super) struct Toolchain {
    sysroot: PathBuf,
    version: String,
}

impl Toolchain {
    pub(super) fn of(kit: &Path) -> Result<Self> {
        // rustup's proxies would choose the toolchain again for every hand-in.
        let sysroot = PathBuf::from(process::rustc(kit, &["--print", "sysroot"])?);
        Ok(Self { sysroot, version: process::rustc(kit, &["-vV"])? })
    }

    /// The toolchain's folder.
    pub(super) fn sysroot(&self) -> &Path {
        &self.sysroot
    }

    /// What `rustc -vV` says.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    /// What tells it from others: where it is, since the standard library is linked to, and which.
    pub(super) fn identity(&self) -> String {
        format!("{}\n{}", self.sysroot.display(), self.version)
    }

    /// Makes a folder one that rustc takes for a `--sysroot`: with the standard library of the machine that it compiles on, which
    /// is the one that it compiles for. What is not changed there is a link to the toolchain's.
    pub(super) fn lay_out(&self, folder: &Path) -> Result<()> {
        let host = self.version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = Path::new("lib/rustlib").join(host.context("`rustc -vV` names no host")?);
        let objcopy = host.join("bin/rust-objcopy");
        let (theirs, ours) = (self.sysroot.join(&host).join("lib"), folder.join(&host).join("lib"));
        fs::create_dir_all(&ours)?;
        for entry in fs::read_dir(&theirs).with_context(|| format!("{} can't be read", theirs.display()))? {
            let file = entry?.path();
            let copy = ours.join(file.file_name().unwrap_or_default());
            let strips = file.extension().is_some_and(|extension| extension == "rlib");
            let arguments = ["--strip-debug".as_ref(), file.as_os_str(), copy.as_os_str()];
            if !(strips && process::tool(&self.sysroot, &objcopy, &arguments)) {
                // What a tool that failed left behind may be half a file.
                let _ = fs::remove_file(&copy);
                symlink(&file, &copy)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name and the bytes of each file that a folder of libraries was laid out with; `None` for links.
    fn laid_out(toolchain: &Toolchain, host: &str) -> Vec<(String, Option<u64>)> {
        let folder = tempfile::tempdir().unwrap();
        toolchain.lay_out(folder.path()).unwrap();
        let files = fs::read_dir(folder.path().join("lib/rustlib").join(host).join("lib")).unwrap();
        let file = |entry: fs::DirEntry| {
            let data = entry.metadata().unwrap();
            (entry.file_name().into_string().unwrap(), (!data.is_symlink()).then_some(data.len()))
        };
        files.map(|entry| file(entry.unwrap())).collect()
    }

    #[test]
    fn the_standard_library_is_laid_out_without_its_debug_information() {
        let toolchain = Toolchain::of(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let host = toolchain.version().lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let theirs = toolchain.sysroot().join("lib/rustlib").join(host).join("lib");
        for (name, length) in laid_out(&toolchain, host) {
            let is_library = Path::new(&name).extension().is_some_and(|extension| extension == "rlib");
            assert_eq!(length.is_some(), is_library, "{name}");
            let whole = fs::metadata(theirs.join(&name)).unwrap().len();
            if is_library && name.starts_with("libstd-") {
                assert!(length.unwrap() < whole * 2 / 3, "{length:?} of {whole} bytes");
            }
        }
    }

    #[test]
    fn it_is_used_as_it_is_where_nothing_can_strip_it() {
        let sysroot = tempfile::tempdir().unwrap();
        let lib = sysroot.path().join("lib/rustlib/a-host/lib");
        fs::create_dir_all(&lib).unwrap();
        fs::write(lib.join("libstd-1.rlib"), "").unwrap();
        let toolchain =
            Toolchain { sysroot: sysroot.path().to_owned(), version: "rustc 1\nhost: a-host\n".to_owned() };
        assert_eq!(laid_out(&toolchain, "a-host"), [("libstd-1.rlib".to_owned(), None)]);
    }
}
