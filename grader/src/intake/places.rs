//! Where in a hand-in each exercise lies: told from the paths of its source files alone.
//!
//! A hand-in is a folder with `exercises/` in it, or with the exercises' own folders (`03-ordered-map`); both may lie some
//! folders down, as `repo-main/` of a hosting site does. Where one exercise alone is graded, `src/lib.rs`, a loose `lib.rs`
//! or a single source file is its answer. The place that lies less deep counts: what lies deeper is somebody's copy. Two
//! that lie equally deep are an error that names both.

use std::collections::BTreeMap;

/// How many folders down a hand-in may lie in what was handed in.
pub(super) const FOLDERS_DOWN: usize = 4;

/// The exercises by their names, as `03-ordered-map`.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    /// All of the kit.
    pub(crate) known: Vec<String>,
    /// Those that are graded.
    pub(crate) graded: Vec<String>,
}

/// Where the sources of a hand-in lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Places {
    /// Of each exercise for which there are any: the folder of `lib.rs`, or else what is unclear about it.
    Known(BTreeMap<String, Result<String, String>>),
    /// There are sources, and it can't be told whose: why, and what to do.
    Unclear(String),
    /// One source file, the answer to the one exercise, whatever its name.
    Single(String),
    /// There is no source file at all.
    Nothing,
}

impl Course {
    /// The one exercise that is graded, if it is one.
    pub(super) fn single(&self) -> Option<&String> {
        if let [slug] = &self.graded[..] { Some(slug) } else { None }
    }

    /// Finds the exercises among the paths of source files, which have `/` between their parts.
    pub(super) fn places(&self, sources: &[String]) -> Places {
        let found = self.by_name(sources);
        if !found.is_empty() {
            return Places::Known(found);
        }
        let mut loose: Vec<&String> = sources.iter().filter(|path| !is_in_an_exercise(path)).collect();
        loose.sort_by_key(|path| (depth(path), *path));
        let Some(first) = loose.first() else {
            return if sources.is_empty() { Places::Nothing } else { Places::Known(BTreeMap::new()) };
        };
        let Some(slug) = self.single() else {
            return Places::Unclear(format!(
                "`{first}` may be an answer to any exercise; hand in `exercises/NN-name/src/lib.rs`, or grade one \
                 exercise alone, by --exercise"
            ));
        };
        let libs = loose.iter().filter(|path| name(path) == "lib.rs");
        let libs: BTreeMap<(usize, &str), &str> = libs.map(|path| (root(path), folder(path))).collect();
        let least = libs.keys().next().map(|(depth, _)| *depth);
        let mut best = libs.iter().filter(|((depth, _), _)| Some(*depth) == least);
        match (best.next(), best.next()) {
            (Some((_, one)), None) => Places::Known([(slug.clone(), Ok((*one).to_owned()))].into()),
            (Some((_, one)), Some((_, other))) => {
                Places::Known([(slug.clone(), Err(both(&lib(one), &lib(other))))].into())
            }
            _ if loose.len() == 1 => Places::Single((*first).clone()),
            _ => Places::Unclear(format!(
                "none of its {} source files is called `lib.rs`, `{first}` and `{}` among them; one must be",
                loose.len(),
                loose[1]
            )),
        }
    }

    /// Those in folders with the exercises' names.
    fn by_name(&self, sources: &[String]) -> BTreeMap<String, Result<String, String>> {
        let mut found: Vec<(usize, &String, &str)> = Vec::new();
        for path in sources {
            for slug in &self.known {
                let Some(above) =
                    path.strip_suffix("/src/lib.rs").and_then(|path| path.strip_suffix(slug.as_str()))
                else {
                    continue;
                };
                let above = above.strip_suffix('/').unwrap_or(above);
                let above = above.strip_suffix("exercises").unwrap_or(above).trim_end_matches('/');
                let down = if above.is_empty() { 0 } else { above.split('/').count() };
                if down <= FOLDERS_DOWN {
                    found.push((down, slug, folder(path)));
                }
            }
        }
        let least = found.iter().map(|(down, ..)| *down).min();
        let mut places: BTreeMap<String, Result<String, String>> = BTreeMap::new();
        for (_, slug, place) in found.into_iter().filter(|(down, ..)| Some(*down) == least) {
            let known = places.entry(slug.clone()).or_insert_with(|| Ok(place.to_owned()));
            if let Ok(first) = known.as_ref()
                && first != place
            {
                *known = Err(both(&lib(first), &lib(place)));
            }
        }
        places
    }
}

