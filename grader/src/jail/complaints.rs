//! What a compiler that failed says of itself and its machine, and not of the sources that it was given.
//!
//! Told apart by evidence that no source can forge: an error about somebody's words points at them (it has a span) or is one of
//! the numbered errors. What has neither is the compiler's own, and none of its words are a student's. Of those few are about
//! sources all the same (a crate root that is no UTF-8, types that nest too deep), so the system's own words have to be among them.
//! What a linker says quotes files and symbols, which are a student's names: of that the lines without them count, and where
//! those tell nothing, words don't decide at all.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::trouble;

/// A line of rustc's.
#[derive(Deserialize)]
struct Message {
    level: String,
    #[serde(rename = "message")]
    words: String,
    #[serde(default)]
    code: Option<IgnoredAny>,
    #[serde(default)]
    spans: Vec<IgnoredAny>,
    #[serde(default)]
    children: Vec<Note>,
}

/// What is said besides.
#[derive(Deserialize)]
struct Note {
    #[serde(rename = "message")]
    words: String,
    #[serde(default)]
    spans: Vec<IgnoredAny>,
}

/// What a compiler that failed complains of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// The sources, and nothing else.
    Sources,
    /// The machine, in its own words.
    Machine(String),
    /// Nothing that tells whose fault it is.
    Unclear(String),
}

/// What the compiler complains of in what it wrote to standard error.
pub(super) fn read(stderr: &str) -> Complaint {
    let messages = stderr.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let errors = messages.filter(|message| message.level.starts_with("error") && !message.is_the_end());
    let errors: Vec<Message> = errors.collect();
    let first = |is: fn(&Message) -> bool| errors.iter().find(|error| is(error)).map(Message::text);
    if errors.is_empty() {
        let said = if stderr.trim().is_empty() { "it said nothing" } else { stderr };
        return of_plain_words(said);
    }
    if let Some(said) = first(Message::is_of_the_machine) {
        return Complaint::Machine(said);
    }
    first(Message::is_of_a_link).map_or(Complaint::Sources, Complaint::Unclear)
}

/// Of what LLVM and the standard library say where the compiler itself says nothing.
fn of_plain_words(said: &str) -> Complaint {
    let is_of_system = said.lines().any(|line| !line.starts_with('{') && is_of_system(line));
    if is_of_system { Complaint::Machine(said.to_owned()) } else { Complaint::Unclear(said.to_owned()) }
}

impl Message {
    /// Whether these are the compiler's own words, and not about a place in the sources.
    fn is_its_own(&self) -> bool {
        self.spans.is_empty() && self.code.is_none()
    }

    /// Whether it only says that there were errors.
    fn is_the_end(&self) -> bool {
        self.is_its_own() && self.words.starts_with("aborting due to ")
    }

    fn is_of_the_machine(&self) -> bool {
        let there_is_no_linker =
            || ["linker `", "could not exec the linker"].iter().any(|start| self.words.starts_with(start));
        let text = self.text();
        // A linker quotes files of the sources, which may be called anything.
        let names_a_source = |line: &&str| self.is_of_a_link() && line.contains(".rs");
        self.is_its_own()
            && (there_is_no_linker() || text.lines().filter(|line| !names_a_source(line)).any(is_of_system))
    }

    /// Whether a linker was called and failed.
    fn is_of_a_link(&self) -> bool {
        self.is_its_own() && self.words.starts_with("linking with `")
    }

