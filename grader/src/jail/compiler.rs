//! Runs rustc in the jail: it sees the toolchain, the libraries and the sources, and writes into one folder.
//!
//! What a hand-in can do to a compiler is a result; what the machine does to it is an `Err`. Where a compiler breaks down and
//! nothing tells by whose doing, that is a result of its own: words don't decide it, another call of the compiler does.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use sandbox::{Ended, How, Limits, Spec, ViewEntry, launch};

use super::Jail;
use super::complaints::{self, Complaint};
use crate::trouble::TO_DO;

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
    /// It did not come to the end of its work, by the doing of the sources: why, and what usually causes that.
    Stopped(String),
    /// It broke down, and nothing says by whose doing: how.
    Broke(String),
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
        let ended = started.context("the compiler could not be started")?.wait();
        let compiled = result(ended, || self.ensure_kept(&LIMITS)).and_then(|compiled| match compiled {
            Compiled::Broke(how) if space_to_free(out).is_some() => bail!(how),
            Compiled::Broke(how) => {
                self.ensure_kept(&LIMITS).with_context(|| how.clone())?;
                Ok(Compiled::Broke(how))
            }
            compiled => Ok(compiled),
        });
        compiled.map_err(|trouble| match space_to_free(out) {
            Some(remedy) => {
                let said = format!("{trouble:#}");
                anyhow!("{}{TO_DO}{remedy}", said.split(TO_DO).next().unwrap_or_default())
            }
            None => trouble,
        })
    }
}

/// What to do where a folder lies on a disk with hardly any space left. (Whoever writes into memory that is mapped from a full disk is
/// ended by a signal, and says nothing of space.)
fn space_to_free(folder: &Path) -> Option<String> {
    let disk = nix::sys::statvfs::statvfs(folder).ok()?;
    let left = disk.blocks_available() * disk.fragment_size();
    let temporary = std::env::temp_dir();
    (left < SPACE)
        .then(|| format!("free space in {}, where {} KiB are left (TMPDIR)", temporary.display(), left >> 10))
}

/// Less than this may have been too little for a compiler.
const SPACE: u64 = 32 << 20;

/// What it means that a compiler ended like this. That there was no memory left is the hand-in's doing only where
/// `memory_is_there`.
fn result(ended: Ended, memory_is_there: impl FnOnce() -> Result<()>) -> Result<Compiled> {
    let text = ended.stderr.text();
    let (limit, causes) = match ended.how {
        How::Exit(0) => return Ok(Compiled::Done(ended.stderr.kept)),
        How::Signal(SIGXCPU) => (
            format!("{} s of CPU time", LIMITS.cpu_seconds),
            "a constant whose evaluation never ends, macros that expand to ever more, or types that nest ever deeper",
        ),
        How::Signal(SIGABRT) | How::Exit(_) if is_out_of_memory(plain_lines(&text)) => {
            over_memory(memory_is_there)?
        }
        // The compiler recurses over what is nested; intake counts brackets, and there is more that nests.
        How::Signal(SIGSEGV) if text.contains("overflowed its stack") => (
            "8 MiB of stack".to_owned(),
            "operators, method calls, `else if`s or types that follow or hold each other by the thousand",
        ),
        How::Signal(SIGXFSZ) => over_file_size(),
        How::WorkLimit => (
            format!("{} MiB of files", LIMITS.work_bytes >> 20),
            "a `static` of enormous size, or macros that expand to ever more",
        ),
        // Of more than is kept, the errors may be what is not.
        How::Exit(1) if ended.stderr.dropped() > 0 => return Ok(Compiled::Refused(ended.stderr.kept)),
        How::Exit(1) => match complaints::read(&text) {
            Complaint::Sources => return Ok(Compiled::Refused(ended.stderr.kept)),
            Complaint::Machine(said) | Complaint::Unclear(said) if is_over_file_size(&said) => {
                over_file_size()
            }
            Complaint::Machine(said) | Complaint::Unclear(said) if is_out_of_memory(said.lines()) => {
                over_memory(memory_is_there)?
            }
            Complaint::Machine(said) => bail!(failed("it gave up", &said)),
            Complaint::Unclear(said) if said.starts_with("linking with `") => {
                return Ok(Compiled::Broke("its linker fails".to_owned()));
            }
            Complaint::Unclear(_) => return Ok(Compiled::Broke("it gives up and says nothing".to_owned())),
        },
        How::Exit(101) => return Ok(Compiled::Broke(internal_error(&text))),
        // Killed from outside, mostly because the machine ran out of memory.
        How::Signal(SIGKILL) => bail!(failed("it was killed from outside (SIGKILL)", &text)),
        How::Signal(signal) => return Ok(Compiled::Broke(format!("it was ended by signal {signal}"))),
        other => bail!(failed(&format!("it did not end by itself ({other:?})"), &text)),
    };
    Ok(Compiled::Stopped(format!(
        "The compiler was stopped: compiling this takes more than the {limit} that are allowed.\n\
         That is usually caused by {causes}. Leave that work to the program when it runs."
    )))
}

