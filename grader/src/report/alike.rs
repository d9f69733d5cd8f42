//! Which hand-ins have the same sources, byte for byte: known since equal sources are judged once. And which are nearly the same.

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};
use judge::words::{inert, printable};
use textwrap::Options;

use crate::alike::{Alike, Side};

/// The groups, each with its exercise, wrapped to `width` columns; nothing where there are none. What it means is for people to say.
pub(crate) fn alike(groups: &[(String, Vec<String>)], width: usize) -> String {
    let mut text = String::new();
    for (exercise, ids) in groups {
        let _ = if text.is_empty() { writeln!(text, "the same sources, byte for byte") } else { Ok(()) };
        let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
        let line = printable(&format!("{exercise}: {}", ids.join(", ")).replace('\n', "\\n"));
        let _ = writeln!(text, "{}", inert(&textwrap::fill(&line, options)));
    }
    text
}

/// What was found in a class, exercise by exercise.
pub(crate) fn likeness(all: &[Alike], width: usize) -> String {
    let mut text = String::new();
    for Alike { exercise, name, compared, too_short, equal, pairs } in all {
        let count = judge::words::count(*compared, "answer");
        let _ = writeln!(text, "{exercise} {name}: {count} compared");
        let mut say = |line: String| {
            let options = Options::new(width).initial_indent("  ").subsequent_indent("      ");
            let line = printable(&line.replace('\n', "\\n"));
            let _ = writeln!(text, "{}", inert(&textwrap::fill(&line, options)));
        };
        if !too_short.is_empty() {
            say(format!("too little of their own to be compared: {}", too_short.join(", ")));
        }
        for ids in equal {
            say(format!("the same sources, byte for byte: {}", ids.join(", ")));
        }
        if equal.is_empty() && pairs.is_empty() {
            say("no two are alike".to_owned());
        }
        if !pairs.is_empty() {
            let mut table = Table::new();
            table
                .load_style(presets::UTF8_HORIZONTAL_ONLY)
                .set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
            table.set_header([
                "hand-in",
                "of it",
                "where most of that is",
                "hand-in",
                "of it",
                "where most of that is",
            ]);
            for pair in pairs {
                table.add_row([cells(&pair.one), cells(&pair.other)].concat());
            }
            let _ = writeln!(text, "{}", inert(&printable(&table.to_string())));
        }
        text.push('\n');
    }
    text + "\"of it\": how much of an answer the other has too, whatever the names in it, beyond what was given, what the reference has, and \
            what many have.\nIt says where to look. What it means is for people to say, who read both answers and hear both students.\n"
}

fn cells(side: &Side) -> Vec<String> {
    let lines = format!("{}:{}-{}", side.file, side.lines.start(), side.lines.end());
    vec![side.id.replace('\n', "\\n"), format!("{} %", side.percent), lines]
}
