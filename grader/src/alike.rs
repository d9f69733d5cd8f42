//! Which hand-ins are like one another: equal sources, and near-equal ones by their tokens. For instructors alone, and never a verdict: it
//! says where to look, and what a likeness means is for people to say.
//!
//! Each answer becomes a set of fingerprints ([`prints`]). What everybody was given (the stub) or may have come to by themselves (the
//! reference, what many share) is no sign of anything and counts for nothing. Of a pair is told how much of each is in the other.

mod prints;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;

use serde::Serialize;

use crate::intake::Sources;
use prints::{Prints, of};

/// The name of the document's shape.
pub(crate) const SCHEMA: &str = "alike/1";

/// Passages that more hand-ins share than this are how everybody writes it. (Moss has the same number.)
pub(crate) const COMMON: usize = 10;

/// Answers with fewer fingerprints of their own than this say too little to be compared: a dozen lines.
const FEW: usize = 8;

/// What is known of the answers to one exercise.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Alike {
    /// `03`.
    pub(crate) exercise: String,
    pub(crate) name: String,
    /// How many were compared.
    pub(crate) compared: usize,
    /// Who has written too little beyond what was given.
    pub(crate) too_short: Vec<String>,
    /// Whose sources are the same, byte for byte.
    pub(crate) equal: Vec<Vec<String>>,
    /// The most alike first. Of equal ones the first stands for all.
    pub(crate) pairs: Vec<Pair>,
}

/// Two hand-ins, and how much of each is in the other.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Pair {
    pub(crate) one: Side,
    pub(crate) other: Side,
}

/// One of two.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Side {
    pub(crate) id: String,
    /// How much of its own fingerprints the other has too, in percent.
    pub(crate) percent: usize,
    /// Where most of that stands.
    pub(crate) file: String,
    pub(crate) lines: RangeInclusive<usize>,
}

/// Answers to an exercise, by hand-in.
pub(crate) type Answers = Vec<(String, Sources)>;

/// Compares the answers to one exercise with each other; `given` is what everybody has. Pairs of which neither is in the other by
/// `at_least` percent are left out.
pub(crate) fn compare(
    exercise: (&str, &str),
    answers: &Answers,
    given: &[Sources],
    at_least: usize,
    common: usize,
) -> Alike {
    let mut same: BTreeMap<&[(std::path::PathBuf, Vec<u8>)], Vec<String>> = BTreeMap::new();
    for (id, sources) in answers {
        same.entry(&sources.0).or_default().push(id.clone());
    }
    let given: BTreeSet<u64> = given.iter().flat_map(|sources| of(sources).into_keys()).collect();
    let mut all: Vec<(String, Prints)> = Vec::new();
    for (sources, ids) in &same {
        let mut prints = of(&Sources(sources.to_vec()));
        prints.retain(|print, _| !given.contains(print));
        all.push((ids[0].clone(), prints));
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let mut has: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, (_, prints)) in all.iter().enumerate() {
        for print in prints.keys() {
            has.entry(*print).or_default().push(index);
        }
    }
    has.retain(|_, whose| whose.len() <= common);
    for (_, prints) in &mut all {
        prints.retain(|print, _| has.contains_key(print));
    }
    let mut shared: BTreeMap<(usize, usize), Vec<u64>> = BTreeMap::new();
    for (print, whose) in has {
        for (at, &one) in whose.iter().enumerate() {
            for &other in &whose[at + 1..] {
                shared.entry((one, other)).or_default().push(print);
            }
        }
    }
    let is_short = |index: usize| all[index].1.len() < FEW;
    let mut pairs: Vec<Pair> = shared
        .into_iter()
        .filter(|((one, other), _)| !is_short(*one) && !is_short(*other))
        .map(|((one, other), prints)| Pair {
            one: side(&all[one], &prints),
            other: side(&all[other], &prints),
        })
        .filter(|pair| pair.most() >= at_least)
        .collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse((pair.most(), pair.one.percent + pair.other.percent)));
    let too_short = (0..all.len()).filter(|index| is_short(*index)).map(|index| all[index].0.clone());
    let mut equal: Vec<Vec<String>> = same.values().filter(|ids| ids.len() > 1).cloned().collect();
    equal.sort();
    Alike {
        exercise: exercise.0.to_owned(),
        name: exercise.1.to_owned(),
        compared: answers.len(),
        too_short: too_short.collect(),
        equal,
        pairs,
    }
}

impl Pair {
    /// How much of the one that is more in the other is there.
    fn most(&self) -> usize {
        self.one.percent.max(self.other.percent)
    }
}

