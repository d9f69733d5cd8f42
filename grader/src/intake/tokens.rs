//! A hand-in's source as tokens, by the compiler's own lexer: what is said in comments, in text and in parts of names is
//! not code.
//!
//! Invariant: total. Any text gives tokens, in time and memory linear in its length, and nothing here recurses.

pub(crate) use ra_ap_rustc_lexer::TokenKind;
use ra_ap_rustc_lexer::{self as lexer, FrontmatterAllowed};

/// A token, comments and white space included.
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    /// From 1.
    pub(crate) line: usize,
}

/// The tokens of a source file.
pub(crate) fn tokens(source: &str) -> impl Iterator<Item = Token<'_>> {
    let unmarked = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mut rest = &unmarked[lexer::strip_shebang(unmarked).unwrap_or(0)..];
    let mut line = 1;
    // Not `FrontmatterAllowed::Yes`: whether the compiler skips such a block depends on how it came to the file.
    lexer::tokenize(rest, FrontmatterAllowed::No).map(move |token| {
        let (text, after) = rest.split_at(token.len as usize);
        rest = after;
        let starts = line;
        line += text.matches('\n').count();
        Token { kind: token.kind, text, line: starts }
    })
}

/// The line where brackets are nested deeper than `most`, if they are.
pub(super) fn nested_deeper_than(most: usize, source: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for token in tokens(source) {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if depth > most {
            return Some(token.line);
        }
    }
    None
}

/// The line of the first `keyword` that is one, if there is one.
pub(super) fn keyword(keyword: &str, source: &str) -> Option<usize> {
    let mut tokens = tokens(source);
    tokens.find(|token| token.kind == TokenKind::Ident && token.text == keyword).map(|token| token.line)
}

/// The same of a name, which may be written raw (`r#name`).
pub(super) fn word(word: &str, source: &str) -> Option<usize> {
    let is_it = |token: &Token| match token.kind {
        TokenKind::Ident => token.text == word,
        TokenKind::RawIdent => token.text.strip_prefix("r#") == Some(word),
        _ => false,
    };
    tokens(source).find(is_it).map(|token| token.line)
}

/// The line of the first string literal whose text is `wanted`, if there is one. Escapes are not resolved: this finds
/// a place to name, and decides nothing.
pub(super) fn text(source: &str, wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut tokens = tokens(source);
    let is_wanted = |token: &Token| {
        matches!(token.kind, TokenKind::Literal { .. })
            && token
                .text
                .split_once('"')
                .is_some_and(|(_, text)| wanted(text.trim_end_matches('#').trim_end_matches('"')))
    };
    tokens.find(is_wanted).map(|token| token.line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_is_a_keyword_only_as_code() {
        for free in [
            "// unsafe",
            "/* unsafe /* unsafe */ unsafe */",
            "/// unsafe\nfn f() {}",
            "const A: &str = \"unsafe\";",
            "const A: &str = \"\\\" unsafe\";",
            "const A: &str = r#\"\" unsafe \"#;",
            "const A: &[u8] = b\"unsafe\";",
            "const A: &CStr = c\"unsafe\";",
            "#![forbid(unsafe_code)]",
            "fn r#unsafe() {}",
            "fn unsafe_2() {}",
            "fn f<'unsafe_>() {}",
            "#!/usr/bin/env unsafe\nfn f() {}",
        ] {
            assert_eq!(keyword("unsafe", free), None, "{free}");
        }
        for (code, line) in [
            ("unsafe {}", 1),
            ("\u{feff}fn f() {\r\n    unsafe {}\r\n}", 2),
            ("/* \n */ #[unsafe(naked)]", 2),
            ("macro_rules! m { () => { unsafe { } } }", 1),
            ("fn f() { '\"'; unsafe {} }", 1),
            ("#![allow(a)] unsafe fn f() {}", 1),
            ("---\nunsafe\n---", 2),
        ] {
            assert_eq!(keyword("unsafe", code), Some(line), "{code}");
        }
    }

    #[test]
    fn depth_counts_brackets_of_code_alone() {
        let deep = format!("fn f() {{\n{}1{}\n}}", "(".repeat(10), ")".repeat(10));
        assert_eq!(nested_deeper_than(11, &deep), None);
        assert_eq!(nested_deeper_than(10, &deep), Some(2));
        assert_eq!(nested_deeper_than(1, "const A: &str = \"(((((\"; // (((("), None);
        // What is closed and was never opened leaves no credit.
        assert_eq!(nested_deeper_than(1, ")))))(("), Some(1));
    }

    #[test]
    fn a_literal_is_found_by_its_text() {
        let source = "f(\"a\");\ng(r##\"b.txt\"##);";
        assert_eq!(text(source, |text| text == "a"), Some(1));
        assert_eq!(text(source, |text| text == "b.txt"), Some(2));
        assert_eq!(text(source, |text| text == "g"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_covered_by_its_tokens(source in any_source()) {
            let tokens: Vec<Token> = tokens(&source).collect();
            let together: String = tokens.iter().map(|token| token.text).collect();
            prop_assert!(source.ends_with(&together));
            prop_assert!(tokens.iter().all(|token| !token.text.is_empty()));
            // Each looks at every token, whatever there is.
            let _ = (nested_deeper_than(1, &source), keyword("unsafe", &source), text(&source, |_| false));
        }

        #[test]
        fn what_is_behind_a_line_comment_is_never_code(words in any_source()) {
            let line = words.replace(['\n', '\r'], " ");
            prop_assert_eq!(keyword("unsafe", &format!("// {line} unsafe {{")), None);
        }
    }

    /// Text that is mostly made of what a lexer has to look at twice.
    fn any_source() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("unsafe"),
            Just("r#"),
            Just("\""),
            Just("'"),
            Just("/*"),
            Just("*/"),
            Just("//"),
            Just("\n"),
            Just("\r\n"),
            Just("\u{feff}"),
            Just("#!"),
            Just("b\""),
            Just("cr##\""),
            Just("\\"),
            Just("("),
            Just("}"),
            Just("---"),
            Just("ä"),
            Just("🦀"),
            Just("0x"),
            Just("1e"),
            Just("\0"),
            Just("'r#"),
            Just(" "),
        ];
        let pieces = prop::collection::vec(piece, 0..64).prop_map(|pieces| pieces.concat());
        prop_oneof![pieces, any::<String>()]
    }
}
