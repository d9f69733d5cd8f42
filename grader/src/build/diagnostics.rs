//! The compiler's messages, as a student is to read them.

use serde::Deserialize;

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
}

#[derive(Deserialize)]
struct Message {
    level: String,
    #[serde(rename = "message")]
    text: String,
    code: Option<Code>,
    rendered: Option<String>,
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
        } else if message.level.starts_with("error") && !message.text.starts_with("aborting due to ") {
            if message.is_about_libraries(given) {
                messages.not_the_students.get_or_insert_with(|| message.text.clone());
            }
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
    fn a_flood_of_errors_is_cut_at_a_letter() {
        assert!(said(&[("error", None, &"ä".repeat(KEPT))]).errors.len() < KEPT + 100);
    }

    #[test]
    fn a_line_that_was_cut_is_left_out() {
        assert_eq!(read(b"{\"level\":\"error\",\"mess", &[]), Messages::default());
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
