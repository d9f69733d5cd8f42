//! `cargo bench -p grader`: what grading and judging cost.
//!
//! The figures that matter are ratios of CPU times taken in the same run, in turns, so that they mean the same on every
//! machine: CPU time is that of this process and of the children it waited for. Wall times are for information. Nothing
//! here decides whether a test passes.
//!
//! `cargo bench -p grader -- class` grades whole generated classes, of 10 and 100 hand-ins; `-- class --largest=1000` also one of
//! 1,000.
//!
//! What must hold: grading one hand-in in its class costs at most 1.5 times as much CPU as compiling and linking it, and at
//! least 20 times less than a fresh `cargo test`; judging is linear in calls, and 10,000 items on 256 workers end within
//! 10 s on 2 cores.

mod class;
mod grading;
mod jail;
mod judging;
mod kit;
mod measure;
mod suites;

use anyhow::Result;

type Part = fn(&kit::Kit) -> Result<()>;

/// What is measured; `cargo bench -p grader -- judging` measures only what is named.
const PARTS: [(&str, Part); 6] = [
    ("grading", grading::against_the_floor),
    ("judging", |kit| as_a_judge(|| judging::measure(kit))),
    ("suites", |kit| as_a_judge(|| suites::measure(kit))),
    ("jail", |kit| as_a_judge(|| jail::measure(kit))),
    ("fresh", grading::against_a_fresh_test),
    ("class", class::measure),
];

/// On one core, as whoever grades judges. What starts programs that do so themselves is left alone.
fn as_a_judge(part: impl FnOnce() -> Result<()> + Send) -> Result<()> {
    let judge = || {
        judge::engine::stay_on_one_core();
        part()
    };
    std::thread::scope(|scope| scope.spawn(judge).join())
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn main() -> Result<()> {
    sandbox::launcher_main_if_asked();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("This is measured by `cargo bench -p grader`.");
        return Ok(());
    }
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let kit = kit::Kit::prepared()?;
    let wanted = |name: &str| named.is_empty() || named.iter().any(|named| *named == name);
    PARTS.iter().filter(|(name, _)| wanted(name)).try_for_each(|(_, part)| part(&kit))
}