fn side((id, own): &(String, Prints), shared: &[u64]) -> Side {
    let places = shared.iter().filter_map(|print| own.get(print));
    let mut files: BTreeMap<&str, (usize, RangeInclusive<usize>)> = BTreeMap::new();
    for place in places {
        let entry = files.entry(&place.file).or_insert((0, place.lines.clone()));
        entry.0 += 1;
        entry.1 = *entry.1.start().min(place.lines.start())..=*entry.1.end().max(place.lines.end());
    }
    let (file, (_, lines)) =
        files.into_iter().max_by_key(|(_, (count, _))| *count).unwrap_or(("", (0, 0..=0)));
    let percent = (shared.len() * 100).checked_div(own.len()).unwrap_or(0);
    Side { id: id.clone(), percent, file: file.to_owned(), lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of code that only whoever has this seed writes so: operators differ, which is what names and comments do not hide.
    fn answer(seed: u64, lines: usize) -> String {
        let operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            operators[usize::try_from(state >> 33).unwrap_or(0) % operators.len()]
        };
        let mut line =
            |_| format!("    let item = first {} second {} (third {} 4); // a sum\n", next(), next(), next());
        let lines: String = (0..lines).map(&mut line).collect();
        format!("pub fn solve(items: &[u64]) -> u64 {{\n{lines}}}\n")
    }

    fn sources(text: &str) -> Sources {
        Sources(vec![("lib.rs".into(), text.as_bytes().to_vec())])
    }

    fn compared(answers: &[(&str, &str)], given: &[&str]) -> Alike {
        let answers = answers.iter().map(|(id, text)| ((*id).to_owned(), sources(text))).collect();
        let given: Vec<Sources> = given.iter().map(|text| sources(text)).collect();
        compare(("03", "ordered-map"), &answers, &given, 50, COMMON)
    }

    #[test]
    fn other_names_comments_and_layout_hide_nothing() {
        let plain = answer(1, 12);
        let disguised =
            plain.replace("item", "x").replace("second", "b").replace("; // a sum", ";\n\n /* mine */");
        let alike = compared(&[("ann", &plain), ("bob", &disguised), ("cy", &answer(2, 12))], &[]);
        let [pair] = &alike.pairs[..] else { panic!("one pair: {alike:?}") };
        assert_eq!(
            (&*pair.one.id, pair.one.percent, &*pair.other.id, pair.other.percent),
            ("ann", 100, "bob", 100)
        );
        assert_eq!((&*pair.one.file, *pair.one.lines.start()), ("lib.rs", 1));
        assert!(*pair.one.lines.end() >= 13, "{pair:?}");
        assert_eq!(alike.compared, 3);
    }

    #[test]
    fn equal_sources_are_one_group_and_what_was_given_counts_for_nothing() {
        let (stub, short) = (answer(1, 12), "pub fn solve() {}\n".to_owned());
        let own = stub.clone() + &answer(2, 12);
        let same = stub.clone() + &answer(3, 12);
        let all = [("ann", &*own), ("bob", &*same), ("cy", &*own), ("dan", &*short), ("eve", &*stub)];
        let alike = compared(&all, &[&stub]);
        assert_eq!(alike.equal, [["ann", "cy"]]);
        assert!(alike.pairs.is_empty(), "{:?}", alike.pairs);
        assert_eq!(alike.too_short, ["dan", "eve"]);
        let among = compared(&all, &[]).pairs;
        assert!(among.iter().any(|pair| pair.one.id == "ann" && pair.other.id == "bob"), "{among:?}");
    }

    #[test]
    fn what_everybody_writes_is_no_sign() {
        let texts: Vec<String> =
            (0..12).map(|number| answer(1, 12).replace("item", &format!("x{number}"))).collect();
        let names: Vec<String> = (0..12).map(|number| format!("s{number}")).collect();
        let all: Vec<(&str, &str)> =
            names.iter().zip(&texts).map(|(name, text)| (&**name, &**text)).collect();
        assert!(compared(&all, &[]).pairs.is_empty());
        assert_eq!(compared(&all[..3], &[]).pairs.len(), 3);
    }

    #[test]
    fn a_part_that_was_taken_over_is_found_in_what_is_longer() {
        let part = answer(1, 12);
        let longer = part.clone() + &answer(2, 12) + &answer(3, 12);
        let alike = compared(&[("ann", &part), ("bob", &longer)], &[]);
        let [pair] = &alike.pairs[..] else { panic!("one pair: {alike:?}") };
        assert!(pair.one.percent > 80 && pair.other.percent < 50, "{pair:?}");
        assert!(*pair.other.lines.end() <= 16, "{pair:?}");
    }
}
