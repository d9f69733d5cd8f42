//! What the columns of platforms' lists of students are called, and what they say of a person.
//!
//! One table: a field, and its titles in lower case. Fields are what exports write again in the columns they came from.

use std::collections::BTreeSet;

use super::roster::{EXTENSION, HANDED_IN, STATUS};
use super::table::Table;

/// The fields that may tell who somebody is, the best id first.
pub(super) const IDENTITIES: [&str; 15] = [
    "id",
    "identifier",
    "sid",
    "org_defined_id",
    "username",
    "student_id",
    "idnumber",
    "sis_user_id",
    "sis_login_id",
    "integration_id",
    "canvas_id",
    "brightspace_id",
    "participant",
    "github_username",
    "email",
];

/// A field and what its column may be called. (`Student` is a name, as Canvas has it.)
const FIELDS: [(&str, &[&str]); 23] = [
    ("id", &["id"]),
    ("identifier", &["identifier"]),
    ("sid", &["sid", "display id"]),
    ("org_defined_id", &["orgdefinedid", "org defined id"]),
    (
        "username",
        &[
            "username",
            "user name",
            "login",
            "login id",
            "user id",
            "userid",
            "benutzername",
            "anmeldename",
            "netid",
            "net id",
        ],
    ),
    (
        "student_id",
        &[
            "student id",
            "student number",
            "studentid",
            "matriculation number",
            "matrikelnummer",
            "matriculation",
        ],
    ),
    (
        "idnumber",
        &["id number", "idnumber", "id-nummer", "numéro d'identification", "número de id", "numero id"],
    ),
    ("sis_user_id", &["sis user id", "sis_user_id"]),
    ("sis_login_id", &["sis login id", "sis_login_id"]),
    ("integration_id", &["integration id", "integration_id"]),
    ("root_account", &["root account", "root_account"]),
    ("canvas_id", &["canvas_id", "canvas id"]),
    ("github_username", &["github_username", "github username", "github"]),
    ("github_id", &["github_id"]),
    ("section", &["section"]),
    (
        "name",
        &[
            "name",
            "full name",
            "student",
            "student name",
            "display name",
            "vollständiger name",
            "nombre completo",
            "nom complet",
            "volledige naam",
            "nome completo",
            "fullständigt namn",
        ],
    ),
    (
        "first_name",
        &[
            "first name",
            "firstname",
            "first_name",
            "given name",
            "vorname",
            "prénom",
            "nombre",
            "voornaam",
            "nome",
        ],
    ),
    (
        "last_name",
        &[
            "last name",
            "lastname",
            "last_name",
            "surname",
            "family name",
            "nachname",
            "apellido(s)",
            "apellidos",
            "achternaam",
            "cognome",
        ],
    ),
    (
        "email",
        &[
            "email",
            "e-mail",
            "mail",
            "email address",
            "e-mail address",
            "e-mail-adresse",
            "dirección de correo",
            "adresse de courriel",
            "e-mailadres",
            "indirizzo email",
        ],
    ),
    ("participant", &["participant"]),
    (
        HANDED_IN,
        &[
            "handed_in",
            "handed in",
            "submitted",
            "submitted at",
            "submission time",
            "submission_timestamp",
            "last modified (submission)",
            "zuletzt geändert (abgabe)",
        ],
    ),
    (EXTENSION, &["extension", "extended until"]),
    (STATUS, &["status"]),
];

/// What a list of students is.
pub(super) struct Columns {
    /// The field of each column; of one that is not known, none.
    pub(super) fields: Vec<Option<&'static str>>,
    /// The column of the ids.
    pub(super) id: Option<usize>,
    /// It is a gradebook of Canvas'.
    pub(super) is_canvas: bool,
    /// Its first column holds Moodle's participants: the word before their numbers.
    pub(super) participant: Option<String>,
}

/// The field that a title names.
pub(super) fn field(title: &str) -> Option<&'static str> {
    let title = title.to_lowercase();
    FIELDS.iter().find(|(_, titles)| titles.contains(&title.as_str())).map(|(field, _)| *field)
}

/// Whether a title names what may be an id.
pub(super) fn is_identity(title: &str) -> bool {
    field(title).is_some_and(|field| IDENTITIES.contains(&field) && field != "email")
}

impl Columns {
    /// Those of a list. `is_moodle`: hand-ins came from Moodle, so that a word right before a number may be its own.
    pub(super) fn of(table: &Table, is_moodle: bool) -> Self {
        let mut fields: Vec<Option<&'static str>> = table.titles.iter().map(|title| field(title)).collect();
        let has = |fields: &[Option<&str>], field: &str| fields.contains(&Some(field));
        // Where there is a column of ids, Moodle's is the first one.
        let has_ids = fields.iter().flatten().any(|field| IDENTITIES.contains(field) && *field != "email");
        let participant = (0..fields.len())
            .take(if has_ids { 1 } else { fields.len() })
            .filter(|column| matches!(fields[*column], None | Some("id" | "identifier" | "participant")))
            .find_map(|column| Some((column, participants(table, column, is_moodle)?)));
        if let Some((column, _)) = participant {
            fields[column] = Some("participant");
        }
        // E-mail addresses need no title.
        if !has(&fields, "email") {
            let is_email = |column: &usize| {
                let mut cells = cells(table, *column).peekable();
                cells.peek().is_some() && cells.all(|cell| cell.contains('@') && !cell.contains(' '))
            };
            let email = (0..fields.len()).filter(|column| fields[*column].is_none()).find(is_email);
            if let Some(column) = email {
                fields[column] = Some("email");
                // And in Moodle's worksheet the name comes first, unless nobody is to know it.
                if let Some((first, _)) = participant
                    && column > first + 1
                    && fields[first + 1].is_none()
                {
                    fields[first + 1] = Some("name");
                }
            }
        }
        let is_canvas = participant.is_none()
            && has(&fields, "id")
            && (has(&fields, "sis_user_id")
                || has(&fields, "sis_login_id")
                || has(&fields, "section")
                    && (has(&fields, "last_name") || table.titles.iter().any(|title| title == "Student")));
        // By the e-mail alone nobody's folder is called.
        let column = |field: &str| fields.iter().position(|known| *known == Some(field));
        let id = if let Some((column, _)) = participant {
            Some(column)
        } else {
            IDENTITIES.iter().filter(|field| **field != "email").find_map(|field| column(field))
        };
        Self { fields, id, is_canvas, participant: participant.map(|(_, word)| word) }
    }
}

/// The cells of a column that are not blank.
fn cells(table: &Table, column: usize) -> impl Iterator<Item = &str> {
    table.rows.iter().map(move |row| row.cells[column].as_str()).filter(|cell| !cell.is_empty())
}

/// The word that begins every cell of a column, where a number of its own is all that follows it: `Participant 4711`, in whatever
/// language. Ids such as `s1` are no participants.
fn participants(table: &Table, column: usize, is_moodle: bool) -> Option<String> {
    let word = |cell: &str| {
        let number = cell.trim_start_matches(|c: char| !c.is_ascii_digit());
        let word = &cell[..cell.len() - number.len()];
        let is_one = word.chars().count() > 1
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit());
        is_one.then(|| word.to_owned())
    };
    let mut all = cells(table, column).map(word);
    let first = all.next()??;
    let mut different = BTreeSet::new();
    if !cells(table, column).all(|cell| different.insert(cell)) {
        return None;
    }
    let is_plain =
        |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '#'));
    ((is_moodle || !is_plain(&first)) && all.all(|word| word.as_ref() == Some(&first))).then_some(first)
}
