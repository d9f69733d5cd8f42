//! The documents lead somewhere: every link of theirs to a file of the kit, or to a part of one. And every exercise has its place in the
//! course.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use kit_tests::kit;

/// The documents at the root of the kit.
fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(kit()).expect("the kit can be read").flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|kind| kind == "md")).collect()
}

/// What follows `](` in a document: where its links lead, outside of code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
            links.extend(targets.map(str::to_owned));
        }
    }
    links
}

/// The names by which the headings of a document are linked to, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        let Some(heading) = line.strip_prefix('#').filter(|_| !is_code) else { continue };
        // Of a link in a heading only its words count.
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let name = words.chars().filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || "-_".contains(letter) => Some(letter),
            _ => None,
        });
        let name: String = name.collect();
        let numbered = (1..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !anchors.contains(name));
        anchors.extend(free);
    }
    anchors
}

#[test]
fn no_link_of_a_document_is_dead() {
    let mut dead = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).expect("it is text");
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { document.clone() } else { document.with_file_name(path) };
            let has =
                |anchor: &str| fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(anchor));
            if !target.exists() || !anchor.is_empty() && !has(anchor) {
                dead.push(format!("{}: {link}", document.file_name().unwrap_or_default().display()));
            }
        }
    }
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

/// Whoever adds an exercise says where it stands: in the order of the course, and at the section of the notes that it is of, if any.
#[test]
fn every_exercise_is_in_the_order_of_the_course() {
    let text = fs::read_to_string(kit().join("TEACHING.md")).expect("it is there");
    let slugs = fs::read_dir(kit().join("exercises")).expect("there are exercises").flatten();
    for slug in slugs.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let (id, name) = slug.split_once('-').expect("NN-slug");
        let row = format!("| [{id}](exercises/{slug}/README.md) {name} | ");
        assert!(
            text.contains(&row),
            "TEACHING.md, \"The order\": add a row for the exercise, beginning\n{row}"
        );
    }
}

#[test]
fn headings_are_named_as_on_github() {
    let text = "# `a` · B, c?\n```\n# no heading\n```\n## What to do\n## What to do\n";
    let expected = ["a--b-c", "what-to-do", "what-to-do-1"].map(str::to_owned);
    assert_eq!(anchors(text), expected.into());
    assert_eq!(links("[a](b#c) `x`\n```\n[d](e)\n```\n"), ["b#c"]);
}
