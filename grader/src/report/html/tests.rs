//! What must hold of every page. How pages look and work is tested in a real browser, by `.ci/browser/check.mjs`.

use judge::suite::{Status, Visibility};

use super::*;
use crate::record::Verdict;
use crate::report::example::{
    HOSTILE, check, class, hostile, judged, not_judged, of_each_visibility, timeline,
};

fn seen_by<'a>(
    audience: Audience,
    grading: &'a Grading,
    reference: &'a Reference,
    roster: &'a Roster,
) -> Class<'a> {
    Class { grading, reference, roster, audience, title: None, editor: None }
}

fn all(grading: &Grading, reference: &Reference, audience: Audience) -> Vec<(String, String)> {
    let roster = Roster::default();
    let class = seen_by(audience, grading, reference, &roster);
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    pages(&class).map(text).collect()
}

fn student(grading: &Grading, audience: Audience) -> String {
    all(grading, &Reference::default(), audience).pop().unwrap().1
}

#[test]
fn whatever_a_hand_in_says_or_is_called_is_text() {
    let grading = class([(HOSTILE, hostile()), ("bob", not_judged(Verdict::BuildError, HOSTILE))]);
    let all = all(&grading, &Reference::default(), Audience::Instructor);
    assert_eq!(all.len(), 3);
    for (path, page) in &all {
        assert_eq!(page.matches("<script").count(), 1, "{path}: its own");
        assert!(!page.contains("<img"), "{path}");
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"), "{path} shows it");
        assert!(!page.contains(['\u{202e}', '\u{1b}']), "{path}: nothing that steers or turns");
    }
    assert!(all[1].1.matches("&lt;script&gt;").count() >= 6, "name, texts, output, case and thread");
}

#[test]
fn a_students_page_holds_what_its_audience_sees_and_of_the_rest_nothing_but_points() {
    let grading = class([("alice", of_each_visibility())]);
    let checks = ["seen", "due", "published", "hidden"];
    let audiences =
        [Audience::Student, Audience::AfterDueDate, Audience::AfterPublished, Audience::Instructor];
    for (seen, audience) in (1..).zip(audiences) {
        let page = student(&grading, audience);
        for (index, check) in checks.iter().enumerate() {
            let shown = index < seen;
            for what in ["promise", "expected", "observed", "cause", "hint"] {
                assert_eq!(
                    page.contains(&format!("{what} of {check}")),
                    shown,
                    "{what} of {check}: {audience:?}"
                );
            }
        }
        assert_eq!(page.contains("not shown here"), seen < checks.len(), "{audience:?}");
    }
}

#[test]
fn a_run_of_a_hidden_check_is_not_drawn() {
    let mut hidden = check("hidden", Visibility::Hidden, Status::Fail);
    hidden.evidence.timeline = Some(timeline("worker"));
    let grading = class([("alice", judged(vec![hidden]))]);
    assert!(!student(&grading, Audience::Student).contains("<svg"));
    assert!(student(&grading, Audience::Instructor).contains("<svg"));
}

#[test]
fn the_references_run_of_the_same_case_stands_beside() {
    let mut failed = check("seen", Visibility::Visible, Status::Fail);
    failed.evidence.case = Some("8 items".to_owned());
    failed.evidence.timeline = Some(timeline("worker"));
    let grading = class([("alice", judged(vec![failed]))]);
    let mut reference = Reference::default();
    let runs = reference.exercises.entry("03".to_owned()).or_default();
    runs.insert("8 items".to_owned(), timeline("model"));
    runs.insert("9 items".to_owned(), timeline("another"));
    let page = all(&grading, &reference, Audience::Student).pop().unwrap().1;
    assert!(page.contains("worker") && page.contains("model") && !page.contains("another"));
}

#[test]
fn a_page_that_is_sent_names_nobody_else_and_links_to_nothing() {
    let grading = class([("alice", hostile()), ("bob", of_each_visibility())]);
    let (reference, roster) = (Reference::default(), Roster::default());
    let class = seen_by(Audience::Student, &grading, &reference, &roster);
    let page = String::from_utf8(alone(&class, 0)).unwrap();
    assert!(page.contains("alice") && !page.contains("bob"));
    let links = page.matches("href=\"").count();
    assert_eq!(links, page.matches("href=\"#").count(), "into the page alone");
}

#[test]
fn a_folder_of_students_pages_leads_nowhere_else() {
    let grading = class([("alice", hostile()), ("bob", of_each_visibility())]);
    let (reference, roster) = (Reference::default(), Roster::default());
    let class = seen_by(Audience::Student, &grading, &reference, &roster);
    let pages: Vec<Page> = students(&class).collect();
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths, ["alice.html", "bob.html"]);
    for page in &pages {
        let text = str::from_utf8(&page.bytes).unwrap();
        assert_eq!(text.matches("href=\"").count(), text.matches("href=\"#").count(), "{}", page.path);
    }
}

#[test]
fn each_student_has_a_file_of_its_own_whatever_the_id() {
    let ids = ["Bob", "bob", "../../etc/passwd", "a/b", "a b", "", "\u{1f980}", "\u{1f98a}"];
    let grading = class(ids.map(|id| (id, not_judged(Verdict::Missing, ""))));
    let files = files(&grading);
    let lower: BTreeSet<String> = files.iter().map(|file| file.to_lowercase()).collect();
    assert_eq!(lower.len(), ids.len(), "{files:?}");
    for file in files {
        let name = file.strip_prefix("students/").and_then(|file| file.strip_suffix(".html")).unwrap();
        assert!(!name.is_empty(), "{file} has a name");
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)), "{file}");
    }
}

#[test]
fn the_policy_names_every_style_and_script_of_a_page() {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    let grading = class([("alice", hostile())]);
    for (path, page) in all(&grading, &Reference::default(), Audience::Student) {
        for element in ["style", "script"] {
            for rest in page.split(&format!("<{element}>")).skip(1) {
                let text = rest.split(&format!("</{element}>")).next().unwrap();
                let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
                assert!(page.contains(&format!("'sha256-{hash}'")), "{path}: a {element} is refused");
            }
        }
        assert!(!page.contains(" style="), "{path}: a style that the policy refuses");
    }
}
