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
//! - **Brightspace**, "Download": a folder `<user>-<folder> - <full name> - <date>` for each attempt, or, flat, that and ` - <file>`.
//!   The user's number is in no list of the class: there the name tells who it is.
//! - **Blackboard**, "Assignment File Download": `<assignment>_<user name>_attempt_<date>_<file>`, and for each attempt a text
//!   without `_<file>`.
//! - **Sakai**, "Download All": a folder `<last>, <first>(<user name>)`, and in it `Submission attachment(s)`.
//! - **ILIAS**: a folder `<last>_<first>_<login>_<number>`, and in it the files with the date before their names.
//!   (There and on Blackboard a user's name may have `_` in it: see [`super::users`].)
//! - Anything else: a folder, an archive or a source file for each student, with the student's id as its name.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::archive::Format;
use super::moment::Moment;
use super::roster::{HANDED_IN, Person};
use super::users;

/// The file that tells who made the submissions of a Gradescope export.
pub(super) const METADATA: &str = "submission_metadata.yml";

/// A file or folder among hand-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// What one student handed in, as names of files and folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) person: Person,
    /// What counts, with what the student called it.
    pub(super) parts: Vec<(String, String)>,
    /// What is to be said about it.
    pub(super) notes: Vec<String>,
    /// The platform says so.
    pub(super) is_late: bool,
}

/// The names sorted by student, and those that are nobody's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted {
    pub(super) items: Vec<Item>,
    pub(super) left_out: Vec<String>,
    /// Whether a platform's export was recognised.
    pub(super) is_export: bool,
}

/// Sorts what lies in a folder of hand-ins. The names must be in order. `holds` tells what lies in one of the folders, `is_listed` whether
/// the class has such a user.
pub(super) fn sort(
    names: &[Named],
    holds: &dyn Fn(&str) -> Vec<String>,
    is_listed: &dyn Fn(&str) -> bool,
) -> Sorted {
    let canvas = |named: &Named| Upload::canvas(named).is_some();
    let mut those = names.iter().filter(|named| is_handed_in(named) && !is_loose(&named.name)).peekable();
    // One name such as `team_1_2_final.zip` says nothing; a folder where all names are like that is one of Canvas'.
    let is_canvas =
        those.peek().is_some() && those.all(canvas) || those.peek().is_none() && names.iter().any(canvas);
    let is_ilias = names.iter().any(|named| Upload::ilias(named, holds, false).is_some());
    let upload = |named: &Named| {
        if is_canvas { Upload::canvas(named) } else { Upload::other(named, holds, is_ilias) }
    };
    let mut sorted = Sorted::default();
    let mut uploads = Vec::new();
    for named in names {
        if let Some(upload) = upload(named) {
            uploads.push(upload);
        } else if is_handed_in(named) {
            let parts = vec![(named.name.clone(), named.name.clone())];
            let id = if named.is_folder { &named.name } else { stem(&named.name) };
            sorted.items.push(Item { id: id.to_owned(), parts, ..Item::default() });
        } else {
            sorted.left_out.push(named.name.clone());
        }
    }
    sorted.is_export = !uploads.is_empty();
    find_users(&mut uploads, is_listed);
    let mut of_students: BTreeMap<String, Vec<Upload>> = BTreeMap::new();
    for upload in uploads {
        of_students.entry(upload.id.clone()).or_default().push(upload);
    }
    sorted.items.extend(of_students.into_values().map(of_uploads));
    sorted
}

/// Gives those the id of their user whose name is not told apart from what is before it.
fn find_users(uploads: &mut [Upload], is_listed: &dyn Fn(&str) -> bool) {
    for before in [Before::Assignment, Before::Name] {
        let those = || uploads.iter().filter(|upload| upload.before_user == Some(before));
        let names: Vec<String> = those().map(|upload| upload.id.clone()).collect();
        let names = names.iter().map(String::as_str).collect();
        let users = match before {
            Before::Assignment => users::behind_an_assignment(&names, is_listed),
            Before::Name => users::at_the_end(&names, is_listed),
        };
        for upload in uploads.iter_mut().filter(|upload| upload.before_user == Some(before)) {
            let user = users[upload.id.as_str()].to_owned();
            let name = upload.id.strip_suffix(&user).filter(|name| !name.is_empty());
            let name = name.or_else(|| upload.id.rsplit_once('_').map(|(name, _)| name)).unwrap_or_default();
            if let (Before::Name, Some((last, first))) = (before, name.trim_end_matches('_').split_once('_'))
            {
                upload.person.name = Some(format!("{} {last}", first.replace('_', " ")));
            }
            upload.person.more.insert("username".to_owned(), user.clone());
            upload.id = user;
        }
    }
}

