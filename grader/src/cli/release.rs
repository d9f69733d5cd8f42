//! `grader release`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::exit::Exit;
use crate::kit::Kit;
use crate::release;

#[derive(Args)]
pub(super) struct Release {
    /// Where the kit goes: an empty or a new folder, or a kit that was released before
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The checkout to make it from [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

impl Release {
    pub(super) fn run(self) -> Result<Exit> {
        let kit = Kit::find(self.kit, 0)?;
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
