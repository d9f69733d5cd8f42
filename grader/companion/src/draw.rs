//! Small pieces of what is printed.

use crossterm::style::{Color, Stylize};

/// What it is printed to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// In columns.
    pub(crate) width: usize,
    pub(crate) colours: bool,
}

/// What a text is, and so its colour.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Bad,
    Partly,
    Faint,
    Strong,
}

impl View {
    /// The text in its colour.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let text = match tone {
            Tone::Good => text.with(Color::Green),
            Tone::Bad => text.with(Color::Red),
            Tone::Partly => text.with(Color::Yellow),
            Tone::Faint => text.dim(),
            Tone::Strong => text.bold(),
        };
        text.to_string()
    }

    /// `█████░░░░░ 3 of 6`, the bar `width` columns wide.
    pub(crate) fn progress(self, done: usize, all: usize, width: usize) -> String {
        let full = (done * width).checked_div(all).unwrap_or(0);
        let bar = format!(
            "{}{}",
            self.paint(Tone::Good, &"█".repeat(full)),
            self.paint(Tone::Faint, &"░".repeat(width - full))
        );
        format!("{bar} {done} of {all}")
    }
}
