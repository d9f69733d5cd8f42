//! The compiler's messages, as a student is to read them.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Extern;

/// The most bytes of messages that are kept.
const KEPT: usize = 8 << 10;

/// What a compiler said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Messages {
    /// Its errors, as it prints them, without colours, capped.
    pub(super) errors: String,
    /// Whether there were warnings.
    pub(super) warnings: bool,
    /// An error about the toolchain or the given libraries, which no student's code brings about.
    pub(super) not_the_students: Option<String>,
    /// Files of modules that the system did not let it read, and why.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    #[serde(rename = "message")]
    text: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

/// A place in the sources.
#[derive(Deserialize)]
struct Span {
    /// Whether it stems from a macro.
    expansion: Option<IgnoredAny>,
    /// The lines that it is on.
    #[serde(default)]
    text: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    highlight_start: usize,
    highlight_end: usize,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Reads the JSON lines of rustc, which was given these libraries. Other lines (a cut one at the end) are left out.
pub(super) fn read(stderr: &[u8], given: &[Extern]) -> Messages {
    let mut messages = Messages::default();
    for line in String::from_utf8_lossy(stderr).lines() {
        let Ok(message) = serde_json::from_str::<Message>(line) else { continue };
        if message.level == "warning" {
            messages.warnings = true;
        } else if message.level.starts_with("error") && !message.is_the_end() {
            if message.is_about_libraries(given) {
                messages.not_the_students.get_or_insert_with(|| message.text.clone());
            }
            messages.unreadable.extend(message.unreadable_module());
            let rendered = message.rendered.unwrap_or(message.text);
            messages.errors.push_str(rendered.trim_end());
            messages.errors.push_str("\n\n");
        }
    }
    let kept = messages.errors.trim_end().len();
    messages.errors.truncate(kept);
    if messages.errors.len() > KEPT {
        let cut = messages.errors.floor_char_boundary(KEPT);
        messages.errors.truncate(cut);
        messages.errors.push_str("\n… (more errors follow; mend these first)");
    }
    messages
}

impl Message {
    /// Whether it only says that there were errors, in words that are not a student's: those have a place.
    fn is_the_end(&self) -> bool {
        self.spans.is_empty() && self.text.starts_with("aborting due to ")
    }

    /// The file of a module that the system did not let it read, and why. The words of an error may be a student's
    /// (`compile_error!`, `on_unimplemented`), but not its place: that is the module's declaration, no macro's, and no numbered error's.
    fn unreadable_module(&self) -> Option<(PathBuf, String)> {
        if self.code.is_some() {
            return None;
        }
        let (file, why) = self.text.strip_prefix("couldn't read `")?.split_once("`: ")?;
        let [Span { expansion: None, text }] = &self.spans[..] else { return None };
        let words: String = text.iter().filter_map(Line::highlighted).collect();
        let declares = words.contains("mod") && !words.contains('!');
        (declares && why.contains("(os error ")).then(|| (file.into(), why.to_owned()))
    }

