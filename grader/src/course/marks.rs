//! Reads `marks.csv`: the marks that people give, a line each. The file is theirs: the grader reads it, and adds to it only where parts
//! of a class are united.
//!
//! ```csv
//! id,exercise,points,change,comment,by
//! s07,03,,+1.5,explained the deadlock in the lab,ann
//! s12,04,6,,"oral exam, 12 May",bob
//! ```
//!
//! Points and changes have columns of their own, as spreadsheets make `1` of `+1`. Invariant: what is not understood is refused with its
//! line and what to write; no mark is left out in silence.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::{Deserialize, Serialize};

use super::{MARKS, is_absent};
use crate::intake::Table;

/// The marks, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks(pub(super) Vec<Line>);

/// A mark and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) line: u64,
    pub(super) mark: Mark,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) id: String,
    /// `03`.
    pub(super) exercise: String,
    pub(super) given: Given,
    pub(super) comment: String,
    pub(super) by: String,
}

/// What is given, in tenths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Given {
    /// In place of all that the exercise got.
    Points(i32),
    /// More, or fewer.
    Change(i32),
}

const TITLES: [&str; 6] = ["id", "exercise", "points", "change", "comment", "by"];

/// The most points that a line may give or take.
const AT_MOST: f64 = 10_000.0;

impl Marks {
    /// Those in this folder; none where there is no such file.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = folder.join(MARKS);
        match fs::read(&file) {
            Err(error) if is_absent(&error) => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} can't be read", file.display())),
            Ok(text) => Self::parse(&text).map_err(|why| anyhow!("{}{why}", file.display())),
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong begins with `:` and the line, or `: `.
    pub(super) fn parse(text: &[u8]) -> Result<Self> {
        let is_title = |title: &str| TITLES.contains(&title.to_lowercase().as_str());
        let table = Table::read(text, is_title).map_err(|why| anyhow!(": {why}"))?;
        if let Some(warning) = table.warnings.first() {
            bail!(": {warning}");
        }
        for (index, title) in table.titles.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            let all = TITLES.join(",");
            ensure!(is_title(title), ": there is no column `{title}`; the first line is `{all}`");
            let same = table.titles[..index].iter().any(|other| other.eq_ignore_ascii_case(title));
            ensure!(!same, ": two columns are called `{title}`; keep one");
        }
        let mut marks = Self::default();
        for row in &table.rows {
            let cell = |title: &str| {
                let column = table.titles.iter().position(|other| other.eq_ignore_ascii_case(title));
                column.map_or("", |column| row.cells[column].as_str())
            };
            let mark = mark(cell).map_err(|why| anyhow!(":{}: {why}", row.line))?;
            let of_same = |other: &&Line| other.mark.id == mark.id && other.mark.exercise == mark.exercise;
            let sets = |mark: &Mark| matches!(mark.given, Given::Points(_));
            let before = marks.0.iter().filter(of_same).find(|other| sets(&other.mark) && sets(&mark));
            if let Some(before) = before {
                bail!(
                    ":{}: line {} gives `{}` points for exercise {} already; keep one of them, or write a change",
                    row.line,
                    before.line,
                    mark.id,
                    mark.exercise
                );
            }
            marks.0.push(Line { line: row.line, mark });
        }
        Ok(marks)
    }

    /// Adds the marks of others that are not there. Whether there were any. Two that contradict one another are an `Err`.
    pub(crate) fn add(&mut self, others: &Self) -> Result<bool> {
        let before = self.0.len();
        for Line { mark, .. } in &others.0 {
            if !self.0.iter().any(|own| own.mark == *mark) {
                self.0.push(Line { line: self.0.len() as u64 + 2, mark: mark.clone() });
            }
        }
        let is_more = self.0.len() > before;
        if is_more {
            Self::parse(&self.text()?)
                .map_err(|why| anyhow!("the marks of the parts contradict one another: {MARKS}{why}"))?;
        }
        Ok(is_more)
    }

    /// As a file.
    pub(crate) fn text(&self) -> Result<Vec<u8>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(TITLES)?;
        for Line { mark, .. } in &self.0 {
            let (points, change) = match mark.given {
                Given::Points(tenths) => (points(tenths), String::new()),
                Given::Change(tenths) if tenths < 0 => (String::new(), points(tenths)),
                Given::Change(tenths) => (String::new(), format!("+{}", points(tenths))),
            };
            csv.write_record([&mark.id, &mark.exercise, &points, &change, &mark.comment, &mark.by])?;
        }
        Ok(csv.into_inner()?)
    }
}

fn points(tenths: i32) -> String {
    (f64::from(tenths) / 10.0).to_string()
}