/// A panic of the compiler's, with what it was at: that quotes the sources alone.
fn internal_error(text: &str) -> String {
    let steps = plain_lines(text).map(str::trim_start).filter(|line| line.starts_with('#')).take(QUERIES);
    let steps: Vec<&str> = steps.collect();
    let what = "an internal error of the compiler";
    if steps.is_empty() {
        what.to_owned()
    } else {
        format!("{what}, while it was at this:\n  {}", steps.join("\n  "))
    }
}

/// How many steps of its work a compiler that panicked is quoted with.
const QUERIES: usize = 3;

/// The limit on memory, where the machine has as much.
fn over_memory(is_there: impl FnOnce() -> Result<()>) -> Result<(String, &'static str)> {
    is_there().context("the compiler was given no more memory")?;
    Ok((
        format!("{} GiB of memory", LIMITS.data_bytes >> 30),
        "a `static` or constant of enormous size, macros that expand to ever more, or types that nest ever deeper",
    ))
}

fn over_file_size() -> (String, &'static str) {
    (format!("{} MiB for one file", LIMITS.file_bytes >> 20), "a `static` of enormous size")
}

/// As the standard library, LLVM and the C library say it.
fn is_out_of_memory<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    let said = ["memory allocation of ", "LLVM ERROR: out of memory", "Cannot allocate memory"];
    lines.any(|line| said.iter().any(|said| line.contains(said)))
}

/// What is no message about somebody's words: those are JSON.
fn plain_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('{'))
}

/// As the C compiler says of its linker.
fn is_over_file_size(said: &str) -> bool {
    said.contains("File size limit exceeded")
}

/// That a compiler could not do its work: how it ended, the end of what it said, and what to do where that is known.
fn failed(how: &str, said: &str) -> String {
    match complaints::remedy(said) {
        Some(remedy) => {
            format!("the compiler can't do its work on this machine: {}{TO_DO}{remedy}", excerpt(said))
        }
        None => format!("the compiler failed: {how}. {}", excerpt(said)),
    }
}

/// The beginning and the end of what a compiler said, for whoever runs the grader.
fn excerpt(text: &str) -> String {
    let text = text.trim();
    let (beginning, end) =
        (text.floor_char_boundary(200), text.ceil_char_boundary(text.len().saturating_sub(400)));
    if beginning < end { format!("{} … {}", &text[..beginning], &text[end..]) } else { text.to_owned() }
}

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;
const SIGXFSZ: i32 = 25;

#[cfg(test)]
mod tests {
    use super::*;
    use sandbox::Captured;
    use serde_json::json;

    fn ended_short_of(memory: Result<()>, how: How, stderr: &str) -> Result<Compiled> {
        let stderr = Captured { kept: stderr.into(), total: stderr.len() as u64 };
        result(Ended { how, cpu: None, stdout: Captured::default(), stderr }, || memory)
    }

