//! What the companion knows of an exercise, read from its lesson: title, level, hints. So nothing is written twice.
//!
//! A lesson begins with `# 03 · Title` and a list of facts, each on a line of its own: `- **Level:** beginner`, or `beginner, async`
//! if it is about async code. Its hints are `<details>` with the summaries "Hint 1" to "Hint 3".

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
        let told = fact(text, "Level").context("it has no line `- **Level:** …` below its title")?;
        let (name, kind) = told.split_once(", ").unwrap_or((told, ""));
        let level = Level::ALL.into_iter().find(|level| level.as_str() == name);
        let level = level.filter(|_| matches!(kind, "" | "async")).with_context(|| {
            format!("its level is `{told}`: say beginner, intermediate or advanced, and `, async` behind it if it is about that")
        })?;
        let hints = (1..).map_while(|number| hint(text, number)).collect();
        Ok(Self { title, level, is_async: kind == "async", hints })
    }
}

/// What the list at a lesson's beginning says under this name: `- **Level:** beginner`.
pub(crate) fn fact<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let facts = text.lines().skip(1).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let mut facts = facts.filter_map(|line| line.strip_prefix("- **")?.split_once(":** "));
    facts.find(|(known, _)| *known == name).map(|(_, told)| told.trim())
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
        let text = "# 07 · A title\n\n- **Level:** intermediate, async\n- **You write:** a thing\n\n## Hints\n\n<details><summary>Hint 1</summary>\n\nWhy?\n</details>\n\
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
        let told = |text: &str| Lesson::read(text).unwrap_err().to_string();
        assert!(told("# 07 · A title\n\nText.\n\n- **Level:** beginner\n").contains("no line `- **Level:**"));
        assert!(told("# 07 · A title\n\n- **Level:** easy\n").contains("its level is `easy`"));
    }

    #[test]
    fn facts_stand_in_the_list_below_the_title_and_nowhere_else() {
        let text = "# 07 · A title\n\n- **Level:** beginner\n- **In Python:** `map`\n\n- **You write:** no\n";
        assert_eq!((fact(text, "In Python"), fact(text, "You write")), (Some("`map`"), None));
    }
}
