//! Small words for messages: counts, lists, figures, places.

mod commands;

use std::sync::OnceLock;

use crate::run::Stuck;
use crate::wire::Place;

pub use commands::{brackets_of_commands, inert};

/// `1 call`, `3 calls`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(number as u64)) }
}

/// `10,000`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `0, 3 and 7`, or `0, 3, 7, 8 and 12 more`.
#[must_use]
pub fn list<T: ToString>(things: impl IntoIterator<Item = T>) -> String {
    const SHOWN: usize = 5;
    let all: Vec<String> = things.into_iter().map(|thing| thing.to_string()).collect();
    match all.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] if all.len() <= SHOWN => format!("{} and {last}", rest.join(", ")),
        _ => format!("{} and {} more", all[..SHOWN - 1].join(", "), all.len() - (SHOWN - 1)),
    }
}

/// The same text without characters that steer a terminal or turn the direction of writing: those are shown escaped. Lines
/// stay lines, and none is a command to a CI system ([`inert`]). For whatever a student's code may have made up: panic messages, names of threads and folders.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if (letter.is_control() && letter != '\n') || turns {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    inert(&shown).into_owned()
}

/// A path without type arguments: `std::sync::mpsc::Receiver::recv`.
#[must_use]
pub fn without_arguments(path: &str) -> String {
    // `<Type as Trait>::method` and `<Type>::method` are `Type::method` to a learner.
    let path = match path.strip_prefix('<').zip(path.rsplit_once(">::")) {
        Some((inner, (_, method))) => {
            let kind = inner.split_once(" as ").or(inner.rsplit_once(">::")).map_or(inner, |(kind, _)| kind);
            format!("{kind}::{method}")
        }
        None => path.to_owned(),
    };
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in path.chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// The last two names of a path, without type arguments: `Receiver::recv`.
#[must_use]
pub fn last_names(path: &str) -> String {
    let plain = without_arguments(path);
    let names: Vec<&str> =
        plain.split("::").filter(|name| !name.is_empty() && !name.starts_with('{')).collect();
    match names[names.len().saturating_sub(2)..] {
        // The functions of `std::thread` stand in modules that nobody can name.
        [module, function]
            if plain.starts_with("std::thread::") && module.starts_with(char::is_lowercase) =>
        {
            format!("thread::{function}")
        }
        // The linker makes one function of what is equal, and any of their names is found.
        [kind, "read"] if ["ChildStderr", "ChildStdout", "PipeReader"].contains(&kind) => {
            "Read::read".to_owned()
        }
        ref last => last.join("::"),
    }
}

/// `src/lib.rs:29`: a place in a student's source, from `src/` on; under `cargo test` with the way to it from where the reader stands.
#[must_use]
pub fn place(place: &Place) -> String {
    place_from(BEFORE_SOURCES.get().map_or("", String::as_str), place)
}

/// What is before the places of this process. One process is read by one reader.
static BEFORE_SOURCES: OnceLock<String> = OnceLock::new();

/// From now on, has [`place`] begin with `before`, the path to the folder in which `src` lies, with its last `/`. Only the first call counts.
pub(crate) fn told_from(before: String) {
    BEFORE_SOURCES.get_or_init(|| before);
}

fn place_from(before: &str, place: &Place) -> String {
    let file = place.file.as_str();
    match file.find("/src/").filter(|_| file.contains("exercises/")) {
        Some(slash) => format!("{before}{}:{}", &file[slash + 1..], place.line),
        None => format!("{file}:{}", place.line),
    }
}

/// `` (in `Condvar::wait` at src/lib.rs:29)``: where a thread of this name stands, as a clause behind it; empty where that is not known.
#[must_use]
pub fn standing(threads: &[Stuck], name: &str) -> String {
    let own = threads.iter().find(|thread| thread.thread == name);
    let stands = own.and_then(|thread| Some((thread.callee.as_ref()?, thread.place.as_ref()?)));
    stands.map(|(callee, at)| format!(" (in `{}` at {})", last_names(callee), place(at))).unwrap_or_default()
}

/// `tick 2,000`: a moment on the virtual clock.
#[must_use]
pub fn tick(at: u64) -> String {
    format!("tick {}", thousands(at))
}

/// `3.57`: hundredths, cut off rather than rounded up, so that a figure never promises more than there is.
#[must_use]
pub fn ratio(of: u64, by: u64) -> String {
    if by == 0 {
        return "∞".to_owned();
    }
    let hundredths = of * 100 / by;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lists_and_ratios_read_well() {
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(count(10_000, "call"), "10,000 calls");
        assert_eq!(list([0, 3, 7]), "0, 3 and 7");
        assert_eq!(list(0..20), "0, 1, 2, 3 and 16 more");
        assert_eq!(ratio(1000, 280), "3.57");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(tick(2000), "tick 2,000");
    }

    #[test]
    fn paths_are_shortened_to_what_a_learner_calls() {
        let shown = [
            ("std::sync::mpsc::Receiver<T>::recv", "Receiver::recv"),
            ("<std::sync::mpsc::Iter<T> as core::iter::Iterator>::next", "Iter::next"),
            ("<std::sync::mpsc::IntoIter<(usize, u64)> as core::iter::Iterator>::next", "IntoIter::next"),
            ("<std::sync::poison::mutex::Mutex<u64>>::lock", "Mutex::lock"),
            ("std::thread::scoped::scope::{{closure}}", "thread::scope"),
            ("std::thread::functions::sleep", "thread::sleep"),
            ("std::thread::join_handle::JoinHandle<T>::join", "JoinHandle::join"),
            ("<std::process::ChildStderr as std::io::Read>::read", "Read::read"),
        ];
        for (path, names) in shown {
            assert_eq!(last_names(path), names);
        }
        let at = |before: &str, file: &str| place_from(before, &Place { file: file.to_owned(), line: 7 });
        let (kit, own) = ("exercises/03-ordered-map/", "exercises/03-ordered-map/src/lib.rs");
        assert_eq!(at("", own), "src/lib.rs:7");
        assert_eq!(at(kit, own), "exercises/03-ordered-map/src/lib.rs:7");
        assert_eq!(at(kit, "/rustc/1/library/std/src/lib.rs"), "/rustc/1/library/std/src/lib.rs:7");
    }

    #[test]
    fn what_steers_a_terminal_is_shown_and_lines_stay() {
        assert_eq!(printable("über\n\u{1b}[2J\r\u{202e}x"), "über\n\\u{1b}[2J\\r\\u{202e}x");
    }
}
