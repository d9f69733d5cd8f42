//! `grader bundle`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::grade::usage;
use crate::exit::Exit;
use crate::kit::Kit;
use crate::{bundle, document};

#[derive(Args)]
pub(super) struct Bundle {
    /// For which site
    #[arg(value_enum)]
    site: Site,
    /// Only this exercise (03, 3 or ordered-map); may be given several times. With a single one students may hand in its source
    /// file alone
    #[arg(long = "exercise", value_name = "EXERCISE")]
    exercises: Vec<String>,
    /// The archive to write
    #[arg(long, value_name = "FILE", default_value = "autograder.zip")]
    out: PathBuf,
    /// The checkout of the kit to bundle [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Site {
    /// The zip to upload under "Configure Autograder"
    Gradescope,
}

impl Bundle {
    pub(super) fn run(self) -> Result<Exit> {
        let mut kit = Kit::find(self.kit, 0)?;
        if let Err(mistake) = kit.select(&self.exercises) {
            return Ok(usage(&mistake));
        }
        let bytes = match self.site {
            Site::Gradescope => bundle::gradescope(&kit)?,
        };
        document::write_file(&self.out, &bytes)?;
        println!(
            "{}: {} KiB; upload it under \"Configure Autograder\"",
            self.out.display(),
            bytes.len() / 1024
        );
        Ok(Exit::Graded)
    }
}
