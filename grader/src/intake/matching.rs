//! Who in a list handed in what: told from the id, or from anything else that is known of both.
//!
//! Invariant: nobody is guessed. Each rule matches only what it makes one of on both sides; what is alike and no more is
//! named for people to look at.

use std::collections::{BTreeMap, BTreeSet};

use super::roster::{Person, is_rounded};
use super::unpack::folded;

/// Why a hand-in is a student's of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The ids are the same, or differ in case or in the form of their letters.
    Id,
    /// Another field of the list has it.
    Field(&'static str),
    /// They differ in what spreadsheets drop or add: zeros at the beginning, `.0` at the end.
    Zeros,
    /// The names are the same.
    Name,
    /// A browser, a system or a host has called it by a number or as a copy: `ann-1`, `ann (1)`, `ann - Copy`.
    Copy,
}

/// What belongs together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// For each hand-in, the row of the list.
    pub(super) rows: Vec<Option<(usize, How)>>,
    /// The rows without a hand-in.
    pub(super) absent: Vec<usize>,
    /// Hand-ins and rows that may be the same student.
    pub(super) alike: Vec<(usize, usize)>,
}

/// Matches hand-ins, by their ids and what their names told, with the rows of a list.
pub(super) fn matched(found: &[(&str, &Person)], list: &[(String, Person)]) -> Matched {
    let mut matching = Matching { found, list, rows: vec![None; found.len()] };
    for form in [str::to_owned, folded] {
        // What a platform tells is of one kind; what a folder is called, or a column `id` holds, may be of any.
        let of_found = |id: &str, person: &Person| match told_kind(id, person) {
            Some(kind) => vec![format!("{kind} {}", form(id)), format!("listed {}", form(id))],
            None => vec![format!("any {}", form(id))],
        };
        matching.by(of_found, |id, person| {
            let own = told_kind(id, person).unwrap_or("listed");
            [own, "any"].map(|kind| (How::Id, format!("{kind} {}", form(id)))).into()
        });
    }
    let everything = |id: &str, person: &Person| {
        let any = KINDS.iter().filter(|_| told_kind(id, person).is_none()).map(|kind| key(kind, id));
        any.chain(person.identities().map(|(field, text)| key(kind(field), text))).collect()
    };
    matching.by(everything, |id, person| {
        let fields = person.identities().map(|(field, text)| (How::Field(field), key(kind(field), text)));
        [(How::Id, key(INSTITUTION, id))].into_iter().chain(fields).collect()
    });
    if let Some(assignment) = matching.by_github(0).or_else(|| matching.by_github(1)) {
        // A host that has such a repository already puts a number behind the next.
        let user = |name: &str| name.strip_prefix(&assignment)?.strip_prefix('-').map(str::to_owned);
        matching.by(
            |id, _| copied(id, 1).as_deref().and_then(user).into_iter().collect(),
            |_, person| {
                let user = person.get("github_username").map(|user| (How::Copy, folded(user)));
                user.into_iter().collect()
            },
        );
    }
    let without_zeros = |id: &str| {
        let id = id.strip_suffix(".0").unwrap_or(id);
        let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| id.trim_start_matches('0').to_owned()).into_iter().collect::<Vec<_>>()
    };
    matching.by(
        |id, person| match told_kind(id, person) {
            Some(kind) if kind != INSTITUTION => Vec::new(),
            _ => without_zeros(id),
        },
        |id, _| without_zeros(id).into_iter().map(|id| (How::Zeros, id)).collect(),
    );
    let name = |person: &Person| person.name.as_deref().and_then(words).into_iter().collect::<Vec<_>>();
    matching.by(
        |_, person| name(person),
        |_, person| name(person).into_iter().map(|name| (How::Name, name)).collect(),
    );
    for times in 1..=COPIES {
        matching.by(
            |id, person| copied(id, times).filter(|_| told_kind(id, person).is_none()).into_iter().collect(),
            |id, _| vec![(How::Copy, folded(id))],
        );
    }
    matching.done()
}