    fn ended(how: How, stderr: &str) -> Result<Compiled> {
        ended_short_of(Ok(()), how, stderr)
    }

    fn limit(how: How, stderr: &str) -> String {
        match ended(how, stderr) {
            Ok(Compiled::Stopped(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    /// A line of the compiler's that points nowhere.
    fn said(message: &str) -> String {
        json!({ "level": "error", "message": message, "code": null, "spans": [], "children": [] }).to_string()
    }

    const NO_MEMORY: &str = "memory allocation of 9 bytes failed\n";

    #[test]
    fn each_limit_is_named() {
        assert!(limit(How::Signal(SIGXCPU), "").contains("60 s of CPU time"));
        assert!(limit(How::Signal(SIGABRT), NO_MEMORY).contains("2 GiB of memory"));
        let no_memory = said("failed to write x: Cannot allocate memory (os error 12)");
        assert!(limit(How::Exit(1), &no_memory).contains("2 GiB of memory"));
        assert!(limit(How::Signal(SIGXFSZ), "").contains("256 MiB for one file"));
        let linker =
            said("linking with `cc` failed: ld terminated with signal 25 [File size limit exceeded]");
        assert!(limit(How::Exit(1), &linker).contains("256 MiB for one file"));
        assert!(limit(How::WorkLimit, "").contains("512 MiB of files"));
    }

    #[test]
    fn what_the_compiler_says_of_the_sources_is_the_students() {
        let words = "memory allocation of 3 bytes, linking with `x` (os error 28)";
        let words = json!({ "level": "error", "message": words, "code": null, "spans": [{}] }).to_string();
        assert_eq!(ended(How::Exit(1), &words).ok(), Some(Compiled::Refused(words.into())));
    }

    #[test]
    fn a_flood_of_warnings_is_no_way_out_of_a_mark() {
        let stderr = Captured { kept: b"{".to_vec(), total: 9 << 20 };
        let ended = Ended { how: How::Exit(1), cpu: None, stdout: Captured::default(), stderr };
        assert_eq!(result(ended, || Ok(())).ok(), Some(Compiled::Refused(b"{".to_vec())));
    }

    #[test]
    fn trouble_is_an_error() {
        for how in [How::Signal(SIGKILL), How::WallLimit, How::NoResult] {
            assert!(ended(how, "").is_err(), "{how:?}");
        }
        let trouble = |stderr: &str| format!("{:#}", ended(How::Exit(1), stderr).unwrap_err());
        assert!(trouble(&said("linker `cc` not found")).contains("install a C compiler"));
        let full = trouble(&said("failed to write symbols.o: No space left on device (os error 28)"));
        assert!(full.contains("What to do: free space"), "{full}");
    }

    #[test]
    fn a_compiler_that_breaks_down_says_nothing_of_whose_doing_that_is() {
        let broke = |how: How, stderr: &str| match ended(how, stderr) {
            Ok(Compiled::Broke(how)) => how,
            other => panic!("{other:?}"),
        };
        for how in [How::Signal(SIGABRT), How::Signal(SIGSEGV), How::Signal(7), How::Exit(1)] {
            broke(how, "");
        }
        broke(How::Exit(1), &said("linking with `cc` failed: exit status: 1"));
        // Nor do words that are a student's, quoted in a panic.
        let panic = "thread 'rustc' (7) panicked:\nNo space left on device (os error 28)\n\
                     #0 [typeck] type-checking `f`\nend of query stack\n";
        let how = broke(How::Exit(101), panic);
        assert!(how.ends_with("while it was at this:\n  #0 [typeck] type-checking `f`"), "{how}");
    }

    #[test]
    fn memory_that_the_machine_does_not_have_is_not_the_students_limit() {
        let short = || Err(anyhow::anyhow!("`ulimit -v` is 700000"));
        let trouble = ended_short_of(short(), How::Signal(SIGABRT), NO_MEMORY).unwrap_err();
        assert!(format!("{trouble:#}").contains("ulimit -v"), "{trouble:#}");
    }
}