    fn text(&self) -> String {
        let notes = self.children.iter().filter(|note| note.spans.is_empty()).map(|note| &note.words);
        std::iter::once(&self.words).chain(notes).map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// Whether this is what the standard library (which adds the number) or LLVM say of an error of the system's.
fn is_of_system(text: &str) -> bool {
    text.contains("(os error ") || trouble::remedy(text).is_some()
}

/// What to do about trouble that a compiler tells in these words.
pub(super) fn remedy(words: &str) -> Option<&'static str> {
    match words {
        _ if words.contains("linker `") && words.contains("` not found") => {
            Some("install a C compiler, which links programs (gcc or clang)")
        }
        _ if words.contains("Permission denied") => {
            Some("let every user read the toolchain and the kit's `target/grader` (`chmod -R a+rX`)")
        }
        _ => trouble::remedy(words),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A line as rustc writes it: an error with this code, which points to the sources or not, with a note.
    fn error(message: &str, code: Option<&str>, points: bool, note: &str) -> String {
        let code = code.map(|code| json!({ "code": code, "explanation": null }));
        let spans = if points { json!([{ "file_name": "src/lib.rs", "line_start": 1 }]) } else { json!([]) };
        let note = json!({ "level": "note", "message": note, "code": null, "spans": [] });
        json!({ "level": "error", "message": message, "code": code, "spans": spans, "children": [note] })
            .to_string()
    }

    #[test]
    fn what_the_system_refuses_the_compiler_is_the_machines() {
        for (message, note) in [
            ("failed to write /sandbox/rustcX/symbols.o: No space left on device (os error 28)", ""),
            (
                "couldn't create a temp dir: Disk quota exceeded (os error 122) at path \"/sandbox/rustcX\"",
                "",
            ),
            ("couldn't read `exercises/03-ordered-map/src/lib.rs`: Permission denied (os error 13)", ""),
            ("failed to create file encoder: Too many open files in system (os error 23)", ""),
            ("could not write output to /sandbox/x.o: No space left on device", ""),
            ("could not exec the linker `cc`", "Resource temporarily unavailable (os error 11)"),
            ("linking with `cc` failed: exit status: 1", "ld: final link failed: No space left on device"),
            ("linker `cc` not found", "No such file or directory (os error 2)"),
        ] {
            let stderr =
                [error("mismatched types", Some("E0308"), true, ""), error(message, None, false, note)];
            let Complaint::Machine(said) = read(&stderr.join("\n")) else { panic!("{message}") };
            assert!(said.contains(message) && said.contains(note), "{said}");
        }
    }

    #[test]
    fn no_words_of_a_student_make_it_the_machines() {
        let words = "linking with `cc` failed: No space left on device (os error 28)";
        for stderr in [
            error(words, None, true, ""),
            error(words, Some("E0080"), false, words),
            error("mismatched types", None, true, words),
            // As `compile_error!` says it.
            error("aborting due to 1 previous error", None, true, ""),
            // About sources, with no place in them.
            error("queries overflow the depth limit!", None, false, ""),
            error(
                "couldn't read `exercises/03-ordered-map/src/lib.rs`: stream did not contain valid UTF-8",
                None,
                false,
                "",
            ),
        ] {
            let aborting = error("aborting due to 1 previous error", None, false, "");
            assert_eq!(read(&format!("{stderr}\n{aborting}")), Complaint::Sources, "{stderr}");
        }
    }

    #[test]
    fn a_compiler_that_has_nothing_to_say_of_the_sources_did_not_judge_them() {
        let llvm = "LLVM ERROR: IO failure on output stream: No space left on device\n";
        assert_eq!(read(llvm), Complaint::Machine(llvm.to_owned()));
        let warning = json!({ "level": "warning", "message": "(os error 28)", "code": null, "spans": [] });
        for unclear in [&warning.to_string(), ""] {
            assert!(matches!(read(unclear), Complaint::Unclear(_)), "{unclear}");
        }
    }

    #[test]
    fn a_link_that_fails_says_nothing_of_whose_fault_it_is() {
        for note in [
            "ld: relocation truncated to fit: R_X86_64_PC32 against `.bss`",
            "collect2: fatal error: ld terminated with signal 11",
            "src/No space left on device.rs:3: relocation R_X86_64_PC32 out of range",
        ] {
            let stderr = error("linking with `cc` failed: exit status: 1", None, false, note);
            assert!(matches!(read(&stderr), Complaint::Unclear(_)), "{note}");
        }
    }

    #[test]
    fn what_to_do_follows_from_the_cause() {
        assert!(remedy("linker `cc` not found").unwrap().contains("install a C compiler"));
        assert!(remedy("linking with `cc` failed: No space left on device").unwrap().contains("free space"));
        assert_eq!(remedy("something else"), None);
    }
}