    /// Whether it says that the toolchain's or the given libraries are missing or don't fit together.
    fn is_about_libraries(&self, given: &[Extern]) -> bool {
        match self.code.as_ref().map_or("", |code| &code.code) {
            // Incompatible, of another compiler, not a library, several candidates, damaged.
            "E0460" | "E0461" | "E0462" | "E0464" | "E0514" | "E0786" => true,
            // Not found: a student can ask for one that is not given, by `extern crate`.
            "E0463" => {
                let named = self.text.split('`').nth(1).unwrap_or_default();
                let of_toolchain = ["std", "core", "alloc", "proc_macro"].contains(&named);
                let of_dependency = self.text.contains("` which `");
                of_toolchain || of_dependency || given.iter().any(|library| library.name == named)
            }
            _ => false,
        }
    }
}

impl Line {
    fn highlighted(&self) -> Option<String> {
        let length = self.highlight_end.checked_sub(self.highlight_start)?;
        Some(self.text.chars().skip(self.highlight_start.checked_sub(1)?).take(length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What rustc prints, given `rayon`.
    fn said(messages: &[(&str, Option<&str>, &str)]) -> Messages {
        let lines = messages.iter().map(|(level, code, message)| {
            let code = code.map(|code| serde_json::json!({ "code": code }));
            let rendered = format!("{level}: {message}\n\n");
            serde_json::json!({ "level": level, "code": code, "message": message, "rendered": rendered })
                .to_string()
        });
        let rayon = Extern { name: "rayon".into(), file: "librayon.rlib".into() };
        read(lines.collect::<Vec<_>>().join("\n").as_bytes(), &[rayon])
    }

    #[test]
    fn errors_are_kept_as_rendered_and_warnings_only_noted() {
        let messages = said(&[
            ("warning", None, "w"),
            ("error", None, "one"),
            ("error", None, "two"),
            ("error", None, "aborting due to 2 previous errors"),
        ]);
        assert_eq!(messages.errors, "error: one\n\nerror: two");
        assert!(messages.warnings);
        assert_eq!(messages.not_the_students, None);
    }

    #[test]
    fn an_error_in_the_words_of_the_last_one_is_an_error() {
        let place = serde_json::json!({ "expansion": null });
        let text = "aborting due to 1 previous error";
        let error = serde_json::json!({ "level": "error", "message": text, "code": null, "spans": [place] });
        assert_eq!(read(error.to_string().as_bytes(), &[]).errors, text);
    }

    #[test]
    fn a_flood_of_errors_is_cut_at_a_letter() {
        assert!(said(&[("error", None, &"ä".repeat(KEPT))]).errors.len() < KEPT + 100);
    }

    #[test]
    fn a_line_that_was_cut_is_left_out() {
        assert_eq!(read(b"{\"level\":\"error\",\"mess", &[]), Messages::default());
    }

    #[test]
    fn a_module_that_may_not_be_read_is_told_from_words_about_one() {
        let with_code = |code: Option<&str>, place: &str, expansion: bool, why: &str| {
            let line =
                serde_json::json!({ "text": place, "highlight_start": 1, "highlight_end": place.len() + 1 });
            let expansion = expansion.then(|| serde_json::json!({}));
            let span = serde_json::json!({ "expansion": expansion, "text": [line] });
            let text = format!("couldn't read `src/pool.rs`: {why}");
            let code = code.map(|code| serde_json::json!({ "code": code }));
            let error =
                serde_json::json!({ "level": "error", "message": text, "code": code, "spans": [span] });
            read(error.to_string().as_bytes(), &[]).unreadable
        };
        let unreadable = |place: &str, expansion, why: &str| with_code(None, place, expansion, why);
        let denied = "Permission denied (os error 13)";
        assert_eq!(unreadable("pub mod pool;", false, denied), [("src/pool.rs".into(), denied.to_owned())]);
        for (place, expansion, why) in [
            ("compile_error!(\"couldn't read `mod\")", false, denied),
            ("mod pool;", true, denied),
            ("mod pool;", false, "stream did not contain valid UTF-8"),
        ] {
            assert_eq!(unreadable(place, expansion, why), [], "{place} {why}");
        }
        // As `#[diagnostic::on_unimplemented]` says it, of a type that is called so.
        assert_eq!(with_code(Some("E0277"), "model", false, denied), []);
    }

    #[test]
    fn libraries_that_are_given_and_missing_are_not_the_students_fault() {
        let not_the_students =
            |code, message| said(&[("error", Some(code), message)]).not_the_students.is_some();
        assert!(not_the_students("E0463", "can't find crate for `std`"));
        assert!(not_the_students("E0463", "can't find crate for `rayon`"));
        assert!(not_the_students("E0463", "can't find crate for `rayon_core` which `rayon` depends on"));
        assert!(not_the_students(
            "E0460",
            "found possibly newer version of crate `std` which `rayon` depends on"
        ));
        assert!(!not_the_students("E0463", "can't find crate for `itertools`"));
        assert!(!not_the_students("E0432", "unresolved import `itertools`"));
    }
}
