//! Whose hand-in is what in a folder of hand-ins: told from names alone, which learning platforms make by fixed rules.
//!
//! - **Canvas**, "Download Submissions": a file for each attachment, `<name>[_LATE]_<user>_<attachment>_<file>`, with
//!   `anon_<code>` in place of name and user where grading is anonymous. The name is the sortable name in lower case,
//!   without spaces and commas. What was typed in is `…_text.html` or `…_link.html`, without an attachment. A file that is
//!   handed in again under its name gets `-1`, `-2` before its ending. Source: `get_filename` and `add_upload_submission` in
//!   `lib/content_zipper.rb` of instructure/canvas-lms. (Guides call the second number the submission's; it is the
//!   attachment's, so that the greater one is the newer one.)
//! - **Moodle**, "Download all submissions": `<full name>_<number>_assignsubmission_<plugin>` and in it the files as they were
//!   handed in (older releases add `_` to the folder), or, without folders, that and `_<file>`. The number stands for the
//!   student in this one assignment, also as `Participant <number>` in the grading worksheet. Source: `get_student_prefix`
//!   and `load_submissionplugin_filelist` in `mod/assign/classes/downloader.php` of moodle/moodle.
//! - **Gradescope**, "Export Submissions": `assignment_<number>_export/` with a folder `submission_<number>/` for each,
//!   unpacked, and `submission_metadata.yml` (see [`super::gradescope`]).
//! - Anything else: a folder, an archive or a source file for each student, with the student's id as its name.

use std::collections::BTreeMap;

use super::archive::Format;
use super::roster::Person;

/// The file that tells who made the submissions of a Gradescope export.
pub(super) const METADATA: &str = "submission_metadata.yml";

/// A file or folder among hand-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// What one student handed in, as names of files and folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) person: Person,
    /// What counts, with what the student called it.
    pub(super) parts: Vec<(String, String)>,
    /// What is to be said about it.
    pub(super) notes: Vec<String>,
}

/// The names sorted by student, and those that are nobody's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    pub(super) items: Vec<Item>,
    pub(super) left_out: Vec<String>,
    /// Whether a platform's export was recognised.
    pub(super) is_export: bool,
}

/// Sorts what lies in a folder of hand-ins. The names must be in order.
pub(super) fn sort(names: &[Named]) -> Sorted {
    let canvas = |named: &Named| Upload::canvas(named).is_some();
    let handed_in =
        |named: &&Named| named.is_folder || Format::of(&named.name).is_some() || is_source(&named.name);
    let mut those = names.iter().filter(handed_in).peekable();
    // One name such as `team_1_2_final.zip` says nothing; a folder where all names are like that is one of Canvas'.
    let is_canvas =
        those.peek().is_some() && those.all(canvas) || those.peek().is_none() && names.iter().any(canvas);
    let upload = |named| if is_canvas { Upload::canvas(named) } else { Upload::moodle(named) };
    let mut sorted = Sorted::default();
    let mut uploads: BTreeMap<String, Vec<Upload>> = BTreeMap::new();
    for named in names {
        if let Some(upload) = upload(named) {
            uploads.entry(upload.id.clone()).or_default().push(upload);
        } else if handed_in(&named) || Format::unreadable(&named.name).is_some() {
            let parts = vec![(named.name.clone(), named.name.clone())];
            let id = if named.is_folder { &named.name } else { stem(&named.name) };
            sorted.items.push(Item {
                id: id.to_owned(),
                person: Person::default(),
                parts,
                notes: Vec::new(),
            });
        } else {
            sorted.left_out.push(named.name.clone());
        }
    }
    sorted.is_export = !uploads.is_empty();
    sorted.items.extend(uploads.into_values().map(of_uploads));
    sorted
}

/// A name without the ending of an archive or a source file.
pub(super) fn stem(name: &str) -> &str {
    let archive = Format::of(name).map(|(_, stem)| stem).or_else(|| Format::unreadable(name));
    archive.or_else(|| name.strip_suffix(".rs")).unwrap_or(name)
}