/// How many marks of a copy a name may have: `ann - Copy (2)`.
const COPIES: usize = 3;

/// The name in lower case without that many marks, if it has them.
fn copied(name: &str, times: usize) -> Option<String> {
    (0..times).try_fold(folded(name), |name, _| original(&name))
}

/// What a name in lower case was before a browser, a system or a host gave it a number, or called it a copy.
fn original(name: &str) -> Option<String> {
    const SIGNS: [char; 5] = ['-', '_', ' ', '(', '~'];
    let (left, mark) = name.strip_suffix(')').unwrap_or(name).rsplit_once(SIGNS)?;
    // Longer numbers are years and ids.
    let is_number = matches!(mark.len(), 1 | 2) && mark.bytes().all(|byte| byte.is_ascii_digit());
    let left = left.trim_end_matches(SIGNS);
    let is_copy = is_number || matches!(mark, "copy" | "kopie" | "copie" | "copia");
    (is_copy && !left.is_empty()).then(|| left.to_owned())
}

/// The ids that an institution gives out.
const INSTITUTION: &str = "institution";

/// Kinds of ids: a number of one kind may be somebody else's of another.
const KINDS: [&str; 6] =
    [INSTITUTION, "canvas_id", "brightspace_id", "participant", "github_username", "email"];

/// The kind of a field.
fn kind(field: &str) -> &'static str {
    KINDS.iter().find(|kind| **kind == field).unwrap_or(&INSTITUTION)
}

/// The kind of somebody's id, where it is one of the fields.
fn told_kind(id: &str, person: &Person) -> Option<&'static str> {
    person.identities().find(|(_, text)| *text == id).map(|(field, _)| kind(field))
}

fn key(kind: &str, id: &str) -> String {
    format!("{kind} {}", folded(id))
}

struct Matching<'a> {
    found: &'a [(&'a str, &'a Person)],
    list: &'a [(String, Person)],
    rows: Vec<Option<(usize, How)>>,
}