/// What is before a user in a name, with a `_` in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Assignment,
    Name,
}

/// Whether this is somebody's hand-in, if it lies in a folder of them.
pub(super) fn is_handed_in(named: &Named) -> bool {
    let name = &named.name;
    named.is_folder || Format::of(name).is_some() || Format::unreadable(name).is_some() || is_source(name)
}

/// Whether this is what lies in a hand-in, and names no student.
pub(super) fn is_loose(name: &str) -> bool {
    ["exercises", "src", "lib.rs", "tests", "solutions"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A name without the ending of an archive or a source file.
pub(super) fn stem(name: &str) -> &str {
    let archive = Format::of(name).map(|(_, stem)| stem).or_else(|| Format::unreadable(name));
    archive.or_else(|| without_rs(name)).unwrap_or(name)
}

/// Whether a name is that of a source file, also as systems change it: `LIB.RS`, `lib.rs.txt`.
pub(super) fn is_source(name: &str) -> bool {
    without_rs(name).is_some()
}

/// A source file's name without its ending.
pub(super) fn without_rs(name: &str) -> Option<&str> {
    [".rs", ".rs.txt"].iter().find_map(|ending| {
        let at = name.len().checked_sub(ending.len()).filter(|at| *at > 0 && name.is_char_boundary(*at))?;
        name[at..].eq_ignore_ascii_case(ending).then(|| &name[..at])
    })
}

/// A file or folder in a platform's export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Upload {
    id: String,
    /// The id ends with the user and has this before it.
    before_user: Option<Before>,
    person: Person,
    /// What belongs together, where the platform says so: the greater, the newer.
    attempt: u64,
    /// The greater, the newer.
    attachment: u64,
    is_late: bool,
    /// When it was handed in, where the name tells.
    handed_in: Option<Moment>,
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
        let (name, is_late) = match &parts[..at] {
            ["anon"] => (None, false),
            [name @ .., "LATE"] => (Some(name.join("_")), true),
            name => (Some(name.join("_")), false),
        };
        let rest = &parts[at + 1..];
        let (attachment, file) = match rest {
            [number, file @ ..] if is_number(number) && !file.is_empty() => {
                (number.parse().ok()?, file.join("_"))
            }
            ["text.html" | "link.html"] => (0, rest[0].to_owned()),
            _ => return None,
        };
        let mut person = Person { name, ..Person::default() };
        if is_number(&user) {
            person.more.insert("canvas_id".to_owned(), user.clone());
        }
        Some(Self {
            id: user,
            person,
            attachment,
            is_late,
            file,
            entry: named.name.clone(),
            ..Self::default()
        })
    }

    /// What another platform's name tells.
    fn other(named: &Named, holds: &dyn Fn(&str) -> Vec<String>, is_ilias: bool) -> Option<Self> {
        let upload =
            Self::moodle(named).or_else(|| Self::brightspace(named)).or_else(|| Self::blackboard(named));
        let mut upload =
            upload.or_else(|| Self::sakai(named)).or_else(|| Self::ilias(named, holds, is_ilias))?;
        upload.entry.clone_from(&named.name);
        Some(upload)
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
        let more = [("participant".to_owned(), number.to_owned())].into();
        let person = Person { name, email: None, more };
        Some(Self { id: number.to_owned(), person, file: file.to_owned(), ..Self::default() })
    }

    fn brightspace(named: &Named) -> Option<Self> {
        let parts: Vec<&str> = named.name.split(" - ").collect();
        let (user, folder) = parts[0].split_once('-')?;
        if parts.len() < 3 || !is_number(user) || !is_number(folder) {
            return None;
        }
        let date = (2..parts.len()).find(|at| Moment::read(parts[*at]).is_some());
        let date = date.or_else(|| named.is_folder.then_some(parts.len() - 1))?;
        let file = parts[date + 1..].join(" - ");
        if file.is_empty() != named.is_folder {
            return None;
        }
        let handed_in = Moment::read(parts[date]);
        let attempt = handed_in.map(Moment::order).unwrap_or_default();
        let mut person = named_so(&parts[1..date].join(" - "));
        person.more.insert("brightspace_id".to_owned(), user.to_owned());
        let id = user.to_owned();
        Some(Self { id, person, attempt, attachment: attempt, handed_in, file, ..Self::default() })
    }

    fn blackboard(named: &Named) -> Option<Self> {
        let (who, what) = named.name.rsplit_once("_attempt_").filter(|(who, _)| who.contains('_'))?;
        let date = what.get(..19)?;
        let is_date = date.split('-').map(str::len).eq([4, 2, 2, 2, 2, 2]);
        let attempt = is_date.then(|| date.replace('-', "").parse().ok())??;
        // Without a file it is what Blackboard says of the attempt.
        let file = what[19..].strip_prefix('_').unwrap_or("text.html").to_owned();
        let (id, before_user, handed_in) = (who.to_owned(), Some(Before::Assignment), Moment::read(date));
        Some(Self { id, before_user, attempt, attachment: attempt, handed_in, file, ..Self::default() })
    }

    fn sakai(named: &Named) -> Option<Self> {
        let (name, user) = named.name.strip_suffix(')')?.rsplit_once('(')?;
        let is_one = named.is_folder && name.contains(", ") && !name.ends_with(' ') && !user.is_empty();
        let mut person = named_so(name);
        person.more.insert("username".to_owned(), user.to_owned());
        (is_one && !user.contains(char::is_whitespace)).then(|| Self {
            id: user.to_owned(),
            person,
            ..Self::default()
        })
    }

    /// `may_be_empty`: others there are of ILIAS.
    fn ilias(named: &Named, holds: &dyn Fn(&str) -> Vec<String>, may_be_empty: bool) -> Option<Self> {
        let (who, number) = named.name.rsplit_once('_')?;
        let [_, _, .., login] = who.split('_').collect::<Vec<_>>()[..] else { return None };
        if !named.is_folder || !is_number(number) || login.is_empty() {
            return None;
        }
        let files = holds(&named.name);
        if files.is_empty() && !may_be_empty || !files.iter().all(|file| dated(file).is_some()) {
            return None;
        }
        let newest = files.iter().filter_map(|file| dated(file)).map(|(date, _)| date).max();
        let (before_user, handed_in) = (Some(Before::Name), newest.and_then(Moment::read));
        Some(Self { id: who.to_owned(), before_user, handed_in, ..Self::default() })
    }

    fn is_answer(&self) -> bool {
        self.file.is_empty() || Format::of(&self.file).is_some() || is_source(&self.file)
    }
}

