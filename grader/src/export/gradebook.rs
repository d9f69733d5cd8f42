//! What the gradebooks' CSV files share: harmless cells, and columns of exercises.

use anyhow::Result;

use super::Beside;
use super::sheet::{Section, Sheet};

/// Writes rows as CSV, each cell made harmless.
pub(super) fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    Ok(csv.into_inner()?)
}

/// The id that an institution gave out, as far as is known: a student's id, unless it is one of these fields of the roster, or a
/// platform's own number.
pub(super) fn institutional<'a>(sheet: &'a Sheet, beside: &Beside, fields: &[&str]) -> &'a str {
    let is = |field: &&str| beside.roster.get(&sheet.id, field) == Some(&sheet.id);
    if OWN.iter().chain(fields).any(is) { "" } else { &sheet.id }
}

/// What numbers of platforms' own are called, which stand for somebody there and nowhere else.
const OWN: [&str; 3] = ["canvas_id", "brightspace_id", "participant"];

/// A spreadsheet takes a cell that begins so for a formula, whatever quotes are around it. An apostrophe makes it a text.
fn harmless(cell: &str) -> String {
    // Spreadsheets skip what is blank, and some take a wide letter for the narrow one.
    let begins = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let is_formula =
        begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || cell.starts_with(['\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// The exercises of a class: those of its first hand-in, since all hand-ins have the same.
pub(super) fn columns(sheets: &[Sheet]) -> &[Section] {
    sheets.first().map_or(&[], |sheet| &sheet.sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r\n@x", "\u{feff}=1", "＝1", "\tx"]
        {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "alice", "2.5", "a=b", "ann@example.org", "'=1"] {
            assert_eq!(harmless(text), text);
        }
        let text = csv([vec!["a,\"b\"\nc".to_owned(), "=x".to_owned()]]).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "\"a,\"\"b\"\"\nc\",'=x\n");
    }
}
