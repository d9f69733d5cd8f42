//! `grader report`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::export::{self, View};
use super::grade::{self, usage};
use super::marked::{self, Marked};
use super::width;
use crate::exit::Exit;
use crate::record::Submission;
use crate::report::{self, html};
use crate::{document, evidence};

#[derive(Args)]
pub(super) struct Report {
    /// The folder of `grade --out`
    results: PathBuf,
    /// The feedback for this student alone, fit to be sent
    #[arg(long, value_name = "ID")]
    student: Option<String>,
    /// As web pages that need no network: a class page and a page for each student
    #[arg(long, conflicts_with = "markdown")]
    html: bool,
    /// With --html: only the students' pages, into DIR/students. None of them leads to the class page or to another student, so that each
    /// can be put where its student finds it
    #[arg(long, requires = "html", conflicts_with = "student")]
    students_only: bool,
    /// With --html: how your editor opens a line, an address with {id}, {file} and {line} in it, as
    /// `vscode://file/home/ann/class/{id}/{file}:{line}`
    #[arg(long, requires = "html", value_name = "ADDRESS")]
    editor: Option<html::Editor>,
    /// As Markdown
    #[arg(long, requires = "student")]
    markdown: bool,
    #[command(flatten)]
    view: View,
    /// Where to write [default: standard output; the pages of a class go into DIR/report]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
}

impl Report {
    pub(super) fn run(self) -> Result<Exit> {
        let given = marked::read(&self.results).and_then(|marked| {
            let beside = self.view.beside(&marked.told.people, &export::ids(&marked.grading))?;
            Ok((beside.roster, marked))
        });
        let (roster, Marked { grading, reference, decided, .. }) = match given {
            Ok(given) => given,
            Err(mistake) => return Ok(usage(&mistake)),
        };
        if reference.is_none() {
            let file = self.results.join(evidence::FILE);
            eprintln!("warning: there is no {}: no pictures of runs", file.display());
        }
        let reference = reference.unwrap_or_default();
        let class = html::Class {
            grading: &grading,
            reference: &reference,
            roster: &roster,
            audience: self.view.audience,
            title: decided.rules.as_ref().and_then(|rules| rules.title.as_deref()),
            editor: self.editor.as_ref(),
        };
        match &self.student {
            Some(id) => {
                let Some(index) = grading.submissions.iter().position(|submission| submission.id == *id)
                else {
                    return Ok(usage(&anyhow::anyhow!("{} has no hand-in `{id}`", self.results.display())));
                };
                if self.html {
                    self.put(&html::alone(&class, index))?;
                } else if self.markdown {
                    self.put(
                        report::markdown(&class.grading.submissions[index], self.view.audience).as_bytes(),
                    )?;
                } else {
                    self.tell(&self.text(&class.grading.submissions[index]))?;
                }
            }
            None if self.students_only => {
                let folder = self.out.clone().unwrap_or_else(|| self.results.join("students"));
                let count = put_all(&folder, html::students(&class))?;
                eprintln!("{count} pages in {}", folder.display());
            }
            None if self.html => {
                let folder = self.out.clone().unwrap_or_else(|| self.results.join("report"));
                let count = put_all(&folder, html::pages(&class))?;
                eprintln!("{count} pages; open {}", folder.join("index.html").display());
            }
            None => self.tell(&report::human(&grading, self.width()))?,
        }
        Ok(Exit::Graded)
    }

    /// A student's results, for a terminal or a mail.
    fn text(&self, submission: &Submission) -> String {
        let colours =
            self.out.is_none() && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        report::text(submission, self.view.audience, self.width(), colours)
    }

    fn width(&self) -> usize {
        if self.out.is_some() { 100 } else { width() }
    }

    /// Writes text for people to the file of `--out`, or prints it.
    fn tell(&self, text: &str) -> Result<()> {
        if self.out.is_some() { self.put(text.as_bytes()) } else { grade::tell(text) }
    }

    /// Writes to the file of `--out`, or to standard output.
    fn put(&self, bytes: &[u8]) -> Result<()> {
        match &self.out {
            Some(file) => document::write_file(file, bytes),
            None => grade::out(bytes),
        }
    }
}

/// Writes pages into a folder; returns how many.
fn put_all(folder: &Path, pages: impl Iterator<Item = html::Page>) -> Result<usize> {
    let mut count = 0;
    for page in pages {
        document::write_file(&folder.join(&page.path), &page.bytes)?;
        count += 1;
    }
    Ok(count)
}