impl Matching<'_> {
    fn absent(&self) -> Vec<usize> {
        let taken: BTreeSet<usize> = self.rows.iter().flatten().map(|(row, _)| *row).collect();
        (0..self.list.len()).filter(|row| !taken.contains(row)).collect()
    }

    fn unknown(&self) -> Vec<usize> {
        (0..self.found.len()).filter(|hand_in| self.rows[*hand_in].is_none()).collect()
    }

    /// Matches those of whom a key is the same and of nobody else.
    fn by(
        &mut self,
        of_found: impl Fn(&str, &Person) -> Vec<String>,
        of_row: impl Fn(&str, &Person) -> Vec<(How, String)>,
    ) {
        let mut keys: BTreeMap<String, (BTreeSet<usize>, BTreeMap<usize, How>)> = BTreeMap::new();
        for hand_in in self.unknown() {
            let (id, person) = self.found[hand_in];
            for key in of_found(id, person) {
                keys.entry(key).or_default().0.insert(hand_in);
            }
        }
        for row in self.absent() {
            let (id, person) = &self.list[row];
            for (how, key) in of_row(id, person) {
                if let Some((_, rows)) = keys.get_mut(&key) {
                    rows.entry(row).or_insert(how);
                }
            }
        }
        let mut pairs: BTreeMap<(usize, usize), How> = BTreeMap::new();
        for (found, rows) in keys.values().filter(|(found, rows)| found.len() == 1 && rows.len() == 1) {
            for (hand_in, (row, by)) in found.iter().zip(rows) {
                pairs.entry((*hand_in, *row)).or_insert(*by);
            }
        }
        let (mut of_hand_in, mut of_row) = (BTreeMap::new(), BTreeMap::new());
        for (hand_in, row) in pairs.keys() {
            *of_hand_in.entry(*hand_in).or_insert(0) += 1;
            *of_row.entry(*row).or_insert(0) += 1;
        }
        for ((hand_in, row), how) in &pairs {
            if of_hand_in[hand_in] == 1 && of_row[row] == 1 {
                self.rows[*hand_in] = Some((*row, *how));
            }
        }
    }

    /// GitHub Classroom calls a repository by the assignment and the user, as `map-octo-ann`. Which of its hyphens ends the
    /// assignment is told by what most of the names, without so many marks of a copy, have in common with the list. Returns the assignment.
    fn by_github(&mut self, copies: usize) -> Option<String> {
        let users: Vec<(usize, String)> = self
            .absent()
            .into_iter()
            .filter_map(|row| Some((row, folded(self.list[row].1.get("github_username")?))))
            .collect();
        let mut assignments: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for hand_in in self.unknown() {
            let Some(name) = copied(self.found[hand_in].0, copies) else { continue };
            for (row, user) in &users {
                let assignment = name.strip_suffix(user.as_str()).and_then(|name| name.strip_suffix('-'));
                if let Some(assignment) = assignment.filter(|assignment| !assignment.is_empty()) {
                    assignments.entry(assignment.to_owned()).or_default().push((hand_in, *row));
                }
            }
        }
        // Of as many, the shortest: it leaves the longest user.
        let best = assignments
            .into_iter()
            .rev()
            .max_by_key(|(name, pairs)| (pairs.len(), std::cmp::Reverse(name.len())));
        let (assignment, pairs) = best?;
        if copies == 0 {
            for (hand_in, row) in pairs {
                self.rows[hand_in] = Some((row, How::Field("github_username")));
            }
        }
        Some(assignment)
    }

    fn done(self) -> Matched {
        let (unknown, absent) = (self.unknown(), self.absent());
        let unknown: Vec<(usize, String)> =
            unknown.into_iter().map(|hand_in| (hand_in, folded(self.found[hand_in].0))).collect();
        // A copy may be of what somebody has handed in besides.
        let is_copy = |id: &str, row: usize| {
            (1..=COPIES).filter_map(|times| copied(id, times)).any(|original| {
                let of_row =
                    self.found.iter().zip(&self.rows).filter(|(_, of)| of.is_some_and(|(of, _)| of == row));
                folded(&self.list[row].0) == original
                    || of_row.into_iter().any(|((id, _), _)| folded(id) == original)
            })
        };
        let mut alike = Vec::new();
        for row in 0..self.list.len() {
            let (listed, is_absent) = (folded(&self.list[row].0), absent.contains(&row));
            let those =
                unknown.iter().filter(|(_, id)| is_absent && is_alike(id, &listed) || is_copy(id, row));
            alike.extend(those.map(|(hand_in, _)| (*hand_in, row)));
        }
        Matched { rows: self.rows, absent, alike }
    }
}

/// The words of a name in order of the alphabet: `Bee, Ann` is `Ann Bee`.
fn words(name: &str) -> Option<String> {
    let name = folded(name);
    let mut words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    (words.len() > 1).then(|| words.join(" "))
}

/// Whether one of two ids in lower case may be the other, mistyped or as a spreadsheet shortens it.
fn is_alike(one: &str, other: &str) -> bool {
    if is_rounded(other) {
        return is_rounding_of(other, one);
    }
    let number = |text: &str| text.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let (digits, others) = (number(one), number(other));
    // `u00123` and `123`, `ann@x.edu` and `ann`.
    let is_inner = digits.len() > 2
        && digits.bytes().chain(others.bytes()).all(|byte| byte.is_ascii_digit())
        && digits.trim_start_matches('0') == others.trim_start_matches('0');
    let mail = |text: &str| text.split_once('@').map(|(user, _)| user.to_owned());
    is_inner
        || mail(one).is_some_and(|user| user == other)
        || mail(other).is_some_and(|user| user == one)
        || one.len() > 3 && other.len() > 3 && is_typo(one, other)
}