pub(super) fn is_source(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

/// A file or folder in a platform's export.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Upload {
    id: String,
    person: Option<String>,
    /// The greater, the newer.
    attachment: u64,
    entry: String,
    /// What the student called it.
    file: String,
}

impl Upload {
    fn canvas(named: &Named) -> Option<Self> {
        if named.is_folder && Format::of(&named.name).is_none() {
            return None;
        }
        let parts: Vec<&str> = named.name.split('_').collect();
        // The name has no `_<digits>_` in it: Canvas takes that out.
        let user = parts
            .iter()
            .enumerate()
            .skip(1)
            .find(|(at, part)| is_number(part) || (*at == 1 && parts[0] == "anon"));
        let (at, user) = user.map(|(at, user)| (at, (*user).to_owned()))?;
        let name = match &parts[..at] {
            ["anon"] => None,
            [name @ .., "LATE"] | name => Some(name.join("_")),
        };
        let rest = &parts[at + 1..];
        let (attachment, file) = match rest {
            [number, file @ ..] if is_number(number) && !file.is_empty() => {
                (number.parse().ok()?, file.join("_"))
            }
            ["text.html" | "link.html"] => (0, rest[0].to_owned()),
            _ => return None,
        };
        Some(Self { id: user, person: name, attachment, entry: named.name.clone(), file })
    }

    fn moodle(named: &Named) -> Option<Self> {
        let (who, what) = named.name.rsplit_once("_assignsubmission_")?;
        let (name, number) =
            who.rsplit_once('_').filter(|(name, number)| is_number(number) && !name.is_empty())?;
        let file = match what.split_once('_') {
            // What was typed in is no source.
            _ if what.split('_').next() != Some("file") => "text.html",
            _ if named.is_folder && Format::of(&named.name).is_none() => "",
            Some((_, file)) => file,
            None => return None,
        };
        let name = Some(name).filter(|name| *name != "Participant").map(str::to_owned);
        Some(Self {
            id: number.to_owned(),
            person: name,
            attachment: 0,
            entry: named.name.clone(),
            file: file.to_owned(),
        })
    }

    fn is_answer(&self) -> bool {
        self.file.is_empty() || Format::of(&self.file).is_some() || is_source(&self.file)
    }
}

/// What counts of a student's uploads: the newest archive, or all source files, each in its newest version.
fn of_uploads(mut uploads: Vec<Upload>) -> Item {
    uploads.sort_by_key(|upload| (upload.is_answer(), upload.attachment));
    let mut item =
        Item { id: String::new(), person: Person::default(), parts: Vec::new(), notes: Vec::new() };
    let Some(newest) = uploads.last() else { return item };
    item.id.clone_from(&newest.id);
    item.person.name = uploads.iter().find_map(|upload| upload.person.clone());
    let sources: Vec<&Upload> = uploads.iter().filter(|upload| is_source(&upload.file)).collect();
    let mut files: BTreeMap<String, Vec<&Upload>> = BTreeMap::new();
    for upload in &uploads {
        if is_source(&newest.file) && is_source(&upload.file) {
            files.entry(first_name(&upload.file, &sources)).or_default().push(upload);
        } else if !is_source(&newest.file)
            && !is_source(&upload.file)
            && upload.is_answer() == newest.is_answer()
        {
            files.entry(String::new()).or_default().push(upload);
        }
    }
    for (file, versions) in files {
        let newest = versions.last().map_or(0, |newest| newest.attachment);
        let (newest, older): (Vec<&Upload>, _) =
            versions.iter().partition(|upload| upload.attachment == newest);
        if newest.iter().all(|upload| upload.is_answer()) {
            item.notes.extend(of_attempts(&older, newest[0]));
        }
        let name = |upload: &Upload| if file.is_empty() { upload.file.clone() } else { file.clone() };
        item.parts.extend(newest.into_iter().map(|upload| (upload.entry.clone(), name(upload))));
    }
    item
}

