//! Names the code that decides verdicts: a digest of the judge and of the grading pipeline, and one of each exercise's suite.
//!
//! They go into the key under which a result is kept, so that a result is used again exactly as long as the code that made it
//! is the same, also by a program that lies far from its checkout. A change of one exercise's suite changes that one alone.

#[path = "src/store/digest.rs"]
mod digest;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use digest::{Digest, files};

/// Parts of this crate that decide no verdict. Whatever is not named here does: a new file counts until it is named.
const TELLS: &[&str] = &[
    "bundle",
    "cli",
    "document",
    "events",
    "exit",
    "export",
    "interrupt",
    "lib",
    "main",
    "measure",
    "progress",
    "release",
    "report",
    "store",
    "verify",
];

/// Parts of the judge that only render, for students.
const FRONT: &[&str] = &["front"];

/// The versions of all that the grader is built with.
const LOCK: &str = "Cargo.lock";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in ["grader", "tests/hidden/src", "exercises", LOCK] {
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    let mut code = format!(
        "/// The judge and the grading pipeline.\npub(crate) const JUDGE: &str = {:?};\n",
        judge(&root)?
    );
    code +=
        "/// Of each exercise, by its number, the suite.\npub(crate) const SUITES: &[(&str, &str)] = &[\n";
    let mut exercises: Vec<_> = fs::read_dir(root.join("exercises"))?.collect::<io::Result<_>>()?;
    exercises.sort_by_key(fs::DirEntry::file_name);
    for exercise in exercises {
        let slug = exercise.file_name().to_string_lossy().into_owned();
        if let Some((number, _)) = slug.split_once('-') {
            let _ = writeln!(code, "    ({number:?}, {:?}),", suite(&root, &slug, number)?);
        }
    }
    code += "];\n";
    let out =
        PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no OUT_DIR"))?);
    fs::write(out.join("identity.rs"), code)
}

fn judge(root: &Path) -> io::Result<String> {
    let judge = files(root, "grader/judge/src", &|path| !is_one_of(path, "grader/judge/src", FRONT))?;
    let sandbox = files(root, "grader/sandbox/src", &|_| true)?;
    let forkserver = files(root, "grader/forkserver/src", &|_| true)?;
    let grader = files(root, "grader/src", &|path| !is_one_of(path, "grader/src", TELLS))?;
    let lock = [PathBuf::from(LOCK)];
    let digest = Digest::new("judge").and_files(root, &lock)?.and_files(root, &judge)?;
    Ok(digest.and_files(root, &sandbox)?.and_files(root, &forkserver)?.and_files(root, &grader)?.finish())
}

/// The hidden suites' code without that of other exercises, and the exercise's own checks.
fn suite(root: &Path, slug: &str, number: &str) -> io::Result<String> {
    let others = |path: &Path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let of = stem
            .strip_prefix('e')
            .filter(|rest| rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit()));
        of.is_some_and(|other| other != number)
    };
    let hidden = files(root, "tests/hidden/src", &|path| !others(path))?;
    let own = files(root, &format!("exercises/{slug}/tests"), &|path| !path.ends_with("visible.rs"))?;
    Ok(Digest::new("suite").and_files(root, &hidden)?.and_files(root, &own)?.finish())
}

/// Whether a path is a module of this name directly in `folder`, or below it.
fn is_one_of(path: &Path, folder: &str, names: &[&str]) -> bool {
    let below = path.strip_prefix(folder).ok().and_then(|below| below.components().next());
    let first = below.map(|first| Path::new(first.as_os_str()).with_extension(""));
    first.is_some_and(|first| names.iter().any(|name| first == Path::new(name)))
}