fn both(one: &str, other: &str) -> String {
    format!("unclear: both `{one}` and `{other}` may be the answer; hand in one of them")
}

/// Whether a file belongs to an exercise by its path, whichever: `exercises/`, or `03-` and a name.
fn is_in_an_exercise(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| {
        let number = part.split_once('-').map(|(number, _)| number);
        part == "exercises" || number.is_some_and(|number| number.len() == 2 && number.parse::<u8>().is_ok())
    })
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn lib(folder: &str) -> String {
    if folder.is_empty() { "lib.rs".to_owned() } else { format!("{folder}/lib.rs") }
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// How deep the package of a `lib.rs` lies.
fn root(path: &str) -> (usize, &str) {
    let folder = folder(path);
    let package = folder.strip_suffix("src").unwrap_or(folder).trim_end_matches('/');
    (if package.is_empty() { 0 } else { package.split('/').count() }, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(slugs: &[&str], sources: &[&str]) -> Places {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Course { known: owned(&BOTH), graded: owned(slugs) }.places(&owned(sources))
    }

    fn known(places: &[(&str, Result<&str, &str>)]) -> Places {
        let owned = |place: Result<&str, &str>| place.map(str::to_owned).map_err(str::to_owned);
        Places::Known(places.iter().map(|(slug, place)| ((*slug).to_owned(), owned(*place))).collect())
    }

    const BOTH: [&str; 2] = ["01-a", "02-b"];

    #[test]
    fn exercises_are_found_at_the_top_and_some_folders_down() {
        let top = places(&BOTH, &["exercises/01-a/src/lib.rs", "exercises/01-a/src/m.rs", "x.rs"]);
        assert_eq!(top, known(&[("01-a", Ok("exercises/01-a/src"))]));
        let down = places(&BOTH, &["repo-main/exercises/02-b/src/lib.rs", "repo-main/01-a/src/lib.rs"]);
        assert_eq!(
            down,
            known(&[("01-a", Ok("repo-main/01-a/src")), ("02-b", Ok("repo-main/exercises/02-b/src"))])
        );
        let too_deep = places(&BOTH, &["a/b/c/d/e/exercises/01-a/src/lib.rs"]);
        assert_eq!(too_deep, known(&[]));
    }

    #[test]
    fn what_lies_deeper_is_a_copy() {
        let checkout =
            ["exercises/01-a/src/lib.rs", "solutions/01-a/src/lib.rs", "old/exercises/01-a/src/lib.rs"];
        assert_eq!(places(&BOTH, &checkout), known(&[("01-a", Ok("exercises/01-a/src"))]));
    }

    #[test]
    fn two_places_equally_deep_are_both_named_and_leave_the_other_exercise_alone() {
        let twice = ["new/01-a/src/lib.rs", "old/01-a/src/lib.rs", "new/02-b/src/lib.rs"];
        let why = "unclear: both `new/01-a/src/lib.rs` and `old/01-a/src/lib.rs` may be the answer; hand in one of them";
        assert_eq!(places(&BOTH, &twice), known(&[("01-a", Err(why)), ("02-b", Ok("new/02-b/src"))]));
    }

    #[test]
    fn a_loose_file_answers_the_one_exercise_that_is_graded() {
        assert_eq!(places(&["01-a"], &["lib.rs"]), known(&[("01-a", Ok(""))]));
        assert_eq!(places(&["01-a"], &["x/src/lib.rs", "x/src/m.rs"]), known(&[("01-a", Ok("x/src"))]));
        assert_eq!(places(&["01-a"], &["x/answer.rs"]), Places::Single("x/answer.rs".to_owned()));
        assert_eq!(places(&["01-a"], &[]), Places::Nothing);
        assert!(
            matches!(places(&["01-a"], &["a.rs", "b.rs"]), Places::Unclear(why) if why.contains("`b.rs`"))
        );
        assert!(matches!(places(&BOTH, &["lib.rs"]), Places::Unclear(why) if why.contains("--exercise")));
        let two = "unclear: both `lib.rs` and `src/lib.rs` may be the answer; hand in one of them";
        assert_eq!(places(&["01-a"], &["src/lib.rs", "lib.rs"]), known(&[("01-a", Err(two))]));
    }

    #[test]
    fn the_answer_to_another_exercise_is_not_taken_for_this_one() {
        let other = known(&[("02-b", Ok("02-b/src"))]);
        assert_eq!(places(&["01-a"], &["02-b/src/lib.rs", "lib.rs"]), other);
        assert_eq!(places(&["01-a"], &["exercises/07-old/src/lib.rs"]), known(&[]));
    }
}
