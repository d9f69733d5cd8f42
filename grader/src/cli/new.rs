//! `grader new`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::derived;
use crate::exit::Exit;
use crate::kit::Kit;
use crate::scaffold;

#[derive(Args)]
pub(super) struct New {
    /// Its number: 18
    number: String,
    /// Its name: word-count
    name: String,
    /// The template: pool (results in the order of the inputs), channel (results as they come), async, or steps (an object that
    /// several threads use)
    #[arg(long, value_name = "TEMPLATE")]
    like: String,
    /// The checkout that it joins [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

impl New {
    pub(super) fn run(self) -> Result<Exit> {
        let kit = Kit::find(self.kit, 0)?;
        let made = match scaffold::New::named(&self.number, &self.name, &self.like) {
            Ok(new) => new.make(kit.root())?.map(|files| (new, files)),
            Err(mistake) => Err(mistake),
        };
        let (new, files) = match made {
            Ok(made) => made,
            Err(mistake) => {
                eprintln!("error: {mistake}");
                return Ok(Exit::Usage);
            }
        };
        println!("{}: {} files", new.slug(), files.len());
        for path in files {
            println!("  wrote   {path}");
        }
        let stale = derived::stale(kit.root())?;
        derived::write(kit.root(), &stale)?;
        for stale in stale {
            println!("  updated {}: its table or its links", stale.path);
        }
        let id = new.id;
        println!("\nWRITING.md says how to go on. Is the stub not done, and what is missing?");
        println!("  cargo test -p exercise-{id}\n  cargo run -p grader -- check {id}");
        println!(
            "Do stub, solution and corpus get their verdicts?\n  cargo run -p grader -- verify --exercise {id}"
        );
        Ok(Exit::Graded)
    }
}
