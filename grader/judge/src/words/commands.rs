//! Words that a CI system obeys where it reads a program's output, and how they are told without effect.
//!
//! GitHub's runner takes a line that begins with `::` for a command, after whatever is blank, and `##[` wherever it stands; Azure's takes
//! `##vso[`. Both compare as people read: what is not seen counts as if it were not there.

use std::borrow::Cow;

/// Stands before what must not begin a line.
const MARK: &str = "│ ";

/// The same text, in which no line is a command: a line that would be one begins with `│ `, and `##[` is written apart.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let begins = begins_of_commands(text);
    let brackets = brackets_of_commands(text);
    if begins.is_empty() && brackets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut insertions: Vec<(usize, &str)> = begins.into_iter().map(|at| (at, MARK)).collect();
    insertions.extend(brackets.into_iter().map(|at| (at, " ")));
    insertions.sort_unstable();
    let mut shown = String::with_capacity(text.len() + 4 * insertions.len());
    let mut from = 0;
    for (at, what) in insertions {
        shown.push_str(&text[from..at]);
        shown.push_str(what);
        from = at;
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// Where lines begin with `::`, after what is blank: the places of the first colons.
fn begins_of_commands(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let seen = line.char_indices().filter(|(_, letter)| !is_unseen(*letter));
        let mut seen = seen.skip_while(|(_, letter)| letter.is_whitespace());
        if let (Some((at, ':')), Some((_, ':'))) = (seen.next(), seen.next()) {
            places.push(start + at);
        }
        start += line.len();
    }
    places
}

/// Where the brackets of `##[` and `##name[` stand.
#[must_use]
pub fn brackets_of_commands(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut hashes = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '#' => hashes += 1,
            '[' if hashes > 1 => {
                places.push(at);
                hashes = 0;
            }
            // The name of who is to obey.
            'a'..='z' | 'A'..='Z' if hashes > 1 => {}
            _ if is_unseen(letter) => {}
            _ => hashes = 0,
        }
    }
    places
}

/// Whether a letter is not seen, and left out where texts are compared as people read them.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command() {
        for (text, shown) in [
            ("a\n  ::error::x", "a\n  │ ::error::x"),
            ("::stop-commands::x\n::x::", "│ ::stop-commands::x\n│ ::x::"),
            ("\u{a0}\u{200b}:\u{ad}:error::x", "\u{a0}\u{200b}│ :\u{ad}:error::x"),
            ("oops ##[error]x ##[group]", "oops ## [error]x ## [group]"),
            ("#\u{200d}#\u{ad}[error]x", "#\u{200d}#\u{ad} [error]x"),
            ("###[error]x ##vso[task.complete]", "### [error]x ##vso [task.complete]"),
        ] {
            assert_eq!(inert(text), shown);
            assert_eq!(inert(shown), shown, "once is enough");
        }
    }

    #[test]
    fn what_is_no_command_stays_as_it_is() {
        for text in [
            "std::thread::spawn",
            "#[derive(Debug)]",
            "## Heading",
            ": :",
            "│ ::error",
            "```rust\nuse a::b;\n```",
            "# 3 ## 4 [x]",
        ] {
            assert!(matches!(inert(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
