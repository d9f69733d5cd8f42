//! The rules for what was compiled: nothing but the hand-in's own sources is read, nothing of the environment, and there is
//! no `unsafe`.
//!
//! They are judged after the compiler ran, by what it read: a file that it left alone may say anything. A refusal
//! names the place, the rule and what to do instead.

use std::path::Path;

use super::Sources;
use super::reads::Reads;
use super::tokens;

/// Why a hand-in whose sources lay in the folder `src` is refused, given what the compiler read; `None` where it is not.
pub(crate) fn refusal(src: &Path, sources: &Sources, reads: &Reads) -> Option<String> {
    let code = Code { src, sources };
    let is_ours = |file: &Path| file.strip_prefix(src).is_ok_and(|file| sources.has(file));
    // A module that is not there is an ordinary mistake, and the compiler's to tell.
    let could_be_ours = |file: &Path| file.starts_with(src) && file.extension().is_some_and(|rs| rs == "rs");
    let foreign = reads.files.iter().find(|file| !is_ours(file));
    if let Some(file) = foreign.or_else(|| reads.tried.iter().find(|file| !could_be_ours(file))) {
        let at = code
            .naming(|text| Path::new(text).file_name().is_some_and(|name| Some(name) == file.file_name()));
        return Some(format!(
            "{at}: the file `{}` is read while this is compiled, and only the .rs files below src/ are part of a hand-in; \
             write what you need into your code (`mod name;` takes a file in)",
            file.display()
        ));
    }
    if let Some(variable) = reads.variables.first() {
        let at = code.naming(|text| text == variable);
        return Some(format!(
            "{at}: the environment variable `{variable}` is read while this is compiled, and an answer may not depend on \
             where it is compiled; write the value into your code",
        ));
    }
    let read = |file: &Path| reads.files.contains(&src.join(file));
    let (file, line) = code.find(|file, text| tokens::keyword("unsafe", text).filter(|_| read(file)))?;
    Some(format!(
        "{}:{line}: `unsafe` is not allowed, not in macros and attributes either; share with `Arc`, `Mutex`, atomics or channels, \
         and borrow across threads with `std::thread::scope`",
        src.join(file).display()
    ))
}

/// Whether something in these sources outlives what it is made for: a `static`, or what a thread has for itself. Where threads only take
/// turns, and one program follows another, such a thing is not what it is elsewhere.
pub(crate) fn has_globals(sources: &Sources) -> bool {
    let code = Code { src: Path::new(""), sources };
    ["static", "thread_local"].iter().any(|word| code.find(|_, text| tokens::word(word, text)).is_some())
}

struct Code<'a> {
    src: &'a Path,
    sources: &'a Sources,
}

impl Code<'_> {
    /// The first file, and the line in it, that `find` finds.
    fn find(&self, find: impl Fn(&Path, &str) -> Option<usize>) -> Option<(&Path, usize)> {
        self.sources.0.iter().find_map(|(path, bytes)| {
            let text = str::from_utf8(bytes).ok()?;
            Some((path.as_path(), find(path, text)?))
        })
    }

    /// The place of the literal that names something, as well as it can be found.
    fn naming(&self, wanted: impl Fn(&str) -> bool) -> String {
        match self.find(|_, source| tokens::text(source, &wanted)) {
            Some((file, line)) => format!("{}:{line}", self.src.join(file).display()),
            None => self.src.display().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SRC: &str = "exercises/03-ordered-map/src";

    fn sources(files: &[(&str, &str)]) -> Sources {
        Sources(files.iter().map(|(path, text)| (path.into(), text.as_bytes().to_vec())).collect())
    }

    /// The compiler read these files, and these lines are in its list.
    fn refused(files: &[(&str, &str)], list: &str) -> Option<String> {
        refusal(Path::new(SRC), &sources(files), &Reads::new(Some(list), b""))
    }

    fn read(file: &str) -> String {
        format!("{SRC}/{file}:\n")
    }

    #[test]
    fn own_files_are_free_however_they_are_reached() {
        let files = [("lib.rs", "mod a;"), ("a.rs", ""), ("deep/b.rs", "")];
        let list = [read("lib.rs"), read("a.rs"), read("../src/deep/b.rs")].concat();
        assert_eq!(refused(&files, &list), None);
    }

    #[test]
    fn a_foreign_file_is_refused_with_the_line_that_names_it() {
        let lib = ("lib.rs", "\nconst A: &str = read!(concat!(\"/etc/\", \"passwd\"));");
        let why =
            refused(&[lib], &[read("lib.rs"), "/etc/passwd:\n".into()].concat()).expect("it is refused");
        assert!(why.starts_with(&format!("{SRC}/lib.rs:2: the file `/etc/passwd` is read")), "{why}");
    }

    #[test]
    fn a_file_of_the_hand_in_that_was_not_taken_is_foreign() {
        for foreign in [read("data.txt"), read("../tests/checks.rs"), "kit/adapter.rs:\n".into()] {
            assert!(refused(&[("lib.rs", "")], &foreign).is_some(), "{foreign}");
        }
    }

    #[test]
    fn a_foreign_file_that_is_not_there_is_refused_and_a_module_of_ones_own_is_not() {
        let tried = |file: &str| {
            let line =
                serde_json::json!({ "message": format!("couldn't read `{file}`: No such file") }).to_string();
            refusal(Path::new(SRC), &sources(&[("lib.rs", "")]), &Reads::new(None, line.as_bytes()))
        };
        assert!(tried("/etc/passwd").is_some());
        assert!(tried(&format!("{SRC}/../README.md")).is_some());
        assert_eq!(tried(&format!("{SRC}/not_there.rs")), None);
    }

    #[test]
    fn a_variable_is_refused_by_name_and_without_its_value() {
        let lib = ("lib.rs", "fn f() {\n    option_env!(\"HOME\");\n}");
        let why = refused(&[lib], "# env-dep:HOME=/root/secret\n").expect("it is refused");
        assert!(
            why.starts_with(&format!("{SRC}/lib.rs:2: the environment variable `HOME` is read")),
            "{why}"
        );
        assert!(!why.contains("secret"));
    }

    #[test]
    fn what_outlives_a_call_is_found_as_code_alone() {
        let has = |text| has_globals(&sources(&[("lib.rs", "mod a;"), ("a.rs", text)]));
        for text in [
            "static A: u8 = 1;",
            "fn f() { static A: u8 = 1; }",
            "thread_local! {}",
            "std::r#thread_local! {}",
        ] {
            assert!(has(text), "{text}");
        }
        for text in [
            "fn f(text: &'static str) {}",
            "// static",
            "const A: &str = \"thread_local\";",
            "fn statics() {}",
        ] {
            assert!(!has(text), "{text}");
        }
    }

    #[test]
    fn unsafe_counts_in_files_that_were_read_alone() {
        let files = [("lib.rs", "// unsafe\nfn r#unsafe() {}"), ("old.rs", "\nunsafe fn f() {}")];
        assert_eq!(refused(&files, &read("lib.rs")), None);
        let why = refused(&files, &[read("lib.rs"), read("old.rs")].concat()).expect("it is refused");
        assert!(why.starts_with(&format!("{SRC}/old.rs:2: `unsafe` is not allowed")), "{why}");
    }
}
