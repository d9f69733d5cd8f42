//! Runs rustc in the jail: it sees the toolchain, the libraries and the sources, and writes into one folder.
//!
//! What a hand-in can do to a compiler is a result; whatever else goes wrong there is an `Err`.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sandbox::{Ended, How, Limits, Spec, ViewEntry, launch};

use super::Jail;

/// What a compiler may use up, its linker counted by itself.
const LIMITS: Limits = Limits {
    cpu_seconds: 60,
    data_bytes: 2 << 30,
    file_bytes: 256 << 20,
    open_files: 256,
    threads: 256,
    work_bytes: 512 << 20,
    output_bytes: 4 << 20,
    // A machine that is loaded this much can't grade.
    wall_ms: 1_800_000,
};

/// One call of rustc.
pub(crate) struct Compilation<'a> {
    pub(crate) rustc: &'a Path,
    /// All that it may read besides the sources.
    pub(crate) view: Vec<ViewEntry>,
    /// Its current folder, which it can't change: messages name paths from there on.
    pub(crate) sources: &'a Path,
    /// The folder for what it makes.
    pub(crate) out: &'a Path,
    pub(crate) arguments: Vec<String>,
}

/// What a compiler made of sources; with what it wrote to standard error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Compiled {
    Done(Vec<u8>),
    Refused(Vec<u8>),
    /// It used up more than it may: what, and what usually causes that.
    TooMuch(String),
}

impl Jail {
    /// Compiles.
    pub(crate) fn compile(self, compilation: Compilation<'_>) -> Result<Compiled> {
        let Compilation { rustc, view, sources, out, arguments } = compilation;
        let mut spec = Spec::compile(rustc, out, view);
        spec.view.push(ViewEntry::same(sources));
        spec.current = Some(sources.to_owned());
        spec.limits = LIMITS;
        spec.args.push(format!("--out-dir={}", spec.work_in(self.tier).display()).into());
        spec.args.extend(arguments.into_iter().map(Into::into));
        let nothing = File::open("/dev/null").context("/dev/null can't be opened")?;
        let started = judge::engine::on_every_core(|| launch(self.tier, &spec, nothing.into()));
        result(started.context("the compiler could not be started")?.wait())
    }
}

fn result(ended: Ended) -> Result<Compiled> {
    let text = ended.stderr.text();
    let (limit, causes) = match ended.how {
        How::Exit(0) => return Ok(Compiled::Done(ended.stderr.kept)),
        How::Signal(SIGXCPU) => (
            format!("{} s of CPU time", LIMITS.cpu_seconds),
            "a constant whose evaluation never ends, macros that expand to ever more, or types that nest ever deeper",
        ),
        How::Signal(SIGABRT) | How::Exit(_) if is_out_of_memory(&text) => (
            format!("{} GiB of memory", LIMITS.data_bytes >> 30),
            "a `static` or constant of enormous size, macros that expand to ever more, or types that nest ever deeper",
        ),
        // The compiler recurses over what is nested; intake counts brackets, and there is more that nests.
        How::Signal(SIGSEGV) if text.contains("overflowed its stack") => (
            "8 MiB of stack".to_owned(),
            "operators, method calls, `else if`s or types that follow or hold each other by the thousand",
        ),
        How::Signal(SIGXFSZ) => over_file_size(),
        How::Exit(1) if is_over_file_size(&text) => over_file_size(),
        How::WorkLimit => (
            format!("{} MiB of files", LIMITS.work_bytes >> 20),
            "a `static` of enormous size, or macros that expand to ever more",
        ),
        How::Exit(1) => {
            // Nothing in a hand-in names a linker or what it is given.
            ensure!(!is_of_linker(&text), "linking failed: is a C compiler installed? {}", excerpt(&text));
            return Ok(Compiled::Refused(ended.stderr.kept));
        }
        How::Exit(101) => bail!("the compiler itself failed (an internal error): {}", excerpt(&text)),
        other => bail!("the compiler did not end by itself: {other:?}. {}", excerpt(&text)),
    };
    Ok(Compiled::TooMuch(format!(
        "The compiler was stopped: compiling this takes more than the {limit} that are allowed.\n\
         That is usually caused by {causes}. Leave that work to the program when it runs."
    )))
}

fn over_file_size() -> (String, &'static str) {
    (format!("{} MiB for one file", LIMITS.file_bytes >> 20), "a `static` of enormous size")
}

/// As rustc (the standard library) and LLVM say it. A message about the student's own words is JSON, and comes with status 1.
fn is_out_of_memory(text: &str) -> bool {
    let said = ["memory allocation of ", "LLVM ERROR: out of memory", "Cannot allocate memory"];
    text.lines().filter(|line| !line.starts_with('{')).any(|line| said.iter().any(|said| line.contains(said)))
}

/// As the C compiler says of its linker.
fn is_over_file_size(text: &str) -> bool {
    is_of_linker(text) && (text.contains("File size limit exceeded") || text.contains("relocation truncated"))
}

/// Whether rustc's complaint is about linking: such a message has no place in a source.
fn is_of_linker(text: &str) -> bool {
    ["error: linking with ", "error: linker `"]
        .iter()
        .any(|start| text.contains(&format!("\"rendered\":\"{start}")))
}

/// The end of what a compiler said, for whoever runs the grader.
fn excerpt(text: &str) -> &str {
    let start = text.len().saturating_sub(600);
    text[text.ceil_char_boundary(start)..].trim()
}

const SIGABRT: i32 = 6;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;

#[cfg(test)]
mod tests {
    use super::*;
    use sandbox::Captured;

    fn ended(how: How, stderr: &str) -> Result<Compiled> {
        let stderr = Captured { kept: stderr.into(), total: stderr.len() as u64 };
        result(Ended { how, cpu: None, stdout: Captured::default(), stderr })
    }

    fn limit(how: How, stderr: &str) -> String {
        match ended(how, stderr) {
            Ok(Compiled::TooMuch(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_limit_is_named() {
        assert!(limit(How::Signal(SIGXCPU), "").contains("60 s of CPU time"));
        assert!(
            limit(How::Signal(SIGABRT), "memory allocation of 9 bytes failed\n").contains("2 GiB of memory")
        );
        assert!(limit(How::Signal(SIGXFSZ), "").contains("256 MiB for one file"));
        assert!(limit(How::WorkLimit, "").contains("512 MiB of files"));
    }

    #[test]
    fn what_the_compiler_says_of_the_sources_is_the_students() {
        let words = r#"{"rendered":"error: memory allocation of 3 bytes, linking with x\n"}"#;
        assert_eq!(ended(How::Exit(1), words).ok(), Some(Compiled::Refused(words.into())));
    }

    #[test]
    fn trouble_is_an_error() {
        for how in [How::Exit(101), How::Signal(9), How::Signal(SIGABRT), How::WallLimit, How::NoResult] {
            assert!(ended(how, "").is_err(), "{how:?}");
        }
        let linker = r#"{"rendered":"error: linker `cc` not found\n"}"#;
        assert!(ended(How::Exit(1), linker).is_err());
    }
}
