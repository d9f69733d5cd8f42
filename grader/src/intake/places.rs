//! Where in a hand-in each exercise lies: told from the paths of its source files alone.
//!
//! A hand-in is a folder with `exercises/` in it, or with the exercises' own folders (`03-ordered-map`, also as browsers, hosts
//! and students rename them); both may lie some folders down, as `repo-main/` of a hosting site does. Where one exercise alone
//! is graded, `src/lib.rs`, a loose `lib.rs` or a single source file is its answer. The place that lies less deep counts: what
//! lies deeper is somebody's copy. Two that lie equally deep are an error that names both.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::layouts::without_rs;
use super::unpack::folded;

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

/// The answer to an exercise: the folder of its sources, and what its `lib.rs` is called there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) folder: String,
    pub(super) lib: String,
}

impl Spot {
    fn of(path: &str) -> Self {
        Self { folder: folder(path).to_owned(), lib: name(path).to_owned() }
    }

    pub(super) fn path(&self) -> String {
        join(&self.folder, &self.lib)
    }

    /// Whether it should have another name. A single file that lies by itself may have any.
    pub(super) fn is_odd(&self) -> bool {
        self.lib != "lib.rs" && (!self.folder.is_empty() || is_nearly_lib(&self.lib))
    }
}

/// Where the sources of a hand-in lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Places {
    /// Of each exercise for which there are any: where, or else what is unclear about it.
    Known(BTreeMap<String, Result<Spot, String>>),
    /// There are sources, and it can't be told whose: why, and what to do.
    Unclear(String),
    /// There is no source file at all.
    Nothing,
}

/// How surely a folder's name is that of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// `03-ordered-map`.
    Exactly,
    /// `03-ordered-map-main`, `03_Ordered_Map`, `ordered-map (1)`.
    Nearly,
    /// `03`, `03-smith`.
    ByNumber,
}

/// A folder that is an exercise's, with the paths in it.
struct Package<'a> {
    slug: &'a str,
    folder: &'a str,
    named: Named,
    /// How many folders down it lies, `exercises` not counted.
    down: usize,
    paths: Vec<&'a str>,
}

/// What is the answer among some paths.
enum Picked {
    One(Spot),
    Two(String, String),
    None,
}

impl Course {
    /// The one exercise that is graded, if it is one.
    pub(super) fn single(&self) -> Option<&String> {
        if let [slug] = &self.graded[..] { Some(slug) } else { None }
    }

    /// Finds the exercises among the paths of source files, which have `/` between their parts.
    pub(super) fn places(&self, sources: &[String]) -> Places {
        if sources.is_empty() {
            return Places::Nothing;
        }
        let found = self.by_name(sources);
        if !found.is_empty() {
            return Places::Known(found);
        }
        let is_loose = |path: &&str| {
            self.package(path).is_none() && !folders(path).any(|part| part.eq_ignore_ascii_case("exercises"))
        };
        let mut loose: Vec<&str> = sources.iter().map(String::as_str).filter(is_loose).collect();
        loose.sort_by_key(|path| (path.matches('/').count(), *path));
        let Some(first) = loose.first() else { return Places::Known(BTreeMap::new()) };
        let Some(slug) = self.single() else {
            return Places::Unclear(format!(
                "`{first}` may be an answer to any exercise; hand in `exercises/NN-name/src/lib.rs`, or grade one \
                 exercise alone, by --exercise"
            ));
        };
        let known = |place| Places::Known([(slug.clone(), place)].into());
        match pick(&loose, "") {
            Picked::One(spot) => known(Ok(spot)),
            Picked::Two(one, other) => known(Err(both(&one, &other))),
            Picked::None => Places::Unclear(format!(
                "none of its {} source files is called `lib.rs`, `{first}`{} among them; one must be",
                loose.len(),
                loose.get(1).map(|second| format!(" and `{second}`")).unwrap_or_default()
            )),
        }
    }