fn named_so(name: &str) -> Person {
    Person { name: Some(name.to_owned()), ..Person::default() }
}

/// The name that a file had before ILIAS put the date before it, and the date.
pub(super) fn dated(file: &str) -> Option<(&str, &str)> {
    let (date, name) = file.split_once('_')?;
    (date.len() == 14 && is_number(date) && !name.is_empty()).then_some((date, name))
}

/// What counts of a student's uploads: those of the newest attempt, where there are attempts; of these the newest archive, or
/// all source files, each in its newest version.
fn of_uploads(mut uploads: Vec<Upload>) -> Item {
    uploads.sort_by_key(|upload| (upload.is_answer(), upload.attempt, upload.attachment));
    let mut item = Item::default();
    let Some(newest) = uploads.last().cloned() else { return item };
    item.id.clone_from(&newest.id);
    item.person = newest.person.clone();
    item.person.name = uploads.iter().find_map(|upload| upload.person.name.clone());
    let handed_in = newest.handed_in.map(|moment| (HANDED_IN.to_owned(), moment.to_string()));
    item.person.more.extend(handed_in);
    let (counting, older): (Vec<Upload>, Vec<Upload>) = uploads
        .into_iter()
        .filter(|upload| upload.is_answer() == newest.is_answer())
        .partition(|upload| upload.attempt == newest.attempt);
    if newest.is_answer() {
        item.notes.extend(of_attempts(&older.iter().collect::<Vec<_>>(), &newest));
    }
    let uploads = counting;
    let sources: Vec<&Upload> = uploads.iter().filter(|upload| is_source(&upload.file)).collect();
    let mut files: BTreeMap<String, Vec<&Upload>> = BTreeMap::new();
    for upload in &uploads {
        if is_source(&newest.file) && is_source(&upload.file) {
            files.entry(first_name(&upload.file, &sources)).or_default().push(upload);
        } else if !is_source(&newest.file) && !is_source(&upload.file) {
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
        item.is_late |= newest.iter().any(|upload| upload.is_late);
        let name = |upload: &Upload| if file.is_empty() { upload.file.clone() } else { file.clone() };
        item.parts.extend(newest.into_iter().map(|upload| (upload.entry.clone(), name(upload))));
    }
    item
}

/// Says that there are several attempts and which counts.
fn of_attempts(older: &[&Upload], newest: &Upload) -> Option<String> {
    let others: Vec<String> = older.iter().map(|upload| format!("`{}`", upload.entry)).collect();
    let others = others.join(", ");
    let attempts: BTreeSet<(u64, usize)> = older
        .iter()
        .enumerate()
        .map(|(at, upload)| (upload.attempt, if upload.attempt > 0 { 0 } else { at }))
        .collect();
    (!older.is_empty()).then(|| {
        format!("the newest of {} attempts counts: `{}`, not {others}", attempts.len() + 1, newest.entry)
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
