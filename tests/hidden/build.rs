//! Collects the exercises: a folder here for each, `NN-slug`, with the hidden suite in `suite.rs`; its visible checks lie with the
//! exercise. So another exercise is another folder, and no list names it.
//!
//! What is generated is a macro that hands the list to another one. Paths in it are from the root of the repository and are
//! resolved where it is used, in `src/lib.rs`: so a checkout that is copied with its `target` never compiles the files of the
//! one that it was copied from.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The root of the repository, from this package.
const ROOT: &str = "../..";

fn main() -> io::Result<()> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = here.join(ROOT);
    // By relative paths, for the same reason.
    println!("cargo::rerun-if-changed=.");
    println!("cargo::rerun-if-changed={ROOT}/exercises");
    let mut slugs = Vec::new();
    for entry in fs::read_dir(&here)? {
        let entry = entry?;
        if entry.path().join("suite.rs").is_file() {
            slugs.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    slugs.sort();
    let mut code = "macro_rules! exercises {\n    ($collect:ident) => {\n        $collect! {\n".to_owned();
    for slug in &slugs {
        let id = number(slug).ok_or_else(|| wrong(slug, "its name is no two digits, a hyphen and a slug"))?;
        let tests = format!("exercises/{slug}/tests");
        let file = |name: &str| {
            let files = [format!("{tests}/{name}.rs"), format!("{tests}/{name}/mod.rs")];
            files.into_iter().find(|file| root.join(file).is_file())
        };
        let checks = file("checks").ok_or_else(|| wrong(slug, &format!("there is no {tests}/checks.rs")))?;
        let _ = writeln!(code, "            e{id} {slug:?} {{");
        let _ = writeln!(code, "                visible {checks:?}");
        if let Some(shared) = file("shared") {
            let _ = writeln!(code, "                shared {shared:?}");
        }
        let _ = writeln!(code, "                suite \"tests/hidden/{slug}/suite.rs\"\n            }}");
    }
    code += "        }\n    };\n}\n";
    fs::write(Path::new(&variable("OUT_DIR")?).join("exercises.rs"), code)
}

/// `03` of `03-ordered-map`.
fn number(slug: &str) -> Option<&str> {
    let (id, name) = slug.split_once('-')?;
    (id.len() == 2 && id.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty()).then_some(id)
}

fn wrong(slug: &str, why: &str) -> io::Error {
    io::Error::other(format!("tests/hidden/{slug} is the hidden suite of no exercise: {why}"))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|_| io::Error::other(format!("cargo names no {name}")))
}
