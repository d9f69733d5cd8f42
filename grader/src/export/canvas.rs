//! A CSV for a Canvas gradebook: an assignment for each exercise, and the row `Points Possible`.
//!
//! Canvas matches rows by `ID`, then by `SIS User ID`, then by `SIS Login ID`, then by the name. What its own export and gradebook told
//! of a student comes back in the columns that it came from, and nothing else does: a number in the wrong one may be
//! somebody else's. Where nothing is known of `SIS User ID` the id stands for it, unless that is another of them. A title that
//! Canvas does not know makes a new assignment.

use anyhow::Result;

use super::gradebook::{columns, csv, institutional};
use super::sheet::{Sheet, figure};
use super::{Beside, Exporter, Holds};

pub(super) struct Canvas;

/// The columns before those of the assignments, and what of a student stands in them; those from `Integration ID` on, and the
/// name in two, where Canvas itself wrote them. `Section` has to be the last of them.
const INFO: [(&str, &str); 9] = [
    ("Student", "name"),
    ("LastName", "last_name"),
    ("FirstName", "first_name"),
    ("ID", "canvas_id"),
    ("SIS User ID", "sis_user_id"),
    ("SIS Login ID", "sis_login_id"),
    ("Integration ID", "integration_id"),
    ("Root Account", "root_account"),
    ("Section", "section"),
];

impl Exporter for Canvas {
    fn file_name(&self) -> &'static str {
        "canvas.csv"
    }

    fn holds(&self) -> Holds {
        Holds::Scored
    }

    fn export(&self, sheets: &[Sheet], beside: &Beside) -> Result<Vec<u8>> {
        let has = |field: &str| beside.roster.has(field);
        let in_two = has("canvas_id") && has("last_name") && has("first_name");
        let is_there = |(_, field): &&(&str, &str)| match *field {
            "name" => !in_two,
            "last_name" | "first_name" => in_two,
            "integration_id" | "root_account" => has(field),
            _ => true,
        };
        let info: Vec<&(&str, &str)> = INFO.iter().filter(is_there).collect();
        let mut header: Vec<String> = info.iter().map(|(title, _)| (*title).to_owned()).collect();
        let mut possible = vec!["    Points Possible".to_owned()];
        possible.resize(info.len(), String::new());
        for section in columns(sheets) {
            header.push(section.title.clone());
            possible.push(figure(section.max_score));
        }
        let students = sheets.iter().map(|sheet| {
            let known = |field: &str| beside.roster.get(&sheet.id, field);
            let own = institutional(sheet, beside, &["sis_login_id", "integration_id"]);
            let cell = |field: &str| match (field, known(field)) {
                (_, Some(text)) => text,
                ("name", None) => &sheet.id,
                ("sis_user_id", None) => own,
                _ => "",
            };
            let mut row: Vec<String> = info.iter().map(|(_, field)| cell(field).to_owned()).collect();
            row.extend(sheet.sections.iter().map(|section| section.score.map(figure).unwrap_or_default()));
            row
        });
        csv([header, possible].into_iter().chain(students))
    }
}
