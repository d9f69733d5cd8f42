//! Reads tables as spreadsheets and platforms save them: CSV with commas, semicolons or tabs, in UTF-8 or UTF-16.
//!
//! What only looks different is the same table: a line `sep=;`, rows that are too short, titles after a line or two of other
//! text, cells such as `="007"`. What can't be read without guessing (an encoding that names none) is refused, with the way
//! to save it otherwise.

use anyhow::{Context, Result, bail};

/// A table with titles.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) titles: Vec<String>,
    pub(crate) rows: Vec<Row>,
    /// What in it could not be understood, and was left out.
    pub(crate) warnings: Vec<String>,
}

/// A row that is not blank, with a cell for each title.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// What may stand between cells. Where two make as many columns, the first counts.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many lines of other text may come before the titles.
const PREAMBLE: usize = 8;

impl Table {
    /// Reads a table. Its titles are the first line that `is_title` knows one of, or else the first one.
    pub(crate) fn read(bytes: &[u8], is_title: impl Fn(&str) -> bool) -> Result<Self> {
        let text = decoded(bytes)?;
        let (named, text) = separator_line(&text);
        let known = |rows: &[Row]| {
            rows.iter().take(PREAMBLE).position(|row| row.cells.iter().any(|cell| is_title(cell)))
        };
        let mut best: Option<(bool, usize, Vec<Row>)> = None;
        for separator in named.map_or(SEPARATORS.to_vec(), |named| vec![named]) {
            let rows = rows(text, separator)?;
            let at = known(&rows);
            let columns = rows.get(at.unwrap_or(0)).map_or(0, |row| row.cells.len());
            if best.as_ref().is_none_or(|best| (at.is_some(), columns) > (best.0, best.1)) {
                best = Some((at.is_some(), columns, rows));
            }
        }
        let mut rows = best.map(|(.., rows)| rows).unwrap_or_default();
        let at = known(&rows).unwrap_or(0);
        if rows.is_empty() {
            bail!("it is empty; it must begin with a line of titles, such as `id,name,email`");
        }
        let lines = rows.split_off(at + 1);
        let mut table = Self { titles: rows.pop().unwrap_or_default().cells, ..Self::default() };
        // What closes each line, as Brightspace's `#`, needs no title.
        for mut row in lines {
            let beyond: Vec<String> =
                row.cells.split_off(row.cells.len().min(table.titles.len())).into_iter().collect();
            if let Some(cell) = beyond.iter().find(|cell| !cell.is_empty()) {
                table.warnings.push(format!(
                    "line {} has more cells than there are titles, and `{cell}` is left out; a cell with a comma in it needs \
                     quotes",
                    row.line
                ));
            }
            row.cells.resize(table.titles.len(), String::new());
            table.rows.push(row);
        }
        Ok(table)
    }
}

/// The lines that are not blank, cell by cell.
fn rows(text: &str, separator: u8) -> Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.context("it is no CSV")?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(cell).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line, cells });
        }
    }
    Ok(rows)
}

/// What a cell says. Spreadsheets are told by `="007"` or `'=x` that it is a text.
fn cell(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
    let quoted = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    let marked = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    quoted.or(marked).unwrap_or(text).to_owned()
}

/// The separator that a first line `sep=;` names, and what follows it.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let end = text[line.len()..].find(|c| !matches!(c, '\r' | '\n')).unwrap_or(text.len() - line.len());
    let named = line.trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match named {
        Some([separator]) if separator.is_ascii() => (Some(*separator), &text[line.len() + end..]),
        _ => (None, text),
    }
}

fn decoded(bytes: &[u8]) -> Result<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> =
            bytes.chunks(2).map(|pair| unit([pair[0], *pair.get(1).unwrap_or(&0)])).collect();
        String::from_utf16(&units).context("it begins as UTF-16 and is none")
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            bail!("it is a spreadsheet's own file; save it as \"CSV UTF-8\"")
        }
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let text = str::from_utf8(bytes).map_err(|error| {
                let before = &bytes[..error.valid_up_to()];
                let line = String::from_utf8_lossy(before).lines().count().max(1);
                anyhow::anyhow!("line {line} is not UTF-8; save it as \"CSV UTF-8\"")
            })?;
            // Every other byte of UTF-16 without its mark.
            if text.contains('\0') {
                bail!("there are bytes in it that are no text; save it as \"CSV UTF-8\"");
            }
            Ok(text.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Table> {
        Table::read(bytes, |title| title.eq_ignore_ascii_case("id"))
    }

    /// The titles and rows, with `/` between cells.
    fn shown(bytes: &[u8]) -> String {
        let table = read(bytes).expect("it is a table");
        let rows = table.rows.iter().map(|row| row.cells.join("/"));
        [table.titles.join("/")].into_iter().chain(rows).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_table_is_read_in_every_dialect() {
        let same = "id/name/mail s1/Doe, Zoë/z@x s2/Bo/";
        let commas = "id,name,mail\ns1,\"Doe, Zoë\",z@x\ns2,Bo,\n";
        let plain = "id;name;mail\r\ns1;Doe, Zoë;z@x\r\ns2;Bo;\r\n";
        let tabs = plain.replace(';', "\t").replace("\r\n", "\r");
        let sep = format!("sep=;\r{plain}");
        let wide: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = commas.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for text in [commas, plain, &tabs, &sep, &plain.replace(';', "|"), &format!("\u{feff}{commas}")] {
            assert_eq!(shown(text.as_bytes()), same, "{text}");
        }
        assert_eq!(shown(&[b"\xff\xfe", &wide[..]].concat()), same);
        assert_eq!(shown(&[b"\xfe\xff", &big[..]].concat()), same);
    }

    #[test]
    fn rows_may_be_short_long_and_blank_and_titles_may_come_late() {
        assert_eq!(shown(b"id,name,mail\ns1\n,,\n\ns2,B,b,,\n"), "id/name/mail s1// s2/B/b");
        let long = read(b"id,name\ns1,Doe, Jane\n").expect("it is a table");
        assert!(long.warnings[0].starts_with("line 2 has more cells"), "{:?}", long.warnings);
        assert_eq!(shown(b"\"HW3\",\"Points\"\n\nName,ID\nAnn,7\n"), "Name/ID Ann/7");
        assert_eq!(shown(b"id,n\n=\"007\",'=x\n"), "id/n 007/=x");
    }

    #[test]
    fn what_would_have_to_be_guessed_is_refused_with_the_way_out() {
        let why = |bytes: &[u8]| read(bytes).expect_err("it is refused").to_string();
        assert_eq!(why(b"id,name\ns1,Zo\xeb\n"), "line 2 is not UTF-8; save it as \"CSV UTF-8\"");
        assert!(why(b"i\0d\0\n\0").contains("CSV UTF-8"));
        assert!(why(b"PK\x03\x04xlsx").contains("spreadsheet's own file"));
        assert!(why(b"").contains("such as `id,name,email`"));
    }
}
