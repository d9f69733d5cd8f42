//! Fingerprints of sources by winnowing: S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: Local Algorithms for Document Fingerprinting",
//! SIGMOD 2003.
//!
//! A source is a row of tokens, in which names and literals are only that: what anybody may change without changing the code, as names,
//! comments and layout, is not there. Each run of [`GRAM`] tokens has a hash, and of each [`WINDOW`] runs in a row the least one is kept. So
//! two sources that share [`GRAM`] + [`WINDOW`] - 1 tokens in a row have a fingerprint in common, and less than [`GRAM`] never count.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;

use crate::intake::{Sources, TokenKind, tokens};

/// Tokens of a run: about two lines.
const GRAM: usize = 16;

/// Runs of which one is kept.
const WINDOW: usize = 6;

/// Fingerprints, each with a place where it stands.
pub(super) type Prints = HashMap<u64, Place>;

/// Where a run of tokens stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) lines: RangeInclusive<usize>,
}

/// The fingerprints of some sources.
pub(super) fn of(sources: &Sources) -> Prints {
    let mut prints = Prints::new();
    for (path, text) in &sources.0 {
        let rows = significant(&String::from_utf8_lossy(text));
        let grams: Vec<(u64, RangeInclusive<usize>)> = rows
            .windows(GRAM)
            .map(|gram| {
                let mut hash = DefaultHasher::new();
                for (token, _) in gram {
                    token.hash(&mut hash);
                }
                (hash.finish(), gram[0].1..=gram[GRAM - 1].1)
            })
            .collect();
        for at in winnowed(&grams.iter().map(|(hash, _)| *hash).collect::<Vec<_>>()) {
            let (hash, lines) = &grams[at];
            let place = || Place { file: path.display().to_string(), lines: lines.clone() };
            prints.entry(*hash).or_insert_with(place);
        }
    }
    prints
}

/// The places of the hashes that are kept: of each window the least, the last of equals.
fn winnowed(hashes: &[u64]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    // Places of which each is less than all that follow it, the least first.
    let mut window: VecDeque<usize> = VecDeque::new();
    for at in 0..hashes.len() {
        while window.back().is_some_and(|&last| hashes[last] >= hashes[at]) {
            window.pop_back();
        }
        window.push_back(at);
        if window[0] + WINDOW <= at {
            window.pop_front();
        }
        let is_whole = at + 1 >= WINDOW.min(hashes.len());
        if is_whole && kept.last() != Some(&window[0]) {
            kept.push(window[0]);
        }
    }
    kept
}

/// The tokens that are code, with their lines.
fn significant(source: &str) -> Vec<(String, usize)> {
    let tokens = tokens(source).filter_map(|token| {
        let text = match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => {
                return None;
            }
            TokenKind::Literal { .. } => "0",
            TokenKind::Lifetime { .. } | TokenKind::RawLifetime => "'a",
            TokenKind::Ident | TokenKind::RawIdent if !KEYWORDS.contains(&token.text) => "x",
            _ => token.text,
        };
        Some((text.to_owned(), token.line))
    });
    tokens.collect()
}

/// Words that are no names.
const KEYWORDS: [&str; 34] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "static", "struct", "trait", "true", "use", "where", "while",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_literals_comments_and_layout_are_not_there() {
        let tokens = |source: &str| {
            significant(source).into_iter().map(|(token, _)| token).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(tokens("let a = b(\"x\", 1.5); // sum"), "let x = x ( 0 , 0 ) ;");
        assert_eq!(tokens("for<'q> r#match/* */\n != self"), "for < 'a > x ! = self");
    }

    proptest! {
        /// The guarantee of the paper: whatever stands around it, a row that is long enough is found.
        #[test]
        fn two_rows_that_share_enough_have_a_fingerprint_in_common(
            shared in proptest::collection::vec(0_u64..50, WINDOW..20),
            before in proptest::collection::vec(0_u64..50, 0..20),
            after in proptest::collection::vec(0_u64..50, 0..20),
        ) {
            let around = [&before[..], &shared, &after].concat();
            let kept = |row: &[u64]| winnowed(row).into_iter().map(|at| row[at]).collect::<Vec<_>>();
            let own = kept(&shared);
            prop_assert!(kept(&around).iter().any(|hash| own.contains(hash)));
        }
    }

    #[test]
    fn of_each_window_one_is_kept() {
        assert_eq!(winnowed(&[5, 4, 3, 2, 1, 0]), [5]);
        assert_eq!(winnowed(&[0, 1, 2, 3, 4, 5, 6]), [0, 1]);
        assert_eq!(winnowed(&[7, 7]), [1]);
        assert_eq!(winnowed(&[]), [] as [usize; 0]);
    }
}
