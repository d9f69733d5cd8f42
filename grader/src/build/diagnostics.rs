//! The compiler's messages, as a student is to read them.

use serde::Deserialize;

/// The most bytes of messages that are kept.
const KEPT: usize = 8 << 10;

/// What a compiler said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Messages {
    /// Its errors, as it prints them, without colours, capped.
    pub(super) errors: String,
    /// Whether there were warnings.
    pub(super) warnings: bool,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    rendered: Option<String>,
}

/// Reads the JSON lines of rustc; a line that is none is an error of the compiler itself.
pub(super) fn read(stderr: &[u8]) -> Messages {
    let mut messages = Messages::default();
    for line in String::from_utf8_lossy(stderr).lines() {
        match serde_json::from_str::<Message>(line) {
            Ok(message) if message.level == "warning" => messages.warnings = true,
            Ok(message) if message.level.starts_with("error") => {
                messages.errors.push_str(message.rendered.as_deref().unwrap_or_default());
            }
            Ok(_) => {}
            Err(_) => messages.errors.push_str(line),
        }
    }
    if messages.errors.len() > KEPT {
        let cut = messages.errors.floor_char_boundary(KEPT);
        messages.errors.truncate(cut);
        messages.errors.push_str("\n… (more errors follow; mend these first)\n");
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_kept_as_rendered_and_warnings_only_noted() {
        let lines = b"{\"level\":\"warning\",\"rendered\":\"w\"}\n{\"level\":\"error\",\"rendered\":\"error: e\\n\"}\n";
        assert_eq!(read(lines), Messages { errors: "error: e\n".into(), warnings: true });
    }

    #[test]
    fn a_flood_of_errors_is_cut_at_a_letter() {
        let line = format!("{{\"level\":\"error\",\"rendered\":\"{}\"}}\n", "ä".repeat(KEPT));
        assert!(read(line.as_bytes()).errors.len() < KEPT + 100);
    }
}
