//! What the companion knows of an exercise, read from its lesson: title, level, hints. So nothing is written twice.
//!
//! A lesson begins with `# 03 · Title` and a paragraph that names the level, and the word "async" where it is about that. Its
//! hints are `<details>` with the summaries "Hint 1" to "Hint 3".

use anyhow::{Context, Result};

/// How far along the course an exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

impl Level {
    pub(crate) const ALL: [Self; 3] = [Self::Beginner, Self::Intermediate, Self::Advanced];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        }
    }
}

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lesson {
    /// `The ordered parallel map`.
    pub(crate) title: String,
    pub(crate) level: Level,
    /// Whether it is about async code, and not about threads.
    pub(crate) is_async: bool,
    /// From a nudge to nearly the answer.
    pub(crate) hints: Vec<String>,
}

impl Lesson {
    /// Reads the text of a lesson.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let heading = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
            .context("it does not begin with `# NN · Title`")?;
        let title = heading.split_once('·').map_or(heading, |(_, title)| title).trim().to_owned();
        let head: String = text
            .lines()
            .skip(1)
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect();
        let level = Level::ALL.into_iter().find(|level| head.contains(level.as_str()));
        let level = level.context("its first paragraph names no level (beginner, intermediate, advanced)")?;
        let hints = (1..).map_while(|number| hint(text, number)).collect();
        Ok(Self { title, level, is_async: head.contains("async"), hints })
    }
}

fn hint(text: &str, number: usize) -> Option<String> {
    let (_, after) = text.split_once(&format!("<details><summary>Hint {number}</summary>"))?;
    Some(after.split_once("</details>")?.0.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_level_and_hints_come_from_the_text() {
        let text = "# 07 · A title\n\nLevel: **intermediate**\n(async).\n\n## Hints\n\n<details><summary>Hint 1</summary>\n\nWhy?\n</details>\n\
                    <details><summary>Hint 2</summary>\nSo.\n\n</details>\n";
        let lesson = Lesson::read(text).unwrap();
        let hints = vec!["Why?".to_owned(), "So.".to_owned()];
        assert_eq!(
            lesson,
            Lesson { title: "A title".to_owned(), level: Level::Intermediate, is_async: true, hints }
        );
    }

    #[test]
    fn a_lesson_without_a_level_is_told_so() {
        assert!(
            Lesson::read("# 07 · A title\n\nText.\n").unwrap_err().to_string().contains("names no level")
        );
    }
}
