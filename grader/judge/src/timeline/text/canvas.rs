//! One line of cells, each with a sign and its colour.

use anstyle::{AnsiColor, Style};

/// What a cell says by its colour; without colours the signs say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Nothing special.
    Plain,
    /// Beside the point.
    Faint,
    /// A figure.
    Strong,
    /// Supplied work; neighbours differ.
    Work {
        /// Of its input's number.
        even: bool,
    },
    /// Another supplied function.
    Other,
    /// Unusual, and maybe right.
    Odd,
    /// Wrong, or what comes of it.
    Bad,
}

impl Paint {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Faint => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
            Self::Work { even: true } => colour(AnsiColor::Cyan),
            Self::Work { even: false } => colour(AnsiColor::Blue),
            Self::Other => colour(AnsiColor::Green),
            Self::Odd => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red).bold(),
        }
    }

    /// The text in this colour.
    pub(super) fn on(self, text: &str, colours: bool) -> String {
        let style = self.style();
        if colours && self != Self::Plain { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// One line.
pub(super) struct Canvas(Vec<(char, Paint)>);

impl Canvas {
    /// An empty one.
    pub(super) fn new(cells: usize) -> Self {
        Self(vec![(' ', Paint::Plain); cells])
    }

    /// Sets a cell; one that is not there is left out.
    pub(super) fn set(&mut self, cell: usize, sign: char, paint: Paint) {
        if let Some(place) = self.0.get_mut(cell) {
            *place = (sign, paint);
        }
    }

    /// Fills `from..to`.
    pub(super) fn fill(&mut self, from: usize, to: usize, sign: char, paint: Paint) {
        (from..to).for_each(|cell| self.set(cell, sign, paint));
    }

    /// Writes from a cell on, as far as there is room.
    pub(super) fn write(&mut self, from: usize, text: &str, paint: Paint) {
        text.chars().enumerate().for_each(|(place, sign)| self.set(from + place, sign, paint));
    }

    /// As text, equal colours together.
    pub(super) fn line(&self, colours: bool) -> String {
        let runs = self.0.chunk_by(|(_, one), (_, other)| one == other);
        let text = |run: &[(char, Paint)]| run.iter().map(|(sign, _)| sign).collect::<String>();
        runs.map(|run| run[0].1.on(&text(run), colours)).collect()
    }
}