fn mark<'a>(cell: impl Fn(&str) -> &'a str) -> Result<Mark> {
    let given = match (cell("points"), cell("change")) {
        ("", "") => bail!("neither `points` nor `change` is filled in"),
        (points, "") => {
            ensure!(
                !points.starts_with(['+', '-']),
                "`{points}` is a change: write it into the column `change`"
            );
            Given::Points(tenths(points)?)
        }
        ("", change) => Given::Change(tenths(change)?),
        _ => bail!("both `points` and `change` are filled in; leave one of them empty"),
    };
    let (id, exercise) = (cell("id"), cell("exercise"));
    ensure!(!id.is_empty(), "whose mark is it? `id` is empty");
    ensure!(!exercise.is_empty(), "of which exercise? `exercise` is empty; write its number, as 03");
    let number = exercise.split('-').next().unwrap_or(exercise);
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    ensure!(is_number, "`{exercise}` is no exercise; write its number, as 03");
    Ok(Mark {
        id: id.to_owned(),
        exercise: format!("{number:0>2}"),
        given,
        comment: cell("comment").to_owned(),
        by: cell("by").to_owned(),
    })
}

fn tenths(text: &str) -> Result<i32> {
    let figure: Option<f64> = text.trim_start_matches('+').replace(',', ".").replace('−', "-").parse().ok();
    let tenths = figure.filter(|figure| figure.abs() <= AT_MOST).map(|figure| figure * 10.0);
    let whole = tenths.filter(|tenths| (tenths - tenths.round()).abs() < 1e-6);
    #[expect(clippy::cast_possible_truncation, reason = "at most 100,000")]
    let whole = whole.map(|tenths| tenths.round() as i32);
    whole.with_context(|| format!("`{text}` is no number of points; write tenths, as 2.5"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        match Marks::parse(text.as_bytes()) {
            Err(why) => why.to_string(),
            Ok(marks) => {
                let line = |Line { line, mark }: &Line| {
                    format!(
                        "{line} {} {} {:?} {} {}",
                        mark.id, mark.exercise, mark.given, mark.comment, mark.by
                    )
                };
                marks.0.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn marks_are_read_as_spreadsheets_save_them() {
        let text = "id,exercise,points,change,comment,by\ns07,3,,+1.5,\"well, explained\",ann\ns12,04-async-downloads,6,,,\n";
        let same = "2 s07 03 Change(15) well, explained ann\n3 s12 04 Points(60)  ";
        assert_eq!(lines(text), same);
        let other = "ID;Exercise;Points;Change;Comment;By\ns07;03;;'+1,5;well, explained;ann\ns12;4;6,0;;;\n";
        assert_eq!(lines(other), same);
        assert_eq!(lines("id,exercise,change\ns1,1,-2\n"), "2 s1 01 Change(-20)  ");
        let marks = Marks::parse(text.as_bytes()).expect("they are understood");
        assert_eq!(Marks::parse(&marks.text().expect("a file")).expect("they are understood"), marks);
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_line() {
        let titles = "id,exercise,points,change,comment,by\n";
        for (row, said) in [
            ("s1,03,+1,,,", ":2: `+1` is a change: write it into the column `change`"),
            ("s1,03,,,,", ":2: neither `points` nor `change` is filled in"),
            ("s1,03,1,1,,", ":2: both `points` and `change` are filled in"),
            ("s1,03,ten,,,", ":2: `ten` is no number of points; write tenths, as 2.5"),
            ("s1,03,2.25,,,", ":2: `2.25` is no number of points"),
            ("s1,03,inf,,,", ":2: `inf` is no number of points"),
            (",03,1,,,", ":2: whose mark is it? `id` is empty"),
            ("s1,,1,,,", ":2: of which exercise? `exercise` is empty"),
            ("s1,map,1,,,", ":2: `map` is no exercise; write its number, as 03"),
            ("s1,03,1,,,\ns1,3,2,,,", ":3: line 2 gives `s1` points for exercise 03 already"),
            ("s1,03,1,,well, done,ann", ": line 2 has more cells than there are titles"),
        ] {
            let told = lines(&format!("{titles}{row}\n"));
            assert!(told.starts_with(said), "{row}: {told}");
        }
        assert!(
            lines("id,exercise,mark\n").starts_with(": there is no column `mark`; the first line is `id,")
        );
        assert!(lines("id,exercise,points,Points\n").starts_with(": two columns are called `Points`"));
    }

    #[test]
    fn marks_of_parts_are_united_and_contradictions_named() {
        let parse = |rows: &str| {
            Marks::parse(format!("id,exercise,points,change\n{rows}").as_bytes()).expect("marks")
        };
        let mut whole = parse("s1,03,5,\n");
        assert!(!whole.add(&parse("s1,03,5,\n")).expect("the same"));
        assert!(whole.add(&parse("s2,03,,1\ns1,03,5,\n")).expect("another"));
        assert_eq!(whole.0.len(), 2);
        let why = whole.add(&parse("s1,03,6,\n")).expect_err("two marks for one exercise").to_string();
        assert!(why.contains("contradict one another: marks.csv:4: line 2 gives `s1`"), "{why}");
    }
}
