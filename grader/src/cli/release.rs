//! `grader release`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::grade::usage;
use crate::course::Rules;
use crate::exit::Exit;
use crate::kit::Kit;
use crate::release;

#[derive(Args)]
pub(super) struct Release {
    /// Where the kit goes: an empty or a new folder, or a kit that was released before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The course's rules: only the exercises that count by them go in. Neither the rules nor the points do
    #[arg(long, value_name = "FILE.toml")]
    course: Option<PathBuf>,
    /// The checkout to make it from [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

impl Release {
    pub(super) fn run(self) -> Result<Exit> {
        let mut kit = Kit::find(self.kit, 0)?;
        if let Some(file) = &self.course {
            let counting = Rules::read(file, hidden::suites(0)).map(|rules| rules.exercises());
            if let Err(mistake) = counting.and_then(|counting| kit.select(&counting)) {
                return Ok(usage(&mistake));
            }
        }
        let folder = match release::folder(&self.out)? {
            Ok(folder) => folder,
            Err(not_a_kit) => {
                eprintln!("error: {not_a_kit}");
                return Ok(Exit::Usage);
            }
        };
        let verb = if folder.is_kit() { "updated" } else { "released" };
        let done = release::release(&kit, &folder)?;
        println!("{verb} {}: {} files written", self.out.display(), done.written);
        for path in &done.removed {
            println!("  removed {path}: the kit has it no more");
        }
        for path in &done.kept {
            println!("  kept    {path}: its student has changed it");
        }
        for path in &done.beside {
            println!("  kept    {path}: its student has changed it; the new one is {path}.new");
        }
        Ok(Exit::Graded)
    }
}
