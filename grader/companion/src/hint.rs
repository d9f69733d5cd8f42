//! `cargo kit hint`: a hint of the lesson, no more at a time.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::course::Exercise;
use crate::draw::{Tone, View};

/// The hint with this number, from 1.
pub(crate) fn page(exercise: &Exercise, number: usize, view: View) -> Result<String> {
    let hints = &exercise.lesson.hints;
    let hint = number.checked_sub(1).and_then(|index| hints.get(index));
    let hint = hint.with_context(|| format!("the lesson of {} has {} hints", exercise.slug, hints.len()))?;
    let heading = format!("{} · {}: hint {number} of {}", exercise.id, exercise.lesson.title, hints.len());
    let mut page = format!("{}\n\n", view.paint(Tone::Strong, &heading));
    page.push_str(&filled(hint, view.width));
    let next = if number < hints.len() {
        format!("not enough? cargo kit hint {} {}", exercise.id, number + 1)
    } else {
        format!("the whole lesson: exercises/{}/README.md", exercise.slug)
    };
    let _ = writeln!(page, "\n{}", view.paint(Tone::Faint, &next));
    Ok(page)
}

/// The text in lines of `width` columns; what stands between fences keeps its lines, as far as they fit.
fn filled(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
    let mut blocks = Vec::new();
    for (place, part) in text.split("```").enumerate() {
        if place % 2 == 1 {
            // The first line names the language.
            let lines: Vec<String> = part.lines().skip(1).map(|line| code(line, width)).collect();
            blocks.push(lines.join("\n") + "\n");
        } else {
            let paragraphs = part.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            blocks.extend(paragraphs.map(|paragraph| {
                let filled = textwrap::fill(&held_together(&paragraph.replace('\n', " ")), &options);
                filled.replace(HELD, " ") + "\n"
            }));
        }
    }
    blocks.join("\n")
}

/// A line between fences. One that is too long goes on further to the right, where no terminal cuts a word.
fn code(line: &str, width: usize) -> String {
    let words = line.trim_start();
    if words.is_empty() {
        return String::new();
    }
    let first = format!("  {}", &line[..line.len() - words.len()]);
    let next = format!("{first}    ");
    let options = textwrap::Options::new(width)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .initial_indent(&first)
        .subsequent_indent(&next);
    textwrap::fill(words, options)
}

/// A space at which no line ends.
const HELD: char = '\u{a0}';

/// The text with code between backquotes in one piece.
fn held_together(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(
            |(place, part)| {
                if place % 2 == 1 { part.replace(' ', &HELD.to_string()) } else { part.to_owned() }
            },
        )
        .collect();
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_in_no_code() {
        assert_eq!(
            filled("Borrow it as `&mut self.tasks` here.", 20),
            "  Borrow it as\n  `&mut self.tasks`\n  here.\n"
        );
    }

    #[test]
    fn prose_is_wrapped_and_code_keeps_its_lines() {
        let text = "One two\nthree four.\n\nFive.\n\n```text\na\n\n  b  c d\n  b c d e f g-h\n```\nSix.";
        assert_eq!(
            filled(text, 12),
            "  One two\n  three\n  four.\n\n  Five.\n\n  a\n\n    b  c d\n    b c d\n        e f\n        g-h\n\n  Six.\n"
        );
    }
}
