//! Texts of the documents that follow from others: the table of exercises, the links from lesson to lesson, the table of policies.
//!
//! Each is made here, compared by a test, and rewritten by `grader check --write`: so nobody keeps a list.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::lesson::{Lesson, fact};

/// Where the policies lie.
const POLICIES: &str = "grader/judge/src/checks";

/// A document that is not as it follows from the others.
pub(crate) struct Stale {
    /// Its path from the root of the kit.
    pub(crate) path: String,
    /// As it should be.
    text: String,
}

/// The names of the exercises' folders, in order.
pub(crate) fn exercises(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("exercises");
    let entries = fs::read_dir(&folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let mut slugs = Vec::new();
    for entry in entries {
        let slug = entry?.file_name().to_string_lossy().into_owned();
        if slug.split_once('-').is_some_and(|(id, _)| id.parse::<u8>().is_ok()) {
            slugs.push(slug);
        }
    }
    slugs.sort();
    Ok(slugs)
}

/// Which documents are not as they should be.
pub(crate) fn stale(root: &Path) -> Result<Vec<Stale>> {
    let read =
        |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("{path} can't be read"));
    let slugs = exercises(root)?;
    let lesson = |slug: &String| format!("exercises/{slug}/README.md");
    let mut texts = Vec::new();
    for path in ["README.md", "WRITING.md"] {
        texts.push((path.to_owned(), read(path)?));
    }
    for slug in slugs.iter().filter(|slug| root.join(lesson(slug)).is_file()) {
        texts.push((lesson(slug), read(&lesson(slug))?));
    }
    let lessons = texts[2..].iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let wanted = |path: &str, text: &str| match path {
        "README.md" => between(text, "exercises", &table_of_exercises(lessons.clone())),
        "WRITING.md" => between(text, "policies", &table_of_policies(root)?),
        _ => Ok(with_links(text, path, &slugs)),
    };
    let mut stale = Vec::new();
    for (path, text) in &texts {
        let wanted = wanted(path, text).with_context(|| path.clone())?;
        if wanted != *text {
            stale.push(Stale { path: path.clone(), text: wanted });
        }
    }
    Ok(stale)
}

/// Rewrites these.
pub(crate) fn write(root: &Path, stale: &[Stale]) -> Result<()> {
    stale.iter().try_for_each(|Stale { path, text }| {
        fs::write(root.join(path), text).with_context(|| format!("{path} can't be written"))
    })
}

/// A text with something else between its two comments of this name.
fn between(text: &str, name: &str, middle: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let missing = || format!("it has no `{}` … `{end}`", begin.trim_end());
    let (before, rest) = text.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(&end).with_context(missing)?;
    Ok(format!("{before}{begin}{middle}{end}{after}"))
}

/// Number, name, level, what a student writes, and what that is in Python: as the lessons say it. What a lesson lacks is for `check` to
/// say.
fn table_of_exercises<'a>(lessons: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut table = "\n| | exercise | level | you write | in Python |\n|---|---|---|---|---|\n".to_owned();
    for (path, text) in lessons {
        let slug = path.split('/').nth(1).unwrap_or_default();
        let (id, name) = slug.split_once('-').unwrap_or((slug, ""));
        let level = Lesson::read(text)
            .map(|lesson| lesson.level.as_str().to_owned() + if lesson.is_async { ", async" } else { "" });
        let fact = |name| fact(text, name).unwrap_or("?");
        let _ = writeln!(
            table,
            "| {id} | [{name}]({path}) | {} | {} | {} |",
            level.unwrap_or_else(|_| "?".to_owned()),
            fact("You write"),
            fact("In Python")
        );
    }
    table + "\n"
}

/// A lesson whose last line leads to the one before, to the next one and to all.
fn with_links(text: &str, path: &str, slugs: &[String]) -> String {
    const RULE: &str = "\n---\n\n";
    const ALL: &str = "[all exercises](../../README.md#the-exercises)";
    let here = slugs.iter().position(|slug| path.contains(&format!("/{slug}/")));
    let link = |at: Option<usize>, word: &str| {
        let slug = slugs.get(at?)?;
        Some(format!("{word}: [{}](../{slug}/README.md)", slug.replacen('-', " ", 1)))
    };
    let before = link(here.and_then(|here| here.checked_sub(1)), "Before");
    let next = link(here.map(|here| here + 1), if before.is_some() { "next" } else { "Next" });
    let links: Vec<String> = [before, next].into_iter().flatten().chain([ALL.to_owned()]).collect();
    let body = text.rsplit_once(RULE).filter(|(_, last)| last.contains(ALL)).map_or(text, |(body, _)| body);
    format!("{}\n{RULE}{}\n", body.trim_end(), links.join(" · "))
}

/// A lesson for a kit that has only these exercises: it leads to its neighbours there, and what it links to of the others is text.
pub(crate) fn lesson_among(text: &str, path: &str, slugs: &[String]) -> String {
    let text = with_links(text, path, slugs);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once("](../") {
        let target = link.split(')').next().unwrap_or_default();
        let slug = target.split(['/', '#']).next().unwrap_or_default();
        let is_other = slug.starts_with(|c: char| c.is_ascii_digit()) && !slugs.iter().any(|one| one == slug);
        if let Some(open) = before.rfind('[').filter(|_| is_other) {
            kept.push_str(&before[..open]);
            kept.push_str(&before[open + 1..]);
            rest = &link[(target.len() + 1).min(link.len())..];
        } else {
            kept.push_str(before);
            kept.push_str("](../");
            rest = link;
        }
    }
    kept + rest
}

