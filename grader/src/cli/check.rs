//! `grader check`.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::check::{self, Finding};
use crate::derived;
use crate::exit::Exit;
use crate::kit::Kit;

#[derive(Args)]
pub(super) struct Check {
    /// Only these exercises (18, or a name); all where none is named
    exercises: Vec<String>,
    /// Rewrite what follows from the lessons: the table of README.md, the links between lessons, the table of WRITING.md
    #[arg(long)]
    write: bool,
    /// The checkout to look at [default: the one that this program was built from]
    #[arg(long, value_name = "DIR")]
    kit: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(self) -> Result<Exit> {
        let kit = Kit::find(self.kit, 0)?;
        let slugs = match check::chosen(kit.root(), &self.exercises)? {
            Ok(slugs) => slugs,
            Err(mistake) => {
                eprintln!("error: {mistake}");
                return Ok(Exit::Usage);
            }
        };
        let mut sound = true;
        let mut tell = |what: &str, findings: &[Finding]| {
            sound &= findings.is_empty();
            match findings.len() {
                0 => println!("{what}: nothing is missing"),
                1 => println!("{what}: 1 thing is missing or wrong"),
                count => println!("{what}: {count} things are missing or wrong"),
            }
            for Finding { place, what, next } in findings {
                println!("  {place}: {what}\n      {next}");
            }
        };
        for slug in &slugs {
            tell(slug, &check::exercise(kit.root(), slug));
        }
        let stale = derived::stale(kit.root())?;
        if self.write {
            derived::write(kit.root(), &stale)?;
            for stale in stale {
                println!("updated {}", stale.path);
            }
        } else {
            let out_of_date = |stale: derived::Stale| Finding {
                place: stale.path,
                what: "its table or its links are not as the lessons and policies have them".to_owned(),
                next: "run `grader check --write`".to_owned(),
            };
            tell("tables and links", &stale.into_iter().map(out_of_date).collect::<Vec<_>>());
        }
        let of = if let [slug] = &slugs[..] { format!(" --exercise {}", &slug[..2]) } else { String::new() };
        println!("whether stub, solution and corpus get their verdicts: grader verify{of}");
        Ok(if sound { Exit::Graded } else { Exit::Under })
    }
}
