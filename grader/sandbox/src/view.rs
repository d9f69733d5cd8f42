//! The files that programs need to see: what the dynamic loader reads, and what rustc needs to compile and link.
//!
//! An entry that this machine does not have is left out, so the lists serve every distribution.

use std::path::{Path, PathBuf};

use crate::spec::ViewEntry;

/// What the dynamic loader reads: the library directories and its cache.
const LIBRARIES: [&str; 5] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache"];

/// What rustc needs besides its sysroot in order to link: the C compiler's driver, which it calls as `cc`, with the
/// parts that the driver keeps outside the library directories, and the linkers that the driver may look for.
/// (`cc` and `gcc` are usually links into /etc/alternatives; an entry shows the file behind them.)
const LINKING: [&str; 7] = [
    "/usr/bin/cc",
    "/usr/bin/gcc",
    "/usr/bin/clang",
    "/usr/bin/ld",
    "/usr/bin/ld.bfd",
    "/usr/bin/ld.lld",
    "/usr/libexec/gcc",
];

/// The view of a program that was built here: the library directories (`/lib`, `/lib64`, `/usr/lib`, `/usr/lib64`) and
/// `/etc/ld.so.cache`.
#[must_use]
pub fn library_view() -> Vec<ViewEntry> {
    existing(LIBRARIES.map(PathBuf::from))
}

/// The view of rustc: [`library_view`], `bin` and `lib` of its sysroot (what `rustc --print sysroot` says), and what
/// links: `/usr/bin/{cc,gcc,clang,ld,ld.bfd,ld.lld}` and `/usr/libexec/gcc`.
///
/// The program to launch is `<sysroot>/bin/rustc` (a rustup proxy would look for its settings).
#[must_use]
pub fn toolchain_view(sysroot: &Path) -> Vec<ViewEntry> {
    let mut view = library_view();
    view.extend(existing(LINKING.map(PathBuf::from)));
    view.extend(existing([sysroot.join("bin"), sysroot.join("lib")]));
    view
}

fn existing(paths: impl IntoIterator<Item = PathBuf>) -> Vec<ViewEntry> {
    paths.into_iter().filter(|path| path.exists()).map(ViewEntry::same).collect()
}