/// Name, promise, and what a pass does not prove: as the policies' documentation says it.
fn table_of_policies(root: &Path) -> Result<String> {
    let mut rows = BTreeSet::new();
    for entry in fs::read_dir(root.join(POLICIES)).with_context(|| format!("{POLICIES} can't be read"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "rs") {
            let source =
                fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
            rows.extend(
                policies(&source).map(|(name, promise, pass)| format!("| `{name}` | {promise} | {pass} |\n")),
            );
        }
    }
    let rows: String = rows.into_iter().collect();
    Ok(format!("\n| policy | promise | what a pass proves, and what it does not |\n|---|---|---|\n{rows}\n"))
}

/// The public policies of a module: name, promise, what a pass says.
fn policies(source: &str) -> impl Iterator<Item = (&str, String, String)> {
    let names = source.lines().filter_map(|line| line.strip_prefix("impl")?.split_once(" Policy for "));
    let names = names.map(|(_, rest)| rest);
    let names = names.filter_map(|rest| rest.split([' ', '<']).next());
    names.filter_map(|name| {
        let place = ["{", "(", ";", "<"].iter().find_map(|end| {
            let gap = if *end == "{" { " " } else { "" };
            source.find(&format!("pub struct {name}{gap}{end}"))
        })?;
        let documentation: Vec<&str> =
            source[..place].lines().rev().map_while(|line| line.trim().strip_prefix("///")).collect();
        let first = documentation.iter().rev().map(|line| line.trim()).take_while(|line| !line.is_empty());
        let text = first.collect::<Vec<_>>().join(" ").replace("[`super::", "[`").replace('|', "\\|");
        let text = text.replace("[`", "`").replace("`]", "`");
        let at = text.find("A pass ")?;
        Some((name, text[..at].trim_end().to_owned(), text[at..].to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn every_text_is_as_it_follows_from_the_others() {
        let paths: Vec<String> = stale(&root()).unwrap().into_iter().map(|stale| stale.path).collect();
        assert!(paths.is_empty(), "{paths:?}: cargo run -p grader -- check --write");
    }

    /// Whoever picks a policy from the table has all of them to choose from, each with what it does not prove.
    #[test]
    fn the_table_has_every_policy_that_there_is() {
        let table = table_of_policies(&root()).unwrap();
        let exported = fs::read_to_string(root().join(POLICIES).join("mod.rs")).unwrap();
        let names = exported.lines().filter_map(|line| line.strip_prefix("pub use "));
        let names = names.flat_map(|line| line.split(['{', '}', ',', ';', ':', ' ']));
        let types =
            names.filter(|name| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase));
        let files = fs::read_dir(root().join(POLICIES)).unwrap().map(|entry| entry.unwrap().path());
        let sources: String = files.filter_map(|path| fs::read_to_string(path).ok()).collect();
        let is_policy = |name: &&str| sources.contains(&format!("impl Policy for {name} "));
        let types: Vec<&str> = types.filter(is_policy).collect();
        assert!(types.len() > 15, "{types:?}");
        for name in types {
            assert!(table.contains(&format!("| `{name}` |")), "{name}: its documentation says `A pass …`");
        }
    }

    #[test]
    fn a_policy_is_told_by_the_first_paragraph_of_its_documentation() {
        let source = "/// Ends. [`super::B`] asks for more.\n/// A pass proves a | b.\n///\n/// More.\npub struct A;\n\nimpl Policy for A {\n";
        let told: Vec<_> = policies(source).collect();
        assert_eq!(told, [("A", "Ends. `B` asks for more.".to_owned(), "A pass proves a \\| b.".to_owned())]);
        assert_eq!(policies("/// Untold.\npub struct A;\nimpl Policy for A {\n").count(), 0);
    }

    #[test]
    fn a_lesson_leads_to_its_neighbours() {
        let slugs = ["01-a", "02-b", "03-c"].map(str::to_owned);
        let last = |slug: &str, text: &str| {
            let text = with_links(text, &format!("exercises/{slug}/README.md"), &slugs);
            assert_eq!(with_links(&text, &format!("exercises/{slug}/README.md"), &slugs), text);
            text
        };
        let all = "[all exercises](../../README.md#the-exercises)";
        assert_eq!(last("01-a", "# A\n"), format!("# A\n\n---\n\nNext: [02 b](../02-b/README.md) · {all}\n"));
        let old = format!("# C\n\n---\n\nMine.\n\n---\n\nBefore: [01 a](../01-a/README.md) · {all}\n");
        let new = format!("# C\n\n---\n\nMine.\n\n---\n\nBefore: [02 b](../02-b/README.md) · {all}\n");
        assert_eq!(last("03-c", &old), new);
    }

    #[test]
    fn a_lesson_links_to_no_exercise_that_its_kit_has_not() {
        let slugs = ["01-a", "03-c"].map(str::to_owned);
        let text = "See [02](../02-b/README.md#pitfalls), [03](../03-c/README.md) and [the kit](../../README.md) [sic].\n";
        let all = "[all exercises](../../README.md#the-exercises)";
        let rest = format!("\n---\n\nNext: [03 c](../03-c/README.md) · {all}\n");
        assert_eq!(
            lesson_among(text, "exercises/01-a/README.md", &slugs),
            format!("See 02, [03](../03-c/README.md) and [the kit](../../README.md) [sic].\n{rest}")
        );
    }

    #[test]
    fn what_lies_between_the_comments_is_replaced() {
        let text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n";
        assert_eq!(between(text, "x", "new\n").unwrap(), text.replace("old", "new"));
        assert!(between(text, "y", "").unwrap_err().to_string().contains("<!-- y: begin -->"));
    }
}
