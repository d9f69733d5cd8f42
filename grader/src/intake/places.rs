//! Where in a hand-in each exercise lies: told from the paths of its source files alone.
//!
//! A hand-in is a folder with `exercises/` in it, or with the exercises' own folders (`03-ordered-map`, also as browsers, hosts
//! and students rename them); both may lie some folders down, as `repo-main/` of a hosting site does. Where one exercise alone
//! is graded, `src/lib.rs`, a loose `lib.rs` or a single source file is its answer. The place that lies less deep counts: what
//! lies deeper is somebody's copy. Two that lie equally deep are an error that names both.

#[cfg(test)]
mod tests;

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
        let is_left = |path: &&str| match self.package(path) {
            Some(package) if self.graded.iter().any(|slug| slug == package.slug) => {
                match places.get(package.slug) {
                    None => true,
                    Some(Err(_)) => false,
                    Some(Ok(spot)) => self.is_copy(path, &package, spot),
                }
            }
            Some(_) => false,
            // Beside the exercises, where an answer to one of them may lie.
            None => {
                let is_beside = |spot: &Spot| is_lib_of(path, &self.above(spot)) && **path != spot.path();
                is_nearly_lib(name(path)) && places.values().flatten().any(is_beside)
            }
        };
        sources.iter().map(String::as_str).filter(is_left).collect()
    }

    /// Whether a source in an exercise's folder may be its answer, and another one was taken.
    fn is_copy(&self, path: &str, package: &Package, spot: &Spot) -> bool {
        let is_elsewhere = !format!("{}/", spot.folder).starts_with(&format!("{}/", package.folder));
        if !is_nearly_lib(name(path)) || path == spot.path() {
            return false;
        }
        if is_elsewhere {
            return package.named > Named::Exactly;
        }
        // Below it, in folders of its own name: what else is called so is a module.
        let mut root = package.folder.to_owned();
        let below = folder(&path[root.len()..]).trim_start_matches('/');
        for part in
            below.split('/').filter(|part| self.named(part).is_some_and(|(_, slug)| slug == package.slug))
        {
            root = join(&root, part);
        }
        is_lib_of(path, &root)
    }

    /// The folder in which the exercises' folders lie, or `exercises`; or in which a loose answer does.
    fn above(&self, spot: &Spot) -> String {
        let path = spot.path();
        let (below, is_known) = match self.package(&path) {
            Some(package) => (folder(package.folder), "exercises"),
            None => (folder(&path), "src"),
        };
        (if name(below).eq_ignore_ascii_case(is_known) { folder(below) } else { below }).to_owned()
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
        // `3-ordered-map`; a number alone is any number.
        let is_short = |rest: &str| rest.starts_with('-') && rest.contains(char::is_alphabetic);
        let named = |slug: &str| {
            let (number, name) = slug.split_once('-')?;
            let begins = |with: &str| {
                plain.strip_prefix(with).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            };
            let short = plain.strip_prefix(number.trim_start_matches('0')).filter(|rest| is_short(rest));
            let after = plain.strip_prefix(number).filter(|rest| !rest.starts_with(char::is_alphanumeric));
            let after = after.or(short);
            match () {
                () if folder == slug => Some(Named::Exactly),
                // A short name may be any word.
                () if begins(slug)
                    || begins(slug.trim_start_matches('0'))
                    || name.len() > 3 && begins(name) =>
                {
                    Some(Named::Nearly)
                }
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

/// Whether a source lies right in a folder or in its `src`.
fn is_lib_of(path: &str, root: &str) -> bool {
    let at = folder(path);
    at == root || folder(at) == root && name(at).eq_ignore_ascii_case("src")
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