    /// Those in folders with the exercises' names.
    fn by_name(&self, sources: &[String]) -> BTreeMap<String, Result<Spot, String>> {
        let mut packages: BTreeMap<&str, Package> = BTreeMap::new();
        for path in sources {
            let Some(package) = self.package(path) else { continue };
            packages.entry(package.folder).or_insert(package).paths.push(path);
        }
        let picked = packages.values().filter_map(|package| {
            let place = match pick(&package.paths, package.folder) {
                Picked::One(spot) => Ok(spot),
                Picked::Two(one, other) => Err(both(&one, &other)),
                Picked::None => return None,
            };
            (package.down <= FOLDERS_DOWN).then_some((package, place))
        });
        let picked: Vec<(&Package, Result<Spot, String>)> = picked.collect();
        let exact = picked.iter().filter(|(package, _)| package.named == Named::Exactly);
        let least = exact.map(|(package, _)| package.down).min();
        let mut places = BTreeMap::new();
        for slug in &self.known {
            let is_as_high = |package: &Package| match package.named {
                Named::Exactly => Some(package.down) == least,
                _ => least.is_none_or(|least| package.down <= least),
            };
            let mut those: Vec<&(&Package, Result<Spot, String>)> =
                picked.iter().filter(|(package, _)| package.slug == slug && is_as_high(package)).collect();
            those.sort_by_key(|(package, _)| (package.named > Named::Exactly, package.down, package.named));
            let Some((first, place)) = those.first() else { continue };
            let equal = those[1..].iter().find(|(package, place)| {
                let as_sure = (package.named, package.down) == (first.named, first.down);
                let is_whole = place.as_ref().is_ok_and(|spot| {
                    let inner = spot.folder[package.folder.len()..].trim_start_matches('/');
                    inner.is_empty() || inner.eq_ignore_ascii_case("src")
                });
                as_sure || is_whole && package.named == Named::Nearly && package.down < first.down
            });
            let place = match (place, equal) {
                (Ok(spot), Some((_, Ok(other)))) => Err(both(&spot.path(), &other.path())),
                (place, _) => place.clone(),
            };
            places.insert(slug.clone(), place);
        }
        places
    }

    /// What may be an answer among the sources and was not taken: renamed copies of what was, and of an exercise of which
    /// nothing was, all that is no other exercise's.
    pub(super) fn not_taken<'a>(
        &self,
        sources: &'a [String],
        places: &BTreeMap<String, Result<Spot, String>>,
    ) -> Vec<&'a str> {
        if !self.graded.iter().any(|slug| places.contains_key(slug)) {
            let is_anothers = |path: &str| {
                self.package(path).is_some_and(|package| {
                    package.named < Named::ByNumber && places.contains_key(package.slug)
                })
            };
            return sources.iter().map(String::as_str).filter(|path| !is_anothers(path)).collect();
        }
        let is_left = |path: &&str| {
            let Some(package) =
                self.package(path).filter(|package| self.graded.iter().any(|slug| slug == package.slug))
            else {
                return false;
            };
            match places.get(package.slug) {
                None => true,
                Some(Err(_)) => false,
                Some(Ok(spot)) => {
                    let is_copy = package.named > Named::Exactly && is_nearly_lib(name(path));
                    is_copy && !format!("{}/", spot.folder).starts_with(&format!("{}/", package.folder))
                }
            }
        };
        sources.iter().map(String::as_str).filter(is_left).collect()
    }

    /// The exercise's folder that a path lies in: the innermost, or where one lies in another of its kind, that.
    fn package<'a>(&'a self, path: &'a str) -> Option<Package<'a>> {
        let ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        let part =
            |number: usize| &path[number.checked_sub(1).map_or(0, |before| ends[before] + 1)..ends[number]];
        let mut number = (0..ends.len()).rev().find(|number| self.named(part(*number)).is_some())?;
        let (mut named, slug) = self.named(part(number))?;
        while let Some(above) = number.checked_sub(1)
            && let Some((surely, same)) = self.named(part(above))
            && same == slug
        {
            (number, named) = (above, surely.min(named));
        }
        let above = number - usize::from(number > 0 && part(number - 1).eq_ignore_ascii_case("exercises"));
        Some(Package { slug, folder: &path[..ends[number]], named, down: above, paths: Vec::new() })
    }

    /// The exercise that a folder's name means.
    fn named(&self, folder: &str) -> Option<(Named, &str)> {
        let plain = plain(folder);
        let named = |slug: &str| {
            let (number, name) = slug.split_once('-')?;
            let begins = |with: &str| {
                plain.strip_prefix(with).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            };
            let after = plain.strip_prefix(number).filter(|rest| !rest.starts_with(char::is_alphanumeric));
            match () {
                () if folder == slug => Some(Named::Exactly),
                // A short name may be any word.
                () if begins(slug) || name.len() > 3 && begins(name) => Some(Named::Nearly),
                () if after.is_some_and(|rest| !is_date(rest)) => Some(Named::ByNumber),
                () => None,
            }
        };
        let named = self.known.iter().filter_map(|slug| Some((named(slug)?, slug.as_str())));
        named.min_by_key(|(named, slug)| (*named, Reverse(slug.len())))
    }
}

