//! A CSV for a Canvas gradebook: an assignment for each exercise, and the row `Points Possible`.
//!
//! Canvas matches rows by `ID`, `SIS User ID`, `SIS Login ID` or name: the roster's columns `canvas_id`, `sis_user_id` and
//! `sis_login_id`; without the second, the student's id stands for it. A title that Canvas does not know makes a new assignment.

use anyhow::Result;

use super::gradebook::{columns, csv};
use super::sheet::{Sheet, figure};
use super::{Beside, Exporter, Holds};

pub(super) struct Canvas;

/// `Section` has to be the last of them.
const INFO: [&str; 5] = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"];

impl Exporter for Canvas {
    fn file_name(&self) -> &'static str {
        "canvas.csv"
    }

    fn holds(&self) -> Holds {
        Holds::Scored
    }

    fn export(&self, sheets: &[Sheet], beside: &Beside) -> Result<Vec<u8>> {
        let mut header: Vec<String> = INFO.iter().map(ToString::to_string).collect();
        let mut possible = vec!["    Points Possible".to_owned()];
        possible.resize(INFO.len(), String::new());
        for section in columns(sheets) {
            header.push(section.title.clone());
            possible.push(figure(section.max_score));
        }
        let students = sheets.iter().map(|sheet| {
            let known = |column: &str| beside.roster.get(&sheet.id, column);
            let mut row = vec![
                known("name").unwrap_or(&sheet.id).to_owned(),
                known("canvas_id").unwrap_or_default().to_owned(),
                known("sis_user_id").unwrap_or(&sheet.id).to_owned(),
                known("sis_login_id").unwrap_or_default().to_owned(),
                known("section").unwrap_or_default().to_owned(),
            ];
            row.extend(sheet.sections.iter().map(|section| section.score.map(figure).unwrap_or_default()));
            row
        });
        csv([header, possible].into_iter().chain(students))
    }
}