/// Says that there are several attempts and which counts.
fn of_attempts(older: &[&Upload], newest: &Upload) -> Option<String> {
    let others: Vec<String> = older.iter().map(|upload| format!("`{}`", upload.entry)).collect();
    let others = others.join(", ");
    (!older.is_empty()).then(|| {
        format!("the newest of {} attempts counts: `{}`, not {others}", older.len() + 1, newest.entry)
    })
}

/// The name that a file had when it was handed in for the first time: `lib-2.rs` is a newer `lib.rs`, given that there is a
/// `lib.rs` or that no other file could be it.
fn first_name(file: &str, all: &[&Upload]) -> String {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let first =
        stem.rsplit_once('-').filter(|(_, number)| is_number(number)).map(|(first, _)| format!("{first}.rs"));
    let is_first = |first: &String| first == "lib.rs" || all.iter().any(|upload| upload.file == *first);
    first.filter(is_first).unwrap_or_else(|| file.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Sorted {
        let folder_or_file = |name: &&str| Named {
            name: name.trim_end_matches('/').to_owned(),
            is_folder: name.ends_with('/'),
        };
        sort(&names.iter().map(folder_or_file).collect::<Vec<_>>())
    }

    /// `id (name): entry as file, …; note; …`
    fn lines(sorted: &Sorted) -> Vec<String> {
        let line = |item: &Item| {
            let parts = item.parts.iter().map(|(entry, file)| format!("{entry} as {file}"));
            let parts = parts.collect::<Vec<_>>().join(", ");
            let name = item.person.name.clone().unwrap_or_default();
            let parts = [parts].iter().chain(&item.notes).cloned().collect::<Vec<_>>().join("; ");
            format!("{} ({name}): {parts}", item.id)
        };
        sorted.items.iter().map(line).collect()
    }

    #[test]
    fn canvas_names_tell_the_student_and_the_newest_attempt() {
        let sorted = sorted(&[
            "anon_x7Kq2_208_work.zip",
            "smithbob_LATE_341_900_work_v2-1.zip",
            "smithbob_LATE_341_850_work_v2.zip",
            "van_derberg_12_77_lib-1.rs",
            "van_derberg_12_78_pool.rs",
            "zoe_9_text.html",
        ]);
        assert_eq!(
            lines(&sorted),
            [
                "12 (van_derberg): van_derberg_12_77_lib-1.rs as lib.rs, van_derberg_12_78_pool.rs as pool.rs",
                "341 (smithbob): smithbob_LATE_341_900_work_v2-1.zip as work_v2-1.zip; the newest of 2 attempts counts: \
                 `smithbob_LATE_341_900_work_v2-1.zip`, not `smithbob_LATE_341_850_work_v2.zip`",
                "9 (zoe): zoe_9_text.html as text.html",
                "x7Kq2 (): anon_x7Kq2_208_work.zip as work.zip",
            ]
        );
    }

    #[test]
    fn moodle_names_tell_the_student_with_and_without_folders() {
        let sorted = sorted(&[
            "Ann-Marie O'Neil_4711_assignsubmission_file/",
            "Bob Smith_12_assignsubmission_file_/",
            "Bob Smith_12_assignsubmission_onlinetext_/",
            "Participant_99_assignsubmission_file_my_work.tar.gz",
        ]);
        assert_eq!(
            lines(&sorted),
            [
                "12 (Bob Smith): Bob Smith_12_assignsubmission_file_ as ",
                "4711 (Ann-Marie O'Neil): Ann-Marie O'Neil_4711_assignsubmission_file as ",
                "99 (): Participant_99_assignsubmission_file_my_work.tar.gz as my_work.tar.gz",
            ]
        );
    }

    #[test]
    fn other_names_are_the_ids() {
        let sorted =
            sorted(&["alice/", "bob.tar.gz", "carol_1_2_final.zip", "dave.rar", "erin.rs", "notes.txt"]);
        let ids: Vec<&str> = sorted.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["alice", "bob", "carol_1_2_final", "dave", "erin"]);
        assert_eq!(sorted.left_out, ["notes.txt"]);
    }
}