/// A folder's name in lower case, with hyphens between its words.
fn plain(folder: &str) -> String {
    folded(folder).replace(['_', ' ', '.'], "-")
}

/// Whether what follows a number makes a date of it: `-11-2026`.
fn is_date(rest: &str) -> bool {
    rest.len() > 2 && rest.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// The answer among the paths below a folder.
fn pick(paths: &[&str], root: &str) -> Picked {
    let below = |path: &str| path[root.len()..].trim_start_matches('/').to_owned();
    let is_answer = |path: &&&str| {
        let below = below(path);
        let is_beside =
            folders(&below).any(|part| matches!(part, "tests" | "benches" | "examples" | "solutions"));
        !is_beside && name(path) != "build.rs"
    };
    let paths: Vec<&str> = paths.iter().filter(is_answer).copied().collect();
    let proper = join(root, "src/lib.rs");
    if !root.is_empty() && paths.contains(&proper.as_str()) {
        return Picked::One(Spot::of(&proper));
    }
    let two = |one: &str, other: &str| Picked::Two(one.to_owned(), other.to_owned());
    let rules: [fn(&str) -> bool; 2] = [|name| name == "lib.rs", is_nearly_lib];
    for is_lib in rules {
        let mut libs: Vec<&str> = paths.iter().filter(|path| is_lib(name(path))).copied().collect();
        libs.sort_by_key(|path| (depth(path), *path));
        match libs[..] {
            [] => {}
            [one, other, ..] if depth(one) == depth(other) => return two(one, other),
            [one, ..] => return Picked::One(Spot::of(one)),
        }
    }
    if let [only] = paths[..] { Picked::One(Spot::of(only)) } else { Picked::None }
}

/// Whether a name is what systems and programs make of `lib.rs`: `LIB.RS`, `lib.rs.txt`, `lib (1).rs`, `Copy of lib.rs`.
pub(super) fn is_nearly_lib(name: &str) -> bool {
    let Some(stem) = without_rs(name) else { return false };
    let stem = plain(stem);
    let words = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let rest: Vec<&str> = words.clone().filter(|word| *word != "lib").collect();
    let is_a_copys = |word: &&str| {
        matches!(*word, "copy" | "of" | "kopie" | "copie" | "copia" | "de" | "di" | "von" | "rs")
            || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    words.count() == rest.len() + 1 && rest.iter().all(is_a_copys)
}

fn both(one: &str, other: &str) -> String {
    format!("unclear: both `{one}` and `{other}` may be the answer; hand in one of them")
}

fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit('/').skip(1)
}

fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// How deep the package of a `lib.rs` lies.
fn depth(path: &str) -> usize {
    let is_src = folders(path).next().is_some_and(|folder| folder.eq_ignore_ascii_case("src"));
    path.matches('/').count() - usize::from(is_src)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(slugs: &[&str], sources: &[&str]) -> Places {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Course { known: owned(&BOTH), graded: owned(slugs) }.places(&owned(sources))
    }

    fn known(places: &[(&str, Result<&str, &str>)]) -> Places {
        let spot = |at: &str| if at.contains('.') { Spot::of(at) } else { Spot::of(&join(at, "lib.rs")) };
        let owned = |place: Result<&str, &str>| place.map(spot).map_err(str::to_owned);
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
        assert_eq!(places(&["01-a"], &["x/answer.rs"]), known(&[("01-a", Ok("x/answer.rs"))]));
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

    /// The answer to 03 of a kit with 02 and 03 among these sources, or what is unclear.
    fn third(sources: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let course = Course {
            known: owned(&["02-result-queue", "03-ordered-map"]),
            graded: owned(&["03-ordered-map"]),
        };
        match course.places(&owned(sources)) {
            Places::Known(places) => match places.get("03-ordered-map") {
                None => "none".to_owned(),
                Some(Ok(spot)) => spot.path(),
                Some(Err(why)) => why.clone(),
            },
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_folder_keeps_its_exercise_however_it_is_renamed() {
        let named = [
            "03-ordered-map-main",
            "03-ordered-map (1)",
            "03-ordered-map - Copy",
            "03-ordered-map copy",
            "03-ordered-map 2",
            "03-Ordered-Map",
            "03_ordered_map",
            "ordered-map",
            "Ordered Map (2)",
            "03-orderd-map",
            "03-smith",
            "03",
            "12-b",
            "29-11-2026",
            "03-11-2026",
            "Exercise 03",
            "exercises/03-Ordered-Map",
            "exercises/03-orderd-map",
            "exercises/03-ordered-map/03-ordered-map",
            "03-ordered-map/03-ordered-map-main",
            "a/b/c/d/e/f",
        ];
        for folder in named {
            let path = format!("{folder}/src/lib.rs");
            assert_eq!(third(&[&path]), path);
        }
        assert_eq!(third(&["02-smith/src/lib.rs"]), "none");
        assert_eq!(third(&["02_result_queue/src/lib.rs", "lib.rs"]), "none");
        assert_eq!(third(&["exercises/07-other/src/lib.rs"]), "none");
    }

    #[test]
    fn a_renamed_copy_does_not_stand_in_for_the_original() {
        let (original, copy) = ("exercises/03-ordered-map/src/lib.rs", "03-ordered-map (1)/src/lib.rs");
        assert_eq!(third(&[original, copy]), original);
        assert!(third(&["old/03-ordered-map/src/lib.rs", copy]).starts_with("unclear: both"));
        assert!(third(&["03-ordered-map 2/src/lib.rs", copy]).starts_with("unclear: both"));
        // A repository with the exercise's name, and other packages in it.
        let whole = [
            "03-ordered-map-main/exercises/03-ordered-map/src/lib.rs",
            "03-ordered-map-main/judge/src/lib.rs",
        ];
        assert_eq!(third(&whole), whole[0]);
    }

    #[test]
    fn what_systems_make_of_lib_rs_is_taken_where_it_is_the_only_one() {
        let below = |name: &str| format!("exercises/03-ordered-map/{name}");
        let names = [
            "src/LIB.RS",
            "src/Lib.rs",
            "src/lib.rs.txt",
            "src/lib (1).rs",
            "src/lib copy.rs",
            "src/Copy of lib.rs",
            "Src/lib.rs",
            "lib.rs",
            "src/main.rs",
            "src/answer.rs",
        ];
        for name in names {
            let (path, checks) = (below(name), below("tests/checks.rs"));
            assert_eq!(third(&[&path, &checks]), path);
            assert!(third(&[name]).ends_with(name), "{name}");
        }
        assert_eq!(third(&[&below("src/lib (1).rs"), &below("src/lib.rs")]), below("src/lib.rs"));
        assert!(third(&[&below("src/lib (1).rs"), &below("src/lib (2).rs")]).starts_with("unclear: both"));
        assert_eq!(third(&[&below("src/a.rs"), &below("src/b.rs")]), "none");
        assert_eq!(third(&[&below("tests/checks.rs")]), "none");
    }
}