/// Whether `2.026E+11` is what a spreadsheet makes of a number.
fn is_rounding_of(rounded: &str, id: &str) -> bool {
    let Some((number, power)) = rounded.split_once(['E', 'e']) else { return false };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let length = power.trim_start_matches('+').parse::<usize>().map_or(0, |power| power + 1);
    let Ok(exact) = id.parse::<f64>() else { return false };
    let places = digits.len().saturating_sub(1);
    id.len() == length && format!("{exact:.places$e}").starts_with(&number.replace(',', "."))
}

/// Whether two texts of letters differ in one letter, or in the order of two. Numbers that differ are different.
fn is_typo(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = one[start..].iter().rev().zip(other[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..one.len() - end], &other[start..other.len() - end]);
    let is_letters = one.iter().chain(other).all(|c| c.is_alphabetic());
    is_letters
        && (one.len().max(other.len()) == 1
            || one.len() == 2 && other.len() == 2 && one[0] == other[1] && one[1] == other[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(fields: &[(&str, &str)]) -> Person {
        let mut person = Person::default();
        for (field, text) in fields {
            match *field {
                "name" => person.name = Some((*text).to_owned()),
                "email" => person.email = Some((*text).to_owned()),
                field => drop(person.more.insert(field.to_owned(), (*text).to_owned())),
            }
        }
        person
    }

    /// `hand-in=row`, `hand-in?row` of those that are alike, and `-row` of the absent.
    fn told(found: &[(&str, &[(&str, &str)])], list: &[(&str, &[(&str, &str)])]) -> String {
        let people: Vec<Person> = found.iter().map(|(_, fields)| person(fields)).collect();
        let found: Vec<(&str, &Person)> =
            found.iter().zip(&people).map(|((id, _), person)| (*id, person)).collect();
        let list: Vec<(String, Person)> =
            list.iter().map(|(id, fields)| ((*id).to_owned(), person(fields))).collect();
        let matched = matched(&found, &list);
        let pairs = matched
            .rows
            .iter()
            .zip(&found)
            .filter_map(|(row, (id, _))| Some(format!("{id}={}", list[row.as_ref()?.0].0)));
        let alike = matched.alike.iter().map(|(one, row)| format!("{}?{}", found[*one].0, list[*row].0));
        let absent = matched.absent.iter().map(|row| format!("-{}", list[*row].0));
        pairs.chain(alike).chain(absent).collect::<Vec<_>>().join(" ")
    }

    const NO: &[(&str, &str)] = &[];

    #[test]
    fn ids_are_the_same_in_any_case_and_form() {
        let list = [("ABC12", NO), ("m\u{fc}ller", NO), ("a", NO), ("A2", NO)];
        let found = [("abc12", NO), ("mu\u{308}ller", NO), ("a", NO)];
        assert_eq!(told(&found, &list), "abc12=ABC12 mu\u{308}ller=m\u{fc}ller a=a -A2");
    }

    #[test]
    fn what_a_spreadsheet_dropped_is_put_back_and_what_it_rounded_is_asked_about() {
        let list = [("123", NO), ("456.0", NO), ("2.026E+11", NO), ("7", NO), ("07", NO)];
        let found = [("00123", NO), ("456", NO), ("202600000001", NO), ("007", NO), ("203600000001", NO)];
        let told = told(&found, &list);
        assert_eq!(told, "00123=123 456=456.0 202600000001?2.026E+11 007?7 007?07 -2.026E+11 -7 -07");
    }

    #[test]
    fn any_field_that_tells_who_it_is_will_do() {
        let list = [
            ("s1", &[("username", "ann"), ("email", "a@x")][..]),
            ("s2", &[("email", "b@x")]),
            ("s3", &[("name", "Cy Dee")]),
        ];
        let found = [("ann", NO), ("b@x", NO), ("10001", &[("name", "Dee, Cy")][..])];
        assert_eq!(told(&found, &list), "ann=s1 b@x=s2 10001=s3");
        // A number of one kind may be somebody else's of another.
        let canvas = [("341", &[("canvas_id", "341")][..])];
        assert_eq!(told(&canvas, &[("342", &[("sis_user_id", "341")])]), "-342");
        assert_eq!(told(&[("341", NO)], &[("342", &[("sis_user_id", "341")])]), "341=342");
        let brightspace = [("10001", &[("brightspace_id", "10001"), ("name", "Cy Dee")][..])];
        let org = |id| [("org_defined_id", id), ("name", "Dee, Cy")];
        assert_eq!(
            told(&brightspace, &[("10001", &[("org_defined_id", "10001")][..]), ("7", &org("7"))]),
            "10001=7 -10001"
        );
        // Two of the name, and nobody is guessed.
        let two = [("s3", &[("name", "Cy Dee")][..]), ("s4", &[("name", "Dee, Cy")])];
        assert_eq!(told(&found[2..], &two), "-s3 -s4");
    }

    #[test]
    fn a_repository_of_github_classroom_is_its_users() {
        let user = |user| [("github_username", user)];
        let (octo, ann, bob) = (user("octo-ann"), user("Ann"), user("bob77"));
        let list = [("s1", &octo[..]), ("s2", &ann[..]), ("s3", &bob[..])];
        let found = [("map-octo-ann", NO), ("map-bob77", NO), ("map-ann", NO)];
        assert_eq!(told(&found, &list), "map-octo-ann=s1 map-bob77=s3 map-ann=s2");
        // Who is not in the list is not taken for the user at the end of the name.
        assert_eq!(told(&found[..2], &list[1..]), "map-bob77=s3 -s2");
    }

    #[test]
    fn a_number_of_a_host_or_a_browser_hides_nobody() {
        let list = [("ann", NO), ("bob", NO), ("carl", NO), ("team-1", NO), ("dan", NO)];
        let found = [("ann-1", NO), ("bob", NO), ("Bob (1)", NO), ("Carl - Copy (2)", NO), ("team-1_2", NO)];
        assert_eq!(
            told(&found, &list),
            "ann-1=ann bob=bob Carl - Copy (2)=carl team-1_2=team-1 Bob (1)?bob -dan"
        );
        // Two of them, and nobody is guessed; and what is in the list itself is not another one's copy.
        assert_eq!(told(&[("dan-1", NO), ("dan-2", NO)], &list[4..]), "dan-1?dan dan-2?dan -dan");
        assert_eq!(told(&[("team-1", NO)], &[("team", NO), ("team-1", NO)]), "team-1=team-1 -team");
        assert_eq!(told(&[("team-2026", NO), ("1_2", NO)], &[("team", NO)]), "-team");
        let user = |user| [("github_username", user)];
        let (ann, bob, carl) = (user("octo-ann"), user("bob"), user("carl"));
        let list = [("s1", &ann[..]), ("s2", &bob[..]), ("s3", &carl[..])];
        let found = [("map-octo-ann", NO), ("map-bob-1", NO), ("map-octo-ann-1", NO), ("map-carl-2", NO)];
        let told = |found| told(found, &list);
        assert_eq!(told(&found), "map-octo-ann=s1 map-bob-1=s2 map-carl-2=s3 map-octo-ann-1?s1");
        assert_eq!(told(&[("map-bob-1", NO), ("map-carl-1", NO)]), "map-bob-1=s2 map-carl-1=s3 -s1");
        assert_eq!(told(&[("map-bob-1", NO), ("map-bob-2", NO)]), "-s1 -s2 -s3");
    }

    #[test]
    fn what_is_alike_is_named() {
        let list = [("smiht", NO), ("ann@x.edu", NO), ("1001", NO)];
        assert_eq!(
            told(&[("smith", NO), ("ann", NO), ("s1001", NO), ("1002", NO)], &list),
            "smith?smiht ann?ann@x.edu s1001?1001 -smiht -ann@x.edu -1001"
        );
    }
}
