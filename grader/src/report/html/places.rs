//! Lines of a hand-in's sources in what is said of it, as an editor opens them: the path from the root of the kit and the line, which a
//! terminal in an editor and its search take; or, where it is known how, a link.

use std::path::Path;
use std::str::FromStr;

use maud::{Markup, html};

use super::page::said;
use crate::record::Graded;

/// How an editor is asked for a line: an address with `{id}`, `{file}` and `{line}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editor(String);

const EXAMPLE: &str = "vscode://file/home/ann/class/{id}/{file}:{line}";

impl FromStr for Editor {
    type Err = String;

    fn from_str(address: &str) -> Result<Self, String> {
        let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
        let is_one = scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || b"+-.".contains(&byte) || byte.is_ascii_digit())
            && scheme != "javascript";
        if is_one && address.contains("{file}") && address.contains("{line}") {
            Ok(Self(address.to_owned()))
        } else {
            Err(format!("write an address with {{file}} and {{line}} in it, as {EXAMPLE}"))
        }
    }
}

impl Editor {
    /// The address of a line; an id may hold anything.
    fn address(&self, id: &str, file: &str, line: &str) -> String {
        let id = id.bytes().fold(String::new(), |text, byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                text + &char::from(byte).to_string()
            }
            _ => text + &format!("%{byte:02X}"),
        });
        self.0.replace("{id}", &id).replace("{file}", file).replace("{line}", line)
    }
}

/// Where the texts of an exercise of a hand-in point to.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) id: &'a str,
    pub(super) graded: &'a Graded,
    pub(super) editor: Option<&'a Editor>,
}

impl Places<'_> {
    /// A sentence in which backticks enclose code.
    pub(super) fn prose(&self, text: &str) -> Markup {
        html! {
            @for (index, part) in said(text).split('`').enumerate() {
                @if index % 2 == 1 { code { (self.text(part)) } } @else { (self.text(part)) }
            }
        }
    }

    /// Text, line by line as it is.
    pub(super) fn text(&self, text: &str) -> Markup {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, file, line, after)) = place(rest) {
            parts.push((before, Some((file, line))));
            rest = after;
        }
        parts.push((rest, None));
        html! { @for (before, place) in parts {
            (before)
            @if let Some((file, line)) = place { (self.line(file, line)) }
        } }
    }

    fn line(&self, file: &str, line: &str) -> Markup {
        let path = format!("exercises/{}-{}/{file}", self.graded.id, self.graded.name);
        html! {
            @match self.editor {
                Some(editor) => a.place href=(editor.address(self.id, &path, line)) { (file) ":" (line) },
                None => span.place title={ (path) ":" (line) } { (path) ":" (line) },
            }
        }
    }
}

/// The first `src/lib.rs:29` of a text: what stands before it, the file, the line, and what follows.
fn place(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("src/").map(|at| from + at) {
        from = at + 4;
        // Part of a longer path is another one.
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || "/._-".contains(c)) {
            continue;
        }
        let end = text[at..].find(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c)));
        let file = &text[at..end.map_or(text.len(), |end| at + end)];
        let Some(after) = text[at + file.len()..].strip_prefix(':') else { continue };
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let is_source = Path::new(file).extension().is_some_and(|kind| kind == "rs");
        if is_source && !file.contains("..") && (1..8).contains(&digits) {
            return Some((&text[..at], file, &after[..digits], &after[digits..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::example::judged;

    fn shown(text: &str, editor: Option<&str>) -> String {
        let editor = editor.map(|address| address.parse().expect("an address"));
        let graded = judged(Vec::new());
        Places { id: "s 1", graded: &graded, editor: editor.as_ref() }.prose(text).into_string()
    }

    #[test]
    fn a_line_is_told_from_the_root_of_the_kit_or_opens_in_an_editor() {
        let text = "`main` waits in `recv` at src/lib.rs:29, and src/a/b.rs:7:3";
        let plain = shown(text, None);
        assert!(plain.contains(">exercises/03-ordered-map/src/lib.rs:29</span>, and "), "{plain}");
        assert!(plain.contains("/src/a/b.rs:7</span>:3"), "{plain}");
        let linked = shown(text, Some("vscode://file/class/{id}/{file}:{line}"));
        let address = "vscode://file/class/s%201/exercises/03-ordered-map/src/lib.rs:29";
        assert!(
            linked.contains(&format!("<a class=\"place\" href=\"{address}\">src/lib.rs:29</a>")),
            "{linked}"
        );
    }

    #[test]
    fn what_is_no_line_of_the_hand_in_stays_as_it_is() {
        for text in [
            "src/lib.rs",
            "src/../../x.rs:1",
            "/usr/src/lib.rs:1",
            "src/x.rs:",
            "src/<b>.rs:1",
            "src/é.rs:12",
            "",
        ] {
            assert!(!shown(text, None).contains("place"), "{text}");
        }
        for address in ["javascript://{file}{line}", "data:{file}:{line}", "vscode://file/{file}", "x"] {
            assert!(address.parse::<Editor>().is_err(), "{address}");
        }
    }
}
